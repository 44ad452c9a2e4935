//! The processes that measure: which flush of each was written down, and where something may be missing.

use chrono::{DateTime, TimeDelta, Utc};
use diesel::prelude::*;
use uuid::Uuid;

use crate::StoreError;
use crate::platform::PlatformTx;
use crate::schema::catalogue::{usage_losses, usage_processes};

/// One flush of one process.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Flush {
    /// Drawn when the process began.
    pub process: Uuid,
    /// When that was.
    pub began_at: DateTime<Utc>,
    /// From 1 on, without gaps.
    pub number: i64,
    /// What the process had no room for since the flush before.
    pub lost: Option<Loss>,
    /// Whether it is the last.
    pub last: bool,
}

/// What a process had no room for between two flushes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Loss {
    /// When the first was.
    pub since: DateTime<Utc>,
    /// When the last was.
    pub until: DateTime<Utc>,
    /// How much it was.
    pub amount: i64,
}

/// A span in which something that was measured is missing, or may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Gap {
    /// What was measured until here is written down.
    pub from: DateTime<Utc>,
    /// From here on nothing is missing any more.
    pub until: DateTime<Utc>,
    /// Why.
    pub cause: Cause,
}

/// Why something that was measured is missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cause {
    /// A process ended without a word.
    Ended,
    /// The database was away for so long that there was no room for more.
    Away,
}

impl PlatformTx<'_> {
    /// Begins a flush; false where it is written down already, so that it counts once however often it is tried.
    ///
    /// # Errors
    /// The database's.
    pub fn begin_flush(&mut self, flush: &Flush) -> Result<bool, StoreError> {
        let begins = self.note_flush(flush)?;
        if let Some(loss) = flush.lost.filter(|_| begins) {
            self.note_loss(flush, loss)?;
        }
        Ok(begins)
    }

    fn note_flush(&mut self, flush: &Flush) -> Result<bool, StoreError> {
        let now = self.now();
        let lost = flush.lost.map_or(0, |loss| loss.amount);
        let state = (
            usage_processes::flushed_at.eq(now),
            usage_processes::flushes.eq(flush.number),
            usage_processes::ended_at.eq(flush.last.then_some(now)),
        );
        let before = flush.number.saturating_sub(1);
        let known = diesel::update(usage_processes::table.find(flush.process))
            .filter(usage_processes::flushes.eq(before))
            .set((
                state,
                usage_processes::lost.eq(usage_processes::lost + lost),
            ))
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
                usage_processes::lost.eq(lost),
                state,
            ))
            .on_conflict_do_nothing()
            .execute(self.connection())?;
        Ok(new == 1)
    }

    fn note_loss(&mut self, flush: &Flush, loss: Loss) -> Result<(), StoreError> {
        diesel::insert_into(usage_losses::table)
            .values((
                usage_losses::process.eq(flush.process),
                usage_losses::number.eq(flush.number),
                usage_losses::since.eq(loss.since),
                usage_losses::until.eq(loss.until),
                usage_losses::amount.eq(loss.amount),
            ))
            .execute(self.connection())?;
        Ok(())
    }

    /// Where something is missing since then, or may be, the earliest first: where there was no room, and with processes that
    /// neither ended nor said anything for `silence`, each of which says something every `beat`.
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
        let ended = ends.into_iter().map(|from| Gap {
            from,
            until: from + beat,
            cause: Cause::Ended,
        });
        let losses: Vec<(DateTime<Utc>, DateTime<Utc>)> = usage_losses::table
            .filter(usage_losses::until.ge(since))
            .select((usage_losses::since, usage_losses::until))
            .load(self.connection())?;
        let lost = losses.into_iter().map(|(from, until)| Gap {
            from,
            until,
            cause: Cause::Away,
        });
        let mut gaps: Vec<Gap> = ended.chain(lost).collect();
        gaps.sort_by_key(|gap| (gap.from, gap.until));
        Ok(gaps)
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
