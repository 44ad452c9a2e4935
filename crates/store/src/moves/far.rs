//! Rows between two databases: read in one as lines of text, written in the other, never more of them in memory than a
//! handful. Which rows are missing or too many is found by digests of the keys.

use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Integer, Nullable, Text, Uuid as SqlUuid};

use super::buckets::{Differing, buckets, key_buckets, row_count};
use super::passage::{Until, patient_until};
use super::tables::{Table, Way};
use crate::raw;

/// So many rows pass at once.
const AT_ONCE: i32 = 2000;
/// ...and no more once they have so many bytes.
const BYTES_AT_ONCE: i32 = 4 * 1024 * 1024;
/// Dates, intervals and numbers as text are the same everywhere, and a database that waits for the other is not hung up.
pub(super) const ALIKE: &str = "set datestyle = 'ISO, YMD'; set intervalstyle = 'postgres'; set timezone = 'UTC'; \
    set extra_float_digits = 1; set bytea_output = 'hex'; set lc_monetary = 'C'; \
    set statement_timeout = 0; set idle_in_transaction_session_timeout = 0";

/// The two ends.
pub(super) struct Far<'c> {
    pub(super) from: &'c mut PgConnection,
    pub(super) to: &'c mut PgConnection,
    /// No more lines pass after it.
    pub(super) until: Until,
}

#[derive(QueryableByName)]
struct Opened {
    #[diesel(sql_type = Text)]
    name: String,
}

#[derive(QueryableByName)]
struct Lines {
    #[diesel(sql_type = Array<Text>)]
    lines: Vec<String>,
}

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

impl Far<'_> {
    pub(super) fn copy(
        &mut self,
        table: &Table,
        way: &Way,
        since: Option<i64>,
    ) -> QueryResult<i64> {
        let columns = columns(self.to, table, &way.to)?;
        let opened: Opened = raw::query("select app.open_rows($1, $2, $3, $4, $5) as name")
            .bind::<SqlUuid, _>(way.tenant)
            .bind::<Text, _>(&way.from)
            .bind::<Text, _>(&table.table_name)
            .bind::<Array<Text>, _>(&columns)
            .bind::<Nullable<BigInt>, _>(since)
            .get_result(self.from)?;
        self.pass(&opened, table, way, &columns)
    }

    pub(super) fn copy_missing(&mut self, table: &Table, way: &Way) -> QueryResult<i64> {
        let Some(differing) = self.differing(table, way)? else {
            return Ok(0);
        };
        // What is there already is told to the other end, which reads the rest.
        let keys = open_keys(self.to, table, (way, &way.to), &differing)?;
        put_away(self.from)?;
        each(self.to, &keys, self.until, |lines| {
            put_aside(self.from, &lines)
        })?;
        let columns = columns(self.to, table, &way.to)?;
        let opened: Opened =
            raw::query("select app.open_missing($1, $2, $3, $4, $5, $6, $7) as name")
                .bind::<SqlUuid, _>(way.tenant)
                .bind::<Text, _>(&way.from)
                .bind::<Text, _>(&table.table_name)
                .bind::<Array<Text>, _>(table.keys())
                .bind::<Array<Text>, _>(&columns)
                .bind::<Integer, _>(differing.of)
                .bind::<Array<Integer>, _>(&differing.buckets)
                .get_result(self.from)?;
        self.pass(&opened, table, way, &columns)
    }

    pub(super) fn drop_gone(&mut self, table: &Table, way: &Way) -> QueryResult<i64> {
        let Some(differing) = self.differing(table, way)? else {
            return Ok(0);
        };
        let keys = open_keys(self.from, table, (way, &way.from), &differing)?;
        put_away(self.to)?;
        each(self.from, &keys, self.until, |lines| {
            put_aside(self.to, &lines)
        })?;
        let gone: Count = raw::query("select app.drop_others($1, $2, $3, $4, $5, $6) as count")
            .bind::<SqlUuid, _>(way.tenant)
            .bind::<Text, _>(&way.to)
            .bind::<Text, _>(&table.table_name)
            .bind::<Array<Text>, _>(table.keys())
            .bind::<Integer, _>(differing.of)
            .bind::<Array<Integer>, _>(&differing.buckets)
            .get_result(self.to)?;
        put_away(self.to)?;
        Ok(gone.count)
    }

    pub(super) fn counts(&mut self, table: &Table, way: &Way) -> QueryResult<(i64, i64)> {
        Ok((
            row_count(self.from, table, way, &way.from)?,
            row_count(self.to, table, way, &way.to)?,
        ))
    }

    pub(super) fn unlike(&mut self, table: &Table, way: &Way, since: i64) -> QueryResult<i64> {
        let columns = columns(self.to, table, &way.to)?;
        let opened: Opened = raw::query("select app.open_rows($1, $2, $3, $4, $5) as name")
            .bind::<SqlUuid, _>(way.tenant)
            .bind::<Text, _>(&way.from)
            .bind::<Text, _>(&table.table_name)
            .bind::<Array<Text>, _>(&columns)
            .bind::<BigInt, _>(since)
            .get_result(self.from)?;
        let mut unlike = 0;
        each(self.from, &opened, self.until, |lines| {
            let count: Count =
                raw::query("select app.unlike_lines($1, $2, $3, $4, $5, $6) as count")
                    .bind::<SqlUuid, _>(way.tenant)
                    .bind::<Text, _>(&way.to)
                    .bind::<Text, _>(&table.table_name)
                    .bind::<Array<Text>, _>(table.keys())
                    .bind::<Array<Text>, _>(&columns)
                    .bind::<Array<Text>, _>(&lines)
                    .get_result(self.to)?;
            unlike += count.count;
            Ok(())
        })?;
        let (here, there) = self.counts(table, way)?;
        Ok(unlike + (here - there).abs())
    }

    /// Writes what was opened where the tenant lives into the copy.
    fn pass(
        &mut self,
        opened: &Opened,
        table: &Table,
        way: &Way,
        columns: &[String],
    ) -> QueryResult<i64> {
        let mut written = 0;
        each(self.from, opened, self.until, |lines| {
            let count: Count = raw::query("select app.put_rows($1, $2, $3, $4, $5) as count")
                .bind::<Text, _>(&way.to)
                .bind::<Text, _>(&table.table_name)
                .bind::<Array<Text>, _>(table.keys())
                .bind::<Array<Text>, _>(columns)
                .bind::<Array<Text>, _>(&lines)
                .get_result(self.to)?;
            written += count.count;
            Ok(())
        })?;
        raw::query("select app.end_rows($1, $2, $3, $4)")
            .bind::<Text, _>(&way.to)
            .bind::<Text, _>(&table.table_name)
            .bind::<Array<Text>, _>(table.keys())
            .bind::<Array<Text>, _>(columns)
            .execute(self.to)?;
        Ok(written)
    }

    /// In which buckets the keys differ; `None` where they are the same.
    fn differing(&mut self, table: &Table, way: &Way) -> QueryResult<Option<Differing>> {
        let of = buckets(row_count(self.from, table, way, &way.from)?);
        let here = key_buckets(self.from, table, (way, &way.from), of)?;
        let there = key_buckets(self.to, table, (way, &way.to), of)?;
        Ok(Differing::between(&here, &there, of))
    }
}

