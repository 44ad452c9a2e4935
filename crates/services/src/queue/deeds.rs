//! What those who run the platform do about jobs. No transaction reaches two databases: what is done in a tenant's own
//! commits there first, and then the platform's log with it here. Each deed may be done again.

use domain::JobId;
use domain::staff::ManageQueue;
use serde_json::json;
use store::queue::own::{self, OwnQueue};
use store::queue::{self as stored, Filter, Row, State};
use store::{PlatformTx, StaffTx, StoreError};

use super::{Job, across, job, retries};
use crate::VerbError;
use crate::jobs::{JobKind, TRIES, WAKE};
use crate::platform_audit::{self, Action, Entry, Target, TargetKind};

/// Lets a job be tried at once: one that was given up from the start, one that waits now. Answers with the job as it stands
/// then.
///
/// # Errors
/// Not found; [`VerbError::Conflict`] when it runs, or when nothing is left to try; [`StoreError::Away`].
pub fn retry(tx: &mut StaffTx<'_, ManageQueue>, id: JobId) -> Result<Job, VerbError> {
    let again = |queue: &mut PlatformTx<'_>, found: &Row| {
        let found = job(found.clone());
        if found.row.state == State::Dead.key() && !found.retries {
            return Err(VerbError::Conflict(NO_LETTER.to_owned()));
        }
        if !stored::try_now(queue, id, TRIES)? {
            return Err(VerbError::Conflict(RUNS.to_owned()));
        }
        Ok(stored::read(queue, id)?)
    };
    let (found, now) = in_its_queue(tx, id, Action::JobRetried, again)?;
    WAKE.ring();
    Ok(job(Row {
        tenant: found.tenant,
        ..now
    }))
}

/// What came of trying all of a kind again.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Retried {
    /// How many are.
    pub count: usize,
    /// The tenants whose own databases do not answer: theirs are left as they are.
    pub unanswered: Vec<String>,
}

/// Lets every job of a kind that was given up be tried at once.
///
/// # Errors
/// [`VerbError::Conflict`] for a kind of which nothing is left to try.
pub fn retry_all(tx: &mut StaffTx<'_, ManageQueue>, kind: JobKind) -> Result<Retried, VerbError> {
    if !retries(kind) {
        return Err(VerbError::Conflict(NO_LETTER.to_owned()));
    }
    let count = stored::try_all_now(tx, kind.key(), TRIES)?;
    let all = Target::named(TargetKind::Job, kind.key());
    note_all(tx, all.clone(), count)?;
    let mut retried = Retried {
        count,
        unanswered: Vec::new(),
    };
    let filter = Filter {
        kinds: vec![kind.key().to_owned()],
        ..Filter::default()
    };
    let others = tx.others();
    for queue in own::matching(tx, &filter)? {
        if !queue.holds && !queue.silent {
            continue;
        }
        let there = others.at(&queue.place, |there| {
            let count = stored::try_all_now(there, kind.key(), TRIES)?;
            Ok::<_, StoreError>((count, store::jobs::figures(there)?))
        });
        match there {
            Ok((count, figures)) => {
                // It is done there: one entry a database, so that the log says so of each.
                note_all(tx, all.clone().at(queue.tenant.0), count)?;
                own::keep(tx, queue.place.name().unwrap_or_default(), &figures)?;
                retried.count += count;
            }
            Err(error) => {
                tracing::warn!(place = ?queue.place, %error, "the jobs of a database could not be tried again");
                retried.unanswered.push(queue.tenant.1);
            }
        }
    }
    WAKE.ring();
    Ok(retried)
}

fn note_all(
    tx: &mut StaffTx<'_, ManageQueue>,
    target: Target,
    count: usize,
) -> Result<(), StoreError> {
    if count == 0 {
        return Ok(());
    }
    let entry = Entry::done(Action::JobsRetried, target).after(json!({ "jobs": count }));
    platform_audit::record(tx, entry)
}

/// What became of a job that is not wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dropped {
    /// It was cleared from the list of those that failed.
    Cleared,
    /// It waited: the worker gives it up without trying it, and leaves its tenant's things in order.
    GivenUp,
}

/// Drops a job that waits or was given up.
///
/// # Errors
/// Not found; [`VerbError::Conflict`] when it runs; [`StoreError::Away`].
pub fn drop_job(tx: &mut StaffTx<'_, ManageQueue>, id: JobId) -> Result<Dropped, VerbError> {
    let away = |queue: &mut PlatformTx<'_>, _: &Row| {
        if stored::clear(queue, id)? {
            Ok(Dropped::Cleared)
        } else if stored::give_up(queue, id)? {
            Ok(Dropped::GivenUp)
        } else {
            Err(VerbError::Conflict(RUNS.to_owned()))
        }
    };
    let (_, dropped) = in_its_queue(tx, id, Action::JobDropped, away)?;
    WAKE.ring();
    Ok(dropped)
}

/// Does a deed to a job, held in whichever queue it is, and writes it into the platform's log. In a tenant's own database the
/// deed commits while this transaction, with its entry already written, still can be taken back; then this one commits.
/// So nothing is in the log that did not happen, and what broke between the two commits is done once more by whoever asks again.
fn in_its_queue<T>(
    tx: &mut StaffTx<'_, ManageQueue>,
    id: JobId,
    action: Action,
    deed: impl Fn(&mut PlatformTx<'_>, &Row) -> Result<T, VerbError>,
) -> Result<(Row, T), VerbError> {
    match stored::lock(tx, id) {
        Ok(found) => {
            let done = deed(tx, &found)?;
            note(tx, action, &found)?;
            return Ok((found, done));
        }
        Err(StoreError::NotFound) => {}
        Err(error) => return Err(error.into()),
    }
    let (queue, _) = across::find(tx, id)?;
    tx.others().at(&queue.place, |there| {
        let found = queue.named(stored::lock(there, id)?);
        let done = deed(there, &found)?;
        note(tx, action, &found)?;
        count_anew(tx, there, &queue)?;
        Ok((found, done))
    })
}

fn count_anew(
    tx: &mut StaffTx<'_, ManageQueue>,
    there: &mut PlatformTx<'_>,
    queue: &OwnQueue,
) -> Result<(), StoreError> {
    let figures = store::jobs::figures(there)?;
    own::keep(tx, queue.place.name().unwrap_or_default(), &figures)
}

fn note(tx: &mut StaffTx<'_, ManageQueue>, action: Action, found: &Row) -> Result<(), StoreError> {
    let found = job(found.clone());
    let row = &found.row;
    let target = Target::of(TargetKind::Job, row.id.uuid(), row.kind.clone());
    let target = match row.tenant {
        Some((tenant, _)) => target.at(tenant),
        None => target,
    };
    let before =
        json!({ "state": row.state, "attempts": row.attempts, "last_error": row.last_error });
    platform_audit::record(tx, Entry::done(action, target).before(before))
}

const RUNS: &str = "Somebody works on it right now. Look again in a moment.";
const NO_LETTER: &str = "A letter that was given up is emptied, because it holds links that open accounts. \
    Whoever wants it asks for a new one.";
