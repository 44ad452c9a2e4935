//! What a rollout would do: which migrations in how many schemas, which tables they would keep people from, and how long
//! it would take by what earlier ones took.

use std::time::Duration;

use chrono::{DateTime, Utc};
use domain::Direction;
use store::rollouts::{Measured, NoRun, Tried};
use store::{Store, StoreError};

use super::{NO_OWNER, version_of};
use crate::VerbError;

/// What is known beforehand.
#[derive(Debug, Clone)]
pub struct Forecast {
    /// The last version that would stand.
    pub version: String,
    /// Schemas that are not at it.
    pub schemas: usize,
    /// What would run, each with the tables that were there before and that it keeps people from.
    pub migrations: Vec<Tried>,
    /// What earlier rollouts took.
    pub measured: Measured,
    /// How long it would take with two at once; `None` where nothing was measured yet.
    pub takes: Option<Duration>,
}

/// Looks at a rollout forward without doing it: its migrations are tried in a schema that is nobody's.
///
/// # Errors
/// [`VerbError::Invalid`] at `version`, [`VerbError::Migration`] when a script fails even there.
pub fn forecast(
    store: &Store,
    now: DateTime<Utc>,
    version: Option<&str>,
) -> Result<Forecast, VerbError> {
    if !store.makes_schemas() {
        return Err(VerbError::Conflict(NO_OWNER.to_owned()));
    }
    let (version, all, schemas, measured) = store.platform(now, |tx| {
        let version = version_of(tx, Direction::Up, version)?;
        let schemas = tx.schemas_behind(Direction::Up, &version)?;
        Ok::<_, VerbError>((
            version,
            tx.vendor_migrations()?,
            schemas,
            tx.measured_rollouts()?,
        ))
    })?;
    let everywhere = store.platform(now, |tx| tx.versions_everywhere())?;
    let (standing, others): (Vec<_>, Vec<_>) = all
        .into_iter()
        .partition(|one| everywhere.contains(&one.version));
    let coming: Vec<_> = others
        .into_iter()
        .filter(|one| one.version <= version)
        .collect();
    let migrations = match store
        .runner()
        .and_then(|mut runner| runner.forecast(&standing, &coming))
    {
        Ok(tried) => tried,
        Err(NoRun::NoSchema(error)) => return Err(error.into()),
        Err(NoRun::Database(error)) => return Err(error.into()),
        Err(NoRun::Held) => return Err(StoreError::Busy.into()),
        Err(error @ (NoRun::Script { .. } | NoRun::NoWayBack(_))) => {
            return Err(VerbError::Migration(error.to_string()));
        }
    };
    Ok(Forecast {
        version,
        takes: takes(schemas, measured),
        schemas,
        migrations,
        measured,
    })
}

/// With two at once, as a rollout goes unless it is told otherwise.
fn takes(schemas: usize, measured: Measured) -> Option<Duration> {
    let average = u64::try_from(measured.average?).ok()?;
    let all = u64::try_from(schemas).ok()?.saturating_mul(average);
    Some(Duration::from_micros(all / 2))
}

impl Forecast {
    /// How many schemas could be migrated within ten minutes, two at once, by what earlier ones took.
    #[must_use]
    pub fn most_in_ten_minutes(measured: &Measured) -> Option<i64> {
        let average = measured.average.filter(|average| *average > 0)?;
        Some(2 * 600_000_000 / average)
    }
}
