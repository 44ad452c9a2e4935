drop index tenants_list_there;
