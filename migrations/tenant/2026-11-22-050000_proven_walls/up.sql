-- The walls of this schema ask for a proof of the tenant's context, once a statement.
call app.raise_walls(current_schema()::regnamespace);
