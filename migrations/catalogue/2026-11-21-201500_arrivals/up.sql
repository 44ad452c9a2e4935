-- The token by which whoever signed up comes into the tenant once it is made. Runs as tnt_owner.

alter table sign_ups add column arrival_hash bytea unique;
comment on column sign_ups.arrival_hash is 'what the token hashes to that the browser carries which chose the password';
