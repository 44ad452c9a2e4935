drop table reservations;
alter table limits
    drop constraint limits_every,
    drop column kind,
    drop column every,
    drop column began_at,
    drop column held,
    drop column grace,
    drop column grace_days,
    drop column grace_until,
    drop column told;
comment on column limits.hard is null;
