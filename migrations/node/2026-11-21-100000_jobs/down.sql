drop function app.end_job(uuid, uuid, text, text, timestamptz);
drop table schedules;
drop table jobs;
