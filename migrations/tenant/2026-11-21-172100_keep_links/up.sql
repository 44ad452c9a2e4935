-- The link by which an owner keeps a tenant that was closed. Runs as tnt_owner with search_path = the placement's schema.

alter table links drop constraint links_purpose_check;
alter table links add constraint links_purpose_check check (purpose in ('invitation', 'password_reset', 'keep'));
