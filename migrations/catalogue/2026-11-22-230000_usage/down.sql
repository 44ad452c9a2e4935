-- Runs as tnt_owner with search_path = catalogue.

drop function drop_usage(date, date, date);
drop function keep_usage(date, date);
drop table usage_recent, usage_shares, usage_days, usage_hours, usage_processes;
