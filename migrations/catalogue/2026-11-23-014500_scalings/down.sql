-- The limits that were given stay; who asked for them is forgotten.

drop table scalings;
