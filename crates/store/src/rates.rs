//! The buckets of the API's limits: taken from in one statement, before any tenant is entered.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Integer, Nullable, Text};

use crate::StoreError;
use crate::platform::PlatformTx;
use crate::pool::Store;
use crate::raw::{self, Always};
use crate::schema::node::rates;

/// A bucket: its name, and how many it lets through in how many seconds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bucket {
    /// Whose and what for.
    pub name: String,
    /// The most at once, and in each span.
    pub limit: i32,
    /// The span in seconds.
    pub seconds: i32,
}

/// What the buckets said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, QueryableByName)]
pub struct Taken {
    /// The place of the bucket that refused, from 1; `None` when all gave one.
    #[diesel(sql_type = Nullable<Integer>)]
    pub refused: Option<i32>,
    /// What is left in the scarcest.
    #[diesel(sql_type = Integer)]
    pub remaining: i32,
    /// When that one is whole again, in milliseconds.
    #[diesel(sql_type = BigInt)]
    pub reset_ms: i64,
    /// When to come again, in milliseconds, where one refused.
    #[diesel(sql_type = Nullable<BigInt>)]
    pub retry_ms: Option<i64>,
}

impl Store {
    /// Takes one from each of the buckets, or from none.
    ///
    /// # Errors
    /// No connection or no database.
    pub fn take_rates(&self, buckets: &[Bucket]) -> Result<Taken, StoreError> {
        let names: Vec<&str> = buckets.iter().map(|bucket| bucket.name.as_str()).collect();
        let limits: Vec<i32> = buckets.iter().map(|bucket| bucket.limit).collect();
        let seconds: Vec<i32> = buckets.iter().map(|bucket| bucket.seconds).collect();
        self.alone(|connection| {
            let take = raw::query("select * from app.take_rates($1, $2, $3)")
                .bind::<Array<Text>, _>(&names)
                .bind::<Array<Integer>, _>(&limits)
                .bind::<Array<Integer>, _>(&seconds);
            Ok(Always(take).get_result(connection)?)
        })
    }
}

/// Clears buckets that are whole again: each would begin so anyway. Answers how many went.
///
/// # Errors
/// The database's.
pub fn prune(tx: &mut PlatformTx<'_>, before: DateTime<Utc>) -> Result<usize, StoreError> {
    let whole: Vec<String> = rates::table
        .filter(rates::full_at.lt(before))
        .select(rates::bucket)
        .limit(1_000)
        .load(tx.connection())?;
    Ok(diesel::delete(rates::table)
        // Once more: it may have been taken from since.
        .filter(rates::full_at.lt(before))
        .filter(rates::bucket.eq_any(whole))
        .execute(tx.connection())?)
}
