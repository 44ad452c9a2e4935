drop index jobs_of_tenant;
drop function app.take_rates(text[], integer[], integer[]);
drop table rates;
