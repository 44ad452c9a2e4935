//! What a rollout tells the tenants of a schema, in their own events: that it begins, and that it failed. That it is done is
//! told in the transaction in which it is.

use chrono::{DateTime, Utc};
use store::rollouts::{Claimed, NoRun, Rollout, Runner, Telling};

use crate::events::EventKind;

/// What is told with what is done.
pub(super) fn done(at: DateTime<Utc>) -> Telling<'static> {
    telling(EventKind::SchemaMigrated, at)
}

/// Tells that it begins, at the first try alone.
pub(super) fn begins(
    runner: &mut Runner,
    line: &Rollout,
    space: &Claimed,
    at: DateTime<Utc>,
) -> Result<(), NoRun> {
    if space.attempts > 1 {
        return Ok(());
    }
    let telling = telling(EventKind::SchemaMigrationStarted, at);
    runner.tell(&space.schema_name, telling, line.direction, &line.version)
}

/// Tells that it failed. What is wrong with the schema is no less told where this cannot be.
pub(super) fn failed(runner: &mut Runner, line: &Rollout, space: &Claimed, at: DateTime<Utc>) {
    let telling = telling(EventKind::SchemaMigrationFailed, at);
    let told = runner.tell(&space.schema_name, telling, line.direction, &line.version);
    if let Err(error) = told {
        tracing::warn!(schema = space.schema_name, %error, "nobody was told of a migration that failed");
    }
}

fn telling(kind: EventKind, at: DateTime<Utc>) -> Telling<'static> {
    Telling {
        kind: kind.key(),
        at,
    }
}
