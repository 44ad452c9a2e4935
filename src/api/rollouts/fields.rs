//! Rollouts as programs see them.

use chrono::{DateTime, Utc};
use serde::Serialize;
use services::rollouts::{Counts, Rollout, Space};
use services::vendor::Given;
use utoipa::ToSchema;

/// How many schemas that failed an answer names.
pub(super) const SHOWN: i64 = 100;

/// The application's migrations.
#[derive(Debug, Serialize, ToSchema)]
pub struct Migrations {
    /// The oldest first.
    pub migrations: Vec<MigrationFields>,
}

/// A migration of the application's.
#[derive(Debug, Serialize, ToSchema)]
pub struct MigrationFields {
    /// By which they are ordered.
    pub version: String,
    /// What it is called.
    pub name: String,
    /// In how many schemas it ran.
    pub schemas: i64,
    /// When it was taken over.
    pub given_at: DateTime<Utc>,
    /// Since when new schemas get it; null before its first rollout.
    pub released_at: Option<DateTime<Utc>>,
    /// Whether it can be taken back.
    pub reversible: bool,
}

/// The latest rollouts.
#[derive(Debug, Serialize, ToSchema)]
pub struct Rollouts {
    /// The newest first.
    pub rollouts: Vec<RolloutFields>,
}

/// One rollout, counted.
#[derive(Debug, Serialize, ToSchema)]
pub struct OneRollout {
    /// How it stands.
    pub rollout: RolloutFields,
    /// How many schemas stand where.
    pub counts: RolloutCounts,
    /// The first hundred schemas that failed.
    pub failed: Vec<FailedSchema>,
}

/// How a rollout stands.
#[derive(Debug, Serialize, ToSchema)]
pub struct RolloutFields {
    /// Which.
    pub id: String,
    /// up or down.
    pub direction: String,
    /// The last version that stands afterwards; empty for none.
    pub version: String,
    /// waiting, running, paused, done, failed or cancelled.
    pub status: String,
    /// Why it is paused or failed.
    pub reason: Option<String>,
    /// Schemas at once.
    pub parallel: i32,
    /// How many of all schemas one wave has, in percent.
    pub wave_percent: i32,
    /// At how many failures, in percent, it stands still.
    pub stop_percent: i32,
    /// Who asked.
    pub asked_by: String,
    /// When.
    pub asked_at: DateTime<Utc>,
    /// When the first schema was begun.
    pub begun_at: Option<DateTime<Utc>>,
    /// When it was over.
    pub finished_at: Option<DateTime<Utc>>,
}

/// How many schemas of a rollout stand where.
#[derive(Debug, Serialize, ToSchema)]
pub struct RolloutCounts {
    /// Not begun, or to be tried again.
    pub waiting: i64,
    /// Under way.
    pub running: i64,
    /// At the version.
    pub done: i64,
    /// Could not be brought there; they are as they were.
    pub failed: i64,
    /// How many seconds are left at the rate of the latest; null before there are any.
    pub seconds_left: Option<i64>,
}

/// A schema that could not be brought to the version; it is as it was.
#[derive(Debug, Serialize, ToSchema)]
pub struct FailedSchema {
    /// Its name.
    pub schema: String,
    /// Whose it is; null for the tables that tenants share.
    pub tenant_id: Option<String>,
    /// Why.
    pub error: Option<String>,
}

impl Migrations {
    pub(super) fn of(all: &[Given]) -> Self {
        let fields = |one: &Given| MigrationFields {
            version: one.version.clone(),
            name: one.name.clone(),
            schemas: one.schemas,
            given_at: one.given_at,
            released_at: one.released_at,
            reversible: one.goes_back,
        };
        Self {
            migrations: all.iter().map(fields).collect(),
        }
    }
}

impl Rollouts {
    pub(super) fn of(lines: &[Rollout]) -> Self {
        Self {
            rollouts: lines.iter().map(RolloutFields::of).collect(),
        }
    }
}

impl OneRollout {
    pub(super) fn of(line: &Rollout, counts: &Counts, failed: &[Space]) -> Self {
        let failed = failed.iter().map(|space| FailedSchema {
            schema: space.schema_name.clone(),
            tenant_id: space.tenant.as_ref().map(|(id, _)| id.to_string()),
            error: space.error.clone(),
        });
        Self {
            rollout: RolloutFields::of(line),
            counts: RolloutCounts {
                waiting: counts.waiting,
                running: counts.running,
                done: counts.done,
                failed: counts.failed,
                seconds_left: counts
                    .left()
                    .filter(|_| line.state.is_open())
                    .map(|left| left / 1_000_000),
            },
            failed: failed.collect(),
        }
    }
}

impl RolloutFields {
    fn of(line: &Rollout) -> Self {
        Self {
            id: line.id.to_string(),
            direction: line.direction.to_string(),
            version: line.version.clone(),
            status: line.state.to_string(),
            reason: line.why.clone(),
            parallel: line.pace.parallel,
            wave_percent: line.pace.wave_percent,
            stop_percent: line.pace.stop_percent,
            asked_by: line.asked_by.clone(),
            asked_at: line.asked_at,
            begun_at: line.begun_at,
            finished_at: line.finished_at,
        }
    }
}
