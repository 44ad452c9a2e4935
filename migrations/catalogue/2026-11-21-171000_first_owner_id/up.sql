-- Which person a tenant's first owner will be: drawn when the tenant is asked for, so that the answer can name them
-- before the step that lets them in. Empty for tenants that were asked for before this.
alter table catalogue.provisionings add column admin_id uuid;
comment on column catalogue.provisionings.admin_id is 'The first owner in the tenant''s users';
