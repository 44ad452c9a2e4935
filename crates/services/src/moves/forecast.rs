//! What a move will take: how much there is, counted; how long it took others, measured. What is not known is said.

use std::time::Duration;

use chrono::{DateTime, Utc};
use domain::{PlacementKind, TenantId};
use store::moves::{NoMove, Volume};
use store::{NoSchema, Store, StoreError};

use crate::VerbError;

/// What is known of a move beforehand.
#[derive(Debug, Clone)]
pub struct Forecast {
    /// Where the tenant lives.
    pub from: PlacementKind,
    /// Where it would go.
    pub to: PlacementKind,
    /// How much there is; or why that is not known.
    pub volume: Result<Volume, &'static str>,
    /// How long copying will probably take; or why that is not known.
    pub copying: Result<Duration, &'static str>,
    /// How long requests will probably wait; or why that is not known.
    pub pause: Result<Duration, &'static str>,
    /// Whether a copy is kept there, so that only what changed since is copied.
    pub follows_copy: bool,
}

const NO_MOVES: &str =
    "No tenant was moved here before, so nothing is known about how long it takes.";
const TOO_MUCH: &str = "There is too much to be counted in ten seconds.";

/// Looks at what there is, before a move is asked for. Nothing is changed.
///
/// # Errors
/// No connection as the owner of the tables, or the database's.
pub fn forecast(
    store: &Store,
    now: DateTime<Utc>,
    tenant: TenantId,
    to: PlacementKind,
) -> Result<Forecast, VerbError> {
    let (from, copies, (rate, pause)) = store.platform(now, |tx| {
        let lives = tx.placement_of(tenant)?.ok_or(StoreError::NotFound)?;
        Ok::<_, StoreError>((lives.kind, tx.kept_copies(tenant)?, tx.typical_move()?))
    })?;
    let volume = match store.volume(tenant) {
        Ok(volume) => Ok(volume),
        Err(NoMove::Database(StoreError::Timeout)) => Err(TOO_MUCH),
        Err(NoMove::NoSchema(NoSchema::NoOwner)) => Err(super::NO_OWNER),
        Err(error) => return Err(super::work::as_verb(error)),
    };
    let copying = match (&volume, rate) {
        (Err(why), _) => Err(*why),
        (Ok(volume), Some(rate)) => Ok(time(volume.rows, rate)),
        (Ok(_), None) => Err(NO_MOVES),
    };
    let pause = pause.and_then(|pause| u64::try_from(pause).ok());
    Ok(Forecast {
        from,
        to,
        volume,
        copying,
        pause: pause.map(Duration::from_micros).ok_or(NO_MOVES),
        follows_copy: copies.iter().any(|copy| copy.kind == to),
    })
}

fn time(rows: i64, a_second: i64) -> Duration {
    let milliseconds = rows.saturating_mul(1000) / a_second.max(1);
    Duration::from_millis(u64::try_from(milliseconds).unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_rows_by_rows_a_second() {
        assert_eq!(time(50_000, 100_000), Duration::from_millis(500));
        assert_eq!(time(10, 0), Duration::from_secs(10));
    }
}
