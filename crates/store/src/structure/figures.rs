//! Numbers: the server's own of a schema, and what a tenant counts of its rows.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Integer, Nullable, Text, Timestamptz};

use crate::StoreError;
use crate::raw;

/// What the server says of a table.
#[derive(Debug, Clone, PartialEq, Eq, QueryableByName)]
pub struct TableFigures {
    /// The table.
    #[diesel(sql_type = Text)]
    pub table_name: String,
    /// Rows, by its statistics.
    #[diesel(sql_type = BigInt)]
    pub row_estimate: i64,
    /// Bytes on the disk, without indexes.
    #[diesel(sql_type = BigInt)]
    pub table_bytes: i64,
    /// Those of its indexes.
    #[diesel(sql_type = BigInt)]
    pub index_bytes: i64,
    /// When its statistics were last taken.
    #[diesel(sql_type = Nullable<Timestamptz>)]
    pub analyzed_at: Option<DateTime<Utc>>,
    /// How often it was read from end to end.
    #[diesel(sql_type = BigInt)]
    pub seq_scans: i64,
    /// Rows that were read that way.
    #[diesel(sql_type = BigInt)]
    pub seq_rows: i64,
    /// How often any of its indexes was used.
    #[diesel(sql_type = BigInt)]
    pub idx_scans: i64,
}

/// What the server says of an index.
#[derive(Debug, Clone, PartialEq, Eq, QueryableByName)]
pub struct IndexFigures {
    /// The table it is of.
    #[diesel(sql_type = Text)]
    pub table_name: String,
    /// The index.
    #[diesel(sql_type = Text)]
    pub index_name: String,
    /// Bytes on the disk.
    #[diesel(sql_type = BigInt)]
    pub bytes: i64,
    /// How often it was used.
    #[diesel(sql_type = BigInt)]
    pub scans: i64,
}

/// What the server says of a table to the only tenant in it.
#[derive(Debug, Clone, PartialEq, Eq, QueryableByName)]
pub struct OwnFigures {
    /// The table.
    #[diesel(sql_type = Text)]
    pub table_name: String,
    /// Rows, by its statistics.
    #[diesel(sql_type = BigInt)]
    pub row_estimate: i64,
    /// Bytes on the disk, without indexes.
    #[diesel(sql_type = BigInt)]
    pub table_bytes: i64,
    /// Those of its indexes.
    #[diesel(sql_type = BigInt)]
    pub index_bytes: i64,
    /// When its statistics were last taken.
    #[diesel(sql_type = Nullable<Timestamptz>)]
    pub analyzed_at: Option<DateTime<Utc>>,
}

/// A tenant's rows of a table.
#[derive(Debug, Clone, PartialEq, Eq, QueryableByName)]
pub struct OwnRows {
    /// The table.
    #[diesel(sql_type = Text)]
    pub table_name: String,
    /// How many, or as many as were asked for at most.
    #[diesel(sql_type = BigInt)]
    pub row_count: i64,
    /// How many of them were measured.
    #[diesel(sql_type = BigInt)]
    pub sampled: i64,
    /// The columns.
    #[diesel(sql_type = Array<Text>)]
    pub column_names: Vec<String>,
    /// The bytes of each column in what was measured.
    #[diesel(sql_type = Array<BigInt>)]
    pub column_bytes: Vec<i64>,
}

pub(super) fn own_rows(
    connection: &mut PgConnection,
    most: i32,
) -> Result<Vec<OwnRows>, StoreError> {
    Ok(raw::query(
        "select table_name, row_count, sampled, column_names, column_bytes from app.own_rows($1)",
    )
    .bind::<Integer, _>(most)
    .load(connection)?)
}

pub(super) fn own(connection: &mut PgConnection) -> Result<Vec<OwnFigures>, StoreError> {
    Ok(raw::query(
        "select table_name, row_estimate, table_bytes, index_bytes, analyzed_at from app.own_figures()",
    )
    .load(connection)?)
}

pub(super) fn tables(
    connection: &mut PgConnection,
    schema: &str,
) -> Result<Vec<TableFigures>, StoreError> {
    Ok(raw::query(
        "select table_name, row_estimate, table_bytes, index_bytes, analyzed_at, seq_scans, seq_rows, idx_scans
         from app.table_figures($1)",
    )
    .bind::<Text, _>(schema)
    .load(connection)?)
}

pub(super) fn indexes(
    connection: &mut PgConnection,
    schema: &str,
) -> Result<Vec<IndexFigures>, StoreError> {
    Ok(
        raw::query("select table_name, index_name, bytes, scans from app.index_figures($1)")
            .bind::<Text, _>(schema)
            .load(connection)?,
    )
}
