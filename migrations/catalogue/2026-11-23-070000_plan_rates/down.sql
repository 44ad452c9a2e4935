drop function rates_of(uuid);
alter table plan_versions drop column rates;
