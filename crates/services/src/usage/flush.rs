//! Writing down what was noted: under a number, so that it counts once, however often it has to be tried.

use std::collections::HashMap;
use std::sync::Arc;

use chrono::{DateTime, Datelike, NaiveDate, Utc};
use domain::{TenantId, TimeZone};
use store::usage::Flush;
use store::{PlatformTx, Store, StoreError};

use super::{BEAT, Taken, Usage};

impl Usage {
    /// Writes down what was noted until now, and says that this process is there. Where there is nothing to say, nothing is
    /// written. `last` says that the process ends.
    ///
    /// # Errors
    /// The database's: what was taken is kept, and the next try writes it down first.
    pub fn flush(&self, store: &Store, now: DateTime<Utc>, last: bool) -> Result<(), StoreError> {
        let Some((taken, began_at)) = self.take(now, last) else {
            return Ok(());
        };
        self.make_months(store, now, &taken)?;
        let flush = Flush {
            process: self.process,
            began_at,
            number: taken.number,
            lost: taken.lost,
            last,
        };
        store.platform(now, |tx| write(tx, &flush, &taken))?;
        let mut inside = self.inside();
        inside.taken = None;
        inside.flushes = taken.number;
        inside.flushed_at = Some(now);
        Ok(())
    }

    /// What is to be written down next, and since when this process measures.
    fn take(&self, now: DateTime<Utc>, last: bool) -> Option<(Arc<Taken>, DateTime<Utc>)> {
        let mut inside = self.inside();
        let began_at = *inside.began_at.get_or_insert(now);
        if let Some(taken) = &inside.taken {
            return Some((Arc::clone(taken), began_at));
        }
        // A clock that was put back does not keep it quiet.
        let is_due = |at: DateTime<Utc>| now - at >= BEAT || now < at;
        if inside.buffer.is_empty() && !last && !inside.flushed_at.is_none_or(is_due) {
            return None;
        }
        let taken = Arc::new(Taken {
            number: inside.flushes.saturating_add(1),
            lost: inside.buffer.lost.take(),
            batch: inside.buffer.take(),
        });
        inside.taken = Some(Arc::clone(&taken));
        Some((taken, began_at))
    }

    /// Sees to it that there are tables for the months in which something happened.
    fn make_months(
        &self,
        store: &Store,
        now: DateTime<Utc>,
        taken: &Taken,
    ) -> Result<(), StoreError> {
        let months = taken.batch.days().into_iter().filter_map(first_of_month);
        for month in months {
            if self.inside().months.contains(&month) {
                continue;
            }
            store.platform(now, |tx| tx.keep_usage(month, month))?;
            self.inside().months.insert(month);
        }
        Ok(())
    }
}

fn first_of_month(day: NaiveDate) -> Option<NaiveDate> {
    day.with_day(1)
}

fn write(tx: &mut PlatformTx<'_>, flush: &Flush, taken: &Taken) -> Result<(), StoreError> {
    if !tx.begin_flush(flush)? {
        return Ok(());
    }
    let tenants = taken.batch.tenants();
    if tenants.is_empty() {
        return Ok(());
    }
    let rows = taken.batch.rows(&zones(tx, &tenants)?);
    tx.add_hours(&rows.hours, false)?;
    tx.add_hours(&rows.level_hours, true)?;
    tx.add_days(&rows.days, false)?;
    tx.add_days(&rows.level_days, true)?;
    tx.add_shares(rows.shares)
}

pub(super) fn zones(
    tx: &mut PlatformTx<'_>,
    tenants: &[TenantId],
) -> Result<HashMap<TenantId, TimeZone>, StoreError> {
    let zones = tx.zones(tenants)?.into_iter();
    Ok(zones
        .map(|(tenant, zone)| (tenant, zone.parse().unwrap_or_default()))
        .collect())
}
