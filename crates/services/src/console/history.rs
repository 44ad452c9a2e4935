//! What a person asked before and what they keep; stopping what they ask now; closing what nobody ended.

use chrono::{DateTime, TimeDelta, Utc};
use domain::permission::{System, UseConsole};
use domain::{FieldErrors, KeyId, QueryId, SavedQueryId, UserId};
use store::console::{self as stored, Ending, Run};
use store::{StoreError, TenantTx};

use super::{Stopping, target};
use crate::VerbError;
use crate::audit::{self, Action, Entry};

/// How many questions a person sees of what they asked.
const SHOWN: i64 = 20;
/// How many a person may keep.
const MOST_KEPT: usize = 50;
/// The most characters of a name.
const LONGEST_NAME: usize = 80;
/// How long questions stay in the list; the log keeps them for longer.
const REMEMBERED: TimeDelta = TimeDelta::days(30);
/// A question of which nothing was heard for so long was left by a process that ended.
const LEFT: TimeDelta = TimeDelta::minutes(10);

/// A question that was asked.
#[derive(Debug, Clone)]
pub struct Past {
    /// Which.
    pub id: QueryId,
    /// In whose words.
    pub query: String,
    /// `running`, `done`, `refused` or `stopped`.
    pub state: String,
    /// How many rows came.
    pub rows: Option<i32>,
    /// Whether some were left out.
    pub cut: bool,
    /// How long it took.
    pub execution_ms: Option<i32>,
    /// Why there was no answer.
    pub error: Option<String>,
    /// When.
    pub at: DateTime<Utc>,
}

/// A question that somebody keeps.
#[derive(Debug, Clone)]
pub struct Kept {
    /// Which.
    pub id: SavedQueryId,
    /// What they call it.
    pub name: String,
    /// What it asks.
    pub query: String,
}

impl From<Run> for Past {
    fn from(run: Run) -> Self {
        Self {
            id: QueryId::from_uuid(run.id),
            query: run.query,
            state: run.state,
            rows: run.row_count,
            cut: run.cut.unwrap_or(false),
            execution_ms: run.execution_ms,
            error: run.error,
            at: run.created_at,
        }
    }
}

/// What the person asked lately, and what they keep.
///
/// # Errors
/// Nobody, or the database's.
pub fn mine(tx: &mut TenantTx<'_, UseConsole>) -> Result<(Vec<Past>, Vec<Kept>), StoreError> {
    let user = tx.user()?.id;
    let runs = stored::of_actor(tx, user.uuid(), SHOWN)?;
    let kept = stored::kept(tx, user)?.into_iter().map(|one| Kept {
        id: SavedQueryId::from_uuid(one.id),
        name: one.name,
        query: one.query,
    });
    Ok((runs.into_iter().map(Past::from).collect(), kept.collect()))
}

/// Keeps a question under a name, for the person alone.
///
/// # Errors
/// What is wrong with it, or the database's.
pub fn keep(tx: &mut TenantTx<'_, UseConsole>, name: &str, query: &str) -> Result<(), VerbError> {
    let user = tx.user()?.id;
    let name = name.trim();
    let mut errors = FieldErrors::new();
    if name.is_empty() || name.chars().count() > LONGEST_NAME {
        errors.add(
            "name",
            format!("Give it a name of up to {LONGEST_NAME} characters."),
        );
    }
    if query.trim().is_empty() {
        errors.add("query", "Write the question that is to be kept.");
    }
    if stored::kept(tx, user)?.len() >= MOST_KEPT {
        errors.add(
            "name",
            format!("You keep {MOST_KEPT} questions already. Remove one first."),
        );
    }
    if !errors.is_empty() {
        return Err(errors.into());
    }
    if !stored::keep(tx, user, name, query)? {
        return Err(FieldErrors::one("name", "You keep another question under this name.").into());
    }
    let entry = Entry::done(
        Action::ConsoleKept,
        audit::Target::named(audit::TargetKind::Query, name),
    );
    Ok(audit::record(tx, entry)?)
}

/// Forgets a question that the person keeps.
///
/// # Errors
/// Not found, or the database's.
pub fn forget(tx: &mut TenantTx<'_, UseConsole>, id: SavedQueryId) -> Result<(), VerbError> {
    let user = tx.user()?.id;
    let name = stored::kept_one(tx, user, id.uuid())?.name;
    stored::forget(tx, user, id.uuid())?;
    let entry = Entry::done(
        Action::ConsoleForgot,
        audit::Target::named(audit::TargetKind::Query, name),
    );
    Ok(audit::record(tx, entry)?)
}

/// Proves that the person asks this at the moment; what it answers stops it, outside the transaction.
///
/// # Errors
/// Not found, or the database's.
pub fn stop(tx: &mut TenantTx<'_, UseConsole>, id: QueryId) -> Result<Stopping, VerbError> {
    let user = tx.user()?.id;
    let run = stored::one(tx, user.uuid(), id.uuid())?;
    let entry = Entry::done(Action::ConsoleStopped, target(run.id, &run.query));
    audit::record(tx, entry)?;
    Ok(Stopping {
        place: stored::place(tx)?,
        run: run.id,
    })
}

/// Closes questions whose process ended before they did, and forgets old ones.
///
/// # Errors
/// The database's.
pub fn close_left(tx: &mut TenantTx<'_, System>) -> Result<(), VerbError> {
    let now = tx.now();
    for run in stored::left_running(tx, now - LEFT)? {
        let ending = Ending {
            state: "stopped",
            error: Some("The server stopped meanwhile.".to_owned()),
            ..Ending::default()
        };
        if stored::end(tx, run.id, &ending)? {
            let entry = Entry::refused(Action::ConsoleAnswered, target(run.id, &run.query));
            let entry = entry.after(serde_json::json!({ "reason": "server_stopped" }));
            let entry = match (run.actor_kind.as_str(), run.actor_id) {
                ("user", Some(id)) => entry.by(UserId::from_uuid(id), run.actor_name),
                ("key", Some(id)) => entry.by_key(KeyId::from_uuid(id), run.actor_name),
                _ => entry,
            };
            audit::record(tx, entry)?;
        }
    }
    stored::forget_old(tx, now - REMEMBERED)?;
    Ok(())
}
