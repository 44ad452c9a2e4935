-- Whoever is on the way signs in with the password.
alter table sign_ups drop column arrival_hash;
