drop table usage_events;
