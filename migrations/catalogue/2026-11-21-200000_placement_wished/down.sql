alter table catalogue.provisionings drop column placement;
