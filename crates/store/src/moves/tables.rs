//! The tables of a tenant and what is done to each of them, by functions of the node: the names of schemas and
//! tables vary, and statements from text are made nowhere in this crate.

use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Nullable, Text, Uuid as SqlUuid};
use domain::TenantId;
use uuid::Uuid;

use super::Compared;
use crate::raw;

/// A table of a tenant.
#[derive(Debug, Clone, PartialEq, Eq, QueryableByName)]
pub(super) struct Table {
    #[diesel(sql_type = Text)]
    pub(super) table_name: String,
    #[diesel(sql_type = Nullable<Array<Text>>)]
    pub(super) key_columns: Option<Vec<String>>,
    #[diesel(sql_type = Array<Text>)]
    pub(super) all_columns: Vec<String>,
}

/// How much a tenant has.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Volume {
    /// Tables.
    pub tables: usize,
    /// Rows in all of them.
    pub rows: i64,
    /// Bytes that the rows take, without indexes.
    pub bytes: i64,
}

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

#[derive(QueryableByName)]
struct Counts {
    #[diesel(sql_type = BigInt)]
    here: i64,
    #[diesel(sql_type = BigInt)]
    there: i64,
}

#[derive(QueryableByName)]
struct Print {
    #[diesel(sql_type = BigInt)]
    row_count: i64,
    #[diesel(sql_type = Text)]
    digest: String,
}

#[derive(QueryableByName)]
struct Size {
    #[diesel(sql_type = BigInt)]
    row_count: i64,
    #[diesel(sql_type = BigInt)]
    bytes: i64,
}

/// From one schema to another, for one tenant.
#[derive(Debug, Clone)]
pub(super) struct Way {
    pub(super) tenant: Uuid,
    pub(super) from: String,
    pub(super) to: String,
}

/// Everything that follows happens as this tenant, until the transaction ends: the policies of the tables hold the
/// owner to it too.
pub(super) fn work_as(connection: &mut PgConnection, tenant: TenantId) -> QueryResult<()> {
    raw::query(
        "select set_config('app.tenant_id', $1::text, true), set_config('work_mem', '64MB', true)",
    )
    .bind::<SqlUuid, _>(tenant.uuid())
    .execute(connection)?;
    Ok(())
}

/// The tables of a schema; those that are referred to come first.
pub(super) fn all(connection: &mut PgConnection, schema: &str) -> QueryResult<Vec<Table>> {
    raw::query("select table_name, key_columns, all_columns from app.tenant_tables($1)")
        .bind::<Text, _>(schema)
        .load(connection)
}

/// What all transactions before this one wrote is seen by this one.
pub(super) fn horizon(connection: &mut PgConnection) -> QueryResult<i64> {
    let seen: Count =
        raw::query("select pg_snapshot_xmin(pg_current_snapshot())::text::bigint as count")
            .get_result(connection)?;
    Ok(seen.count)
}

impl Table {
    pub(super) fn keys(&self) -> &[String] {
        self.key_columns.as_deref().unwrap_or_default()
    }

    /// Takes out of the copy what is no longer there.
    pub(super) fn drop_gone(&self, connection: &mut PgConnection, way: &Way) -> QueryResult<i64> {
        let gone: Count = raw::query("select app.drop_gone($1, $2, $3, $4, $5) as count")
            .bind::<SqlUuid, _>(way.tenant)
            .bind::<Text, _>(&way.from)
            .bind::<Text, _>(&way.to)
            .bind::<Text, _>(&self.table_name)
            .bind::<Array<Text>, _>(self.keys())
            .get_result(connection)?;
        Ok(gone.count)
    }

    /// Copies what was written since, or everything; answers how many rows that were.
    pub(super) fn copy(
        &self,
        connection: &mut PgConnection,
        way: &Way,
        since: Option<i64>,
    ) -> QueryResult<i64> {
        let copied: Count = raw::query("select app.copy_rows($1, $2, $3, $4, $5, $6, $7) as count")
            .bind::<SqlUuid, _>(way.tenant)
            .bind::<Text, _>(&way.from)
            .bind::<Text, _>(&way.to)
            .bind::<Text, _>(&self.table_name)
            .bind::<Array<Text>, _>(self.keys())
            .bind::<Array<Text>, _>(&self.all_columns)
            .bind::<Nullable<BigInt>, _>(since)
            .get_result(connection)?;
        Ok(copied.count)
    }

