drop function app.unlike_lines(uuid, text, text, text[], text[], text[]), app.row_count(uuid, text, text),
    app.drop_others(uuid, text, text, text[], integer, integer[]), app.key_buckets(uuid, text, text, text[], integer),
    app.end_rows(text, text, text[], text[]), app.put_rows(text, text, text[], text[], text[]),
    app.write_lines(text, text, text[], text[], text, text[]), app.put_away(), app.put_aside(text[]),
    app.next_lines(text, integer, integer), app.open_missing(uuid, text, text, text[], text[], integer, integer[]),
    app.open_keys(uuid, text, text, text[], integer, integer[]), app.open_rows(uuid, text, text, text[], bigint),
    app.bucket_of(text), app.as_line(text, text[]), app.row_columns(text, text);
