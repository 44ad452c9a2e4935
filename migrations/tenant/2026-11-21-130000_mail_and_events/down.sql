drop table events;
drop table letters;
