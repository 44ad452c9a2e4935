-- Where a tenant is to live, as was chosen when it was asked for.
alter table catalogue.provisionings
    add column placement text not null default 'shared' check (placement in ('shared', 'schema', 'database'));
comment on column catalogue.provisionings.placement is 'the kind of placement that its making gives it';
