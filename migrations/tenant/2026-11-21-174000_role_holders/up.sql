-- How many people hold each role is read from this index alone: a few bytes a person where roles repeat, against the whole
-- row, and in the order of the groups. Counters beside the rows would have to be moved by every change of a role.
create index users_role_holders on users (tenant_id, role, role_id) where status <> 'removed';
