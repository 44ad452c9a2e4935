create or replace function app.run_text(p_schema text, p_script text) returns void
    language plpgsql
    as $$
begin
    perform pg_catalog.set_config('search_path', pg_catalog.quote_ident(p_schema), true);
    execute p_script;
end
$$;