/// The columns in the order of the copy's rows.
fn columns(connection: &mut PgConnection, table: &Table, schema: &str) -> QueryResult<Vec<String>> {
    let columns: Lines = raw::query("select app.row_columns($1, $2) as lines")
        .bind::<Text, _>(schema)
        .bind::<Text, _>(&table.table_name)
        .get_result(connection)?;
    Ok(columns.lines)
}

/// Reads what was opened to its end.
fn each(
    connection: &mut PgConnection,
    opened: &Opened,
    until: Until,
    mut take: impl FnMut(Vec<String>) -> QueryResult<()>,
) -> QueryResult<()> {
    loop {
        if let Some(until) = until {
            patient_until(connection, until)?;
        }
        let next: Lines = raw::query("select app.next_lines($1, $2, $3) as lines")
            .bind::<Text, _>(&opened.name)
            .bind::<Integer, _>(AT_ONCE)
            .bind::<Integer, _>(BYTES_AT_ONCE)
            .get_result(connection)?;
        if next.lines.is_empty() {
            return Ok(());
        }
        take(next.lines)?;
    }
}

fn open_keys(
    connection: &mut PgConnection,
    table: &Table,
    (way, schema): (&Way, &str),
    differing: &Differing,
) -> QueryResult<Opened> {
    raw::query("select app.open_keys($1, $2, $3, $4, $5, $6) as name")
        .bind::<SqlUuid, _>(way.tenant)
        .bind::<Text, _>(schema)
        .bind::<Text, _>(&table.table_name)
        .bind::<Array<Text>, _>(table.keys())
        .bind::<Integer, _>(differing.of)
        .bind::<Array<Integer>, _>(&differing.buckets)
        .get_result(connection)
}

fn put_aside(connection: &mut PgConnection, lines: &[String]) -> QueryResult<()> {
    raw::query("select app.put_aside($1)")
        .bind::<Array<Text>, _>(lines)
        .execute(connection)?;
    Ok(())
}

fn put_away(connection: &mut PgConnection) -> QueryResult<()> {
    raw::query("select app.put_away()").execute(connection)?;
    Ok(())
}
