//! The processes that measure: which flush of each was written down, and where something may be missing.

use chrono::{DateTime, TimeDelta, Utc};
use diesel::prelude::*;
use uuid::Uuid;

use crate::StoreError;
use crate::platform::PlatformTx;
use crate::schema::catalogue::usage_processes;

/// One flush of one process.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Flush {
    /// Drawn when the process began.
    pub process: Uuid,
    /// When that was.
    pub began_at: DateTime<Utc>,
    /// From 1 on, without gaps.
    pub number: i64,
    /// How much the process had no room for since it began.
    pub lost: i64,
    /// Whether it is the last.
    pub last: bool,
}

/// A span in which something that was measured may be missing: a process ended without a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Gap {
    /// What was measured until here is written down.
    pub from: DateTime<Utc>,
    /// From here on the process measured nothing any more.
    pub until: DateTime<Utc>,
}

impl PlatformTx<'_> {
    /// Begins a flush; false where it is written down already, so that it counts once however often it is tried.
    ///
    /// # Errors
    /// The database's.
    pub fn begin_flush(&mut self, flush: &Flush) -> Result<bool, StoreError> {
        let now = self.now();
        let state = (
            usage_processes::flushed_at.eq(now),
            usage_processes::flushes.eq(flush.number),
            usage_processes::lost.eq(flush.lost),
            usage_processes::ended_at.eq(flush.last.then_some(now)),
        );
        let before = flush.number.saturating_sub(1);
        let known = diesel::update(usage_processes::table.find(flush.process))
            .filter(usage_processes::flushes.eq(before))
            .set(state)
            .execute(self.connection())?;
        if known == 1 {
            return Ok(true);
        }
        if before > 0 {
            return Ok(false);
        }
        let new = diesel::insert_into(usage_processes::table)
            .values((
                usage_processes::id.eq(flush.process),
                usage_processes::began_at.eq(flush.began_at),
                state,
            ))
            .on_conflict_do_nothing()
            .execute(self.connection())?;
        Ok(new == 1)
    }

    /// Where something may be missing since then: processes that neither ended nor said anything for `silence`, each of which
    /// says something every `beat`.
    ///
    /// # Errors
    /// The database's.
    pub fn usage_gaps(
        &mut self,
        since: DateTime<Utc>,
        silence: TimeDelta,
        beat: TimeDelta,
    ) -> Result<Vec<Gap>, StoreError> {
        let silent = self.now() - silence;
        let ends: Vec<DateTime<Utc>> = usage_processes::table
            .filter(usage_processes::ended_at.is_null())
            .filter(usage_processes::flushed_at.between(since, silent))
            .order(usage_processes::flushed_at)
            .select(usage_processes::flushed_at)
            .load(self.connection())?;
        let ends = ends.into_iter();
        Ok(ends
            .map(|from| Gap {
                from,
                until: from + beat,
            })
            .collect())
    }

    /// Forgets the processes that said nothing since then.
    ///
    /// # Errors
    /// The database's.
    pub fn forget_processes(&mut self, before: DateTime<Utc>) -> Result<usize, StoreError> {
        Ok(
            diesel::delete(usage_processes::table.filter(usage_processes::flushed_at.lt(before)))
                .execute(self.connection())?,
        )
    }
}