    /// Copies what the copy lacks, however old it is.
    pub(super) fn copy_missing(
        &self,
        connection: &mut PgConnection,
        way: &Way,
    ) -> QueryResult<i64> {
        let copied: Count = raw::query("select app.copy_missing($1, $2, $3, $4, $5, $6) as count")
            .bind::<SqlUuid, _>(way.tenant)
            .bind::<Text, _>(&way.from)
            .bind::<Text, _>(&way.to)
            .bind::<Text, _>(&self.table_name)
            .bind::<Array<Text>, _>(self.keys())
            .bind::<Array<Text>, _>(&self.all_columns)
            .get_result(connection)?;
        Ok(copied.count)
    }

    /// How many rows there are where the tenant lives, and in the copy.
    pub(super) fn counts(
        &self,
        connection: &mut PgConnection,
        way: &Way,
    ) -> QueryResult<(i64, i64)> {
        let counts: Counts = raw::query("select here, there from app.row_counts($1, $2, $3, $4)")
            .bind::<SqlUuid, _>(way.tenant)
            .bind::<Text, _>(&way.from)
            .bind::<Text, _>(&way.to)
            .bind::<Text, _>(&self.table_name)
            .get_result(connection)?;
        Ok((counts.here, counts.there))
    }

    /// Lets the planner know of a copy that was just made: without it a join of two large tables would be
    /// planned as one of two empty ones.
    pub(super) fn analyze(&self, connection: &mut PgConnection, schema: &str) -> QueryResult<()> {
        raw::query("select app.analyze_copy($1, $2)")
            .bind::<Text, _>(schema)
            .bind::<Text, _>(&self.table_name)
            .execute(connection)?;
        Ok(())
    }

    /// How many rows of the copy differ, of those that were written since.
    pub(super) fn unlike(
        &self,
        connection: &mut PgConnection,
        way: &Way,
        since: i64,
    ) -> QueryResult<i64> {
        let unlike: Count = raw::query("select app.unlike($1, $2, $3, $4, $5, $6, $7) as count")
            .bind::<SqlUuid, _>(way.tenant)
            .bind::<Text, _>(&way.from)
            .bind::<Text, _>(&way.to)
            .bind::<Text, _>(&self.table_name)
            .bind::<Array<Text>, _>(self.keys())
            .bind::<Array<Text>, _>(&self.all_columns)
            .bind::<BigInt, _>(since)
            .get_result(connection)?;
        Ok(unlike.count)
    }

    /// Rows and digest of the table in a schema.
    pub(super) fn fingerprint(
        &self,
        connection: &mut PgConnection,
        tenant: Uuid,
        schema: &str,
    ) -> QueryResult<Compared> {
        let print: Print =
            raw::query("select row_count, digest from app.fingerprint($1, $2, $3, $4)")
                .bind::<SqlUuid, _>(tenant)
                .bind::<Text, _>(schema)
                .bind::<Text, _>(&self.table_name)
                .bind::<Array<Text>, _>(&self.all_columns)
                .get_result(connection)?;
        Ok(Compared {
            table: self.table_name.clone(),
            rows: print.row_count,
            digest: print.digest,
        })
    }

    /// Takes all rows of the tenant out of a schema where it does not live.
    pub(super) fn empty(
        &self,
        connection: &mut PgConnection,
        tenant: Uuid,
        schema: &str,
    ) -> QueryResult<i64> {
        let gone: Count = raw::query("select app.empty_copy($1, $2, $3) as count")
            .bind::<SqlUuid, _>(tenant)
            .bind::<Text, _>(schema)
            .bind::<Text, _>(&self.table_name)
            .get_result(connection)?;
        Ok(gone.count)
    }

    /// How much the tenant has in it.
    pub(super) fn volume(
        &self,
        connection: &mut PgConnection,
        tenant: Uuid,
        schema: &str,
    ) -> QueryResult<(i64, i64)> {
        let size: Size = raw::query("select row_count, bytes from app.volume($1, $2, $3)")
            .bind::<SqlUuid, _>(tenant)
            .bind::<Text, _>(schema)
            .bind::<Text, _>(&self.table_name)
            .get_result(connection)?;
        Ok((size.row_count, size.bytes))
    }
}
