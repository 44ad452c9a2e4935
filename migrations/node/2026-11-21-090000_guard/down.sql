drop function app.ledger();
drop procedure app.place(regclass, text);
drop procedure app.protect(regclass, text[]);
drop function app.tenant_id();
drop function app.enter_tenant(uuid, integer);
drop function app.placement_of(uuid);
drop table placements;
