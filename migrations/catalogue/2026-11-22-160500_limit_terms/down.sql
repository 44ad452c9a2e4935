-- The numbers stay; why and until when is forgotten.

drop table limit_terms;
