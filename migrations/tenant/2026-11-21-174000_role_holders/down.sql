drop index users_role_holders;
