-- The list of tenants by their number of people reads all that are there, and nothing of them but their keys. Runs as
-- tnt_owner with search_path = catalogue.

create index tenants_list_there on tenants (id) where status <> 'deleted';
