-- The walls of this schema in their new form.
call app.raise_walls(current_schema()::regnamespace);
