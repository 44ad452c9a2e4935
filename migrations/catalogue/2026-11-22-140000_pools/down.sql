-- Everybody shares.

drop function pool_of(uuid);
drop table pools;
