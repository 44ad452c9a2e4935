-- What was given up is listed and counted; what was done is many times more and must not be read for that.
create index jobs_dead on jobs (finished_at) where state = 'dead';
