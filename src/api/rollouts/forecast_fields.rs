//! What is known of a rollout beforehand, as programs see it.

use serde::Serialize;
use services::rollouts::Forecast;
use utoipa::ToSchema;

/// What is known of a rollout beforehand.
#[derive(Debug, Serialize, ToSchema)]
pub struct RolloutForecast {
    /// The last version that would stand.
    pub version: String,
    /// Schemas that are not at it.
    pub schemas: usize,
    /// How long it would take with two at once, by earlier rollouts; null where there were none.
    pub estimated_seconds: Option<f64>,
    /// What would run.
    pub migrations: Vec<ForecastMigration>,
}

/// A migration, and whom it would keep waiting.
#[derive(Debug, Serialize, ToSchema)]
pub struct ForecastMigration {
    /// Its version.
    pub version: String,
    /// What it is called.
    pub name: String,
    /// The tables that were there before it and that it locks.
    pub locks: Vec<ForecastLock>,
}

/// A lock on a table.
#[derive(Debug, Serialize, ToSchema)]
pub struct ForecastLock {
    /// Which table.
    pub table: String,
    /// PostgreSQL's word for the lock.
    pub mode: String,
    /// Whether all of the table is written anew.
    pub rewritten: bool,
    /// About how many rows the largest such table of any tenant has.
    pub largest_rows: i64,
    /// About how many bytes it takes.
    pub largest_bytes: i64,
}

impl RolloutForecast {
    pub(super) fn of(known: &Forecast) -> Self {
        let migrations = known.migrations.iter().map(|one| ForecastMigration {
            version: one.version.clone(),
            name: one.name.clone(),
            locks: one
                .locks
                .iter()
                .map(|lock| ForecastLock {
                    table: lock.table.clone(),
                    mode: lock.mode.clone(),
                    rewritten: lock.rewritten,
                    largest_rows: lock.rows,
                    largest_bytes: lock.bytes,
                })
                .collect(),
        });
        Self {
            version: known.version.clone(),
            schemas: known.schemas,
            estimated_seconds: known.takes.map(|takes| takes.as_secs_f64()),
            migrations: migrations.collect(),
        }
    }
}
