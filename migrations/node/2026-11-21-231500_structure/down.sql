drop function app.own_rows(integer);
drop function app.own_figures();
drop function app.index_figures(text);
drop function app.table_figures(text);
