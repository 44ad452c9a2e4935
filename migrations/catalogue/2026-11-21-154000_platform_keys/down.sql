drop function tenant_of_slug(text);
drop table platform_keys;
