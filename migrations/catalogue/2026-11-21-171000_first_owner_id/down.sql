alter table catalogue.provisionings drop column admin_id;
