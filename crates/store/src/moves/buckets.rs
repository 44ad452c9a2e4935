//! In which buckets of keys two databases differ: a digest of each tells it without a key passing.

use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Integer, Text, Uuid as SqlUuid};

use super::tables::{Table, Way};
use crate::raw;

/// About so many keys share a bucket.
const IN_A_BUCKET: i64 = 500;
/// The fewest and the most buckets, as powers of two.
const BUCKETS: [u32; 2] = [8, 16];

#[derive(QueryableByName, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Bucket {
    #[diesel(sql_type = Integer)]
    bucket: i32,
    #[diesel(sql_type = Text)]
    digest: String,
}

/// The buckets in which two tables differ, of how many.
pub(super) struct Differing {
    pub(super) of: i32,
    pub(super) buckets: Vec<i32>,
}

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

impl Differing {
    /// Those in which two tables differ; `None` where they are the same. Both are in order.
    pub(super) fn between(here: &[Bucket], there: &[Bucket], of: i32) -> Option<Self> {
        let only = |these: &[Bucket], others: &[Bucket]| -> Vec<i32> {
            let alone = these
                .iter()
                .filter(|one| others.binary_search(one).is_err());
            alone.map(|one| one.bucket).collect()
        };
        let mut buckets = only(here, there);
        buckets.extend(only(there, here));
        buckets.sort_unstable();
        buckets.dedup();
        (!buckets.is_empty()).then_some(Self { of, buckets })
    }
}

/// Into how many buckets so many keys go: a power of two.
pub(super) fn buckets(rows: i64) -> i32 {
    let [fewest, most] = BUCKETS;
    let power = (rows / IN_A_BUCKET).max(1).ilog2() + 1;
    1 << power.clamp(fewest, most)
}

/// A digest of the keys in each bucket, in order.
pub(super) fn key_buckets(
    connection: &mut PgConnection,
    table: &Table,
    (way, schema): (&Way, &str),
    of: i32,
) -> QueryResult<Vec<Bucket>> {
    let mut buckets: Vec<Bucket> =
        raw::query("select bucket, digest from app.key_buckets($1, $2, $3, $4, $5)")
            .bind::<SqlUuid, _>(way.tenant)
            .bind::<Text, _>(schema)
            .bind::<Text, _>(&table.table_name)
            .bind::<Array<Text>, _>(table.keys())
            .bind::<Integer, _>(of)
            .load(connection)?;
    buckets.sort_unstable();
    Ok(buckets)
}

/// How many rows the tenant has in the table.
pub(super) fn row_count(
    connection: &mut PgConnection,
    table: &Table,
    way: &Way,
    schema: &str,
) -> QueryResult<i64> {
    let count: Count = raw::query("select app.row_count($1, $2, $3) as count")
        .bind::<SqlUuid, _>(way.tenant)
        .bind::<Text, _>(schema)
        .bind::<Text, _>(&table.table_name)
        .get_result(connection)?;
    Ok(count.count)
}
