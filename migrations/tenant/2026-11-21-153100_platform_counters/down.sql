revoke select (tenant_id, resource, used, hard) on limits from tnt_platform;
drop policy platform_counters on limits;
do $$ begin execute format('revoke usage on schema %I from tnt_platform', current_schema()); end $$;
