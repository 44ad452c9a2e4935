//! A rollout at the start of a process, before it serves anybody: no worker is waited for.

use chrono::{DateTime, Utc};
use domain::{Direction, Pace, TargetState};
use store::{Request, StaffCredential, Store};

use super::{Asked, alone, ask, work};
use crate::VerbError;

/// Brings every schema to the newest version before anybody is served, and answers once it is done. Nothing to do where
/// all are there, or while a rollout is open.
///
/// # Errors
/// The verb's; [`VerbError::Migration`] with the first that failed.
pub fn at_once(
    store: &Store,
    by: &'static str,
    request: &Request,
    now: &(dyn Fn() -> DateTime<Utc> + Sync),
) -> Result<(), VerbError> {
    let behind = store.platform(request.now, |tx| match tx.given_migrations()?.last() {
        Some(newest) => tx.schemas_behind(Direction::Up, &newest.version),
        None => Ok(0),
    })?;
    if behind == 0 {
        return Ok(());
    }
    let asked = Asked {
        direction: Direction::Up,
        version: None,
        pace: Pace::default(),
        canaries: Vec::new(),
    };
    let credential = StaffCredential::System(by);
    let id = match store.staff(credential, request, |tx| ask(tx, store, &asked)) {
        Err(VerbError::Conflict(why)) => {
            tracing::warn!(why, "the migrations of the application were not rolled out");
            return Ok(());
        }
        other => other?,
    };
    let desk = work::Desk {
        store,
        now,
        request,
    };
    work::all(desk, id).map_err(alone::as_verb)?;
    let failed = store.platform(now(), |tx| tx.targets(id, TargetState::Failed, "", 1))?;
    match failed.into_iter().find_map(|space| space.error) {
        Some(why) => Err(VerbError::Migration(why)),
        None => Ok(()),
    }
}
