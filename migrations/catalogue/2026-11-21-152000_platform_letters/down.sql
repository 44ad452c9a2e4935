drop table letters;
drop table staff_devices;
alter table staff drop column timezone, drop column locale;
