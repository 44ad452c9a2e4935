-- The queues of tenants' own databases are not counted any more.

alter table databases drop column silent_since;
drop table own_queues;
