-- The platform's list of tenants shows how many people each has. It reads that number and its limit from the
-- counters, and nothing else that is a tenant's. Runs as tnt_owner with search_path = the placement's schema.

do $$ begin execute format('grant usage on schema %I to tnt_platform', current_schema()); end $$;
create policy platform_counters on limits for select to tnt_platform using (resource = 'users');
-- By column, so that a column that comes later is not read by the way.
grant select (tenant_id, resource, used, hard) on limits to tnt_platform;
