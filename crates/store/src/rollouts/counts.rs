//! How far a rollout is, and what earlier ones took.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Nullable, Uuid as SqlUuid};
use domain::RolloutId;

use crate::StoreError;
use crate::platform::PlatformTx;
use crate::raw;

/// The schemas of a rollout, counted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, QueryableByName)]
pub struct Counts {
    /// Not begun, or to be tried again.
    #[diesel(sql_type = BigInt)]
    pub waiting: i64,
    /// Under way.
    #[diesel(sql_type = BigInt)]
    pub running: i64,
    /// At the version.
    #[diesel(sql_type = BigInt)]
    pub done: i64,
    /// Could not be brought there.
    #[diesel(sql_type = BigInt)]
    pub failed: i64,
    /// How many microseconds of the clock those that are over took since the first of the latest hundred was begun.
    #[diesel(sql_type = Nullable<BigInt>)]
    pub lately_took: Option<i64>,
    /// How many those latest are.
    #[diesel(sql_type = BigInt)]
    pub lately: i64,
}

impl Counts {
    /// All schemas.
    #[must_use]
    pub fn all(&self) -> i64 {
        self.waiting + self.running + self.done + self.failed
    }

    /// Those that are over.
    #[must_use]
    pub fn over(&self) -> i64 {
        self.done + self.failed
    }

    /// How many microseconds are left at the rate of the latest; `None` before there are any.
    #[must_use]
    pub fn left(&self) -> Option<i64> {
        let took = self.lately_took.filter(|_| self.lately > 0)?;
        Some((self.waiting + self.running).saturating_mul(took) / self.lately)
    }
}

/// What the schemas of the latest rollouts took.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, QueryableByName)]
pub struct Measured {
    /// How many schemas were looked at.
    #[diesel(sql_type = BigInt)]
    pub schemas: i64,
    /// The microseconds that one took on average, from its beginning to its end.
    #[diesel(sql_type = Nullable<BigInt>)]
    pub average: Option<i64>,
    /// The most that one took.
    #[diesel(sql_type = Nullable<BigInt>)]
    pub longest: Option<i64>,
}

impl PlatformTx<'_> {
    /// How far a rollout is.
    ///
    /// # Errors
    /// The database's.
    pub fn count_targets(&mut self, id: RolloutId) -> Result<Counts, StoreError> {
        Ok(raw::query(
            "with latest as ( \
                 select t.began_at, t.finished_at from catalogue.rollout_targets t \
                 where t.rollout_id = $1 and t.state in ('done', 'failed') and t.began_at is not null \
                 order by t.finished_at desc limit 100 \
             ) \
             select count(*) filter (where t.state = 'waiting') as waiting, count(*) filter (where t.state = 'running') as running, \
                 count(*) filter (where t.state = 'done') as done, count(*) filter (where t.state = 'failed') as failed, \
                 (select (extract(epoch from max(l.finished_at) - min(l.began_at)) * 1000000)::bigint from latest l) as lately_took, \
                 (select count(*) from latest) as lately \
             from catalogue.rollout_targets t where t.rollout_id = $1",
        )
        .bind::<SqlUuid, _>(id.uuid())
        .get_result(self.connection())?)
    }

    /// What the latest thousand schemas took that ran anything.
    ///
    /// # Errors
    /// The database's.
    pub fn measured_rollouts(&mut self) -> Result<Measured, StoreError> {
        Ok(raw::query(
            "select count(*) as schemas, avg(l.took)::bigint as average, max(l.took) as longest from ( \
                 select (extract(epoch from t.finished_at - t.began_at) * 1000000)::bigint as took \
                 from catalogue.rollout_targets t join catalogue.rollouts r on r.id = t.rollout_id \
                 where t.state = 'done' and t.ran <> '[]' and r.direction = 'up' \
                 order by r.asked_at desc, t.finished_at desc limit 1000 \
             ) l",
        )
        .get_result(self.connection())?)
    }
}
