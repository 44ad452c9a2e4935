-- Runs as tnt_owner with search_path = catalogue.

drop table checkups;
