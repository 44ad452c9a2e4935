//! The queue as those who run the platform see and mend it. Nothing of a tenant is shown but its name and
//! what kind of work it asked for; what was done is in the platform's log.

use chrono::{DateTime, Utc};
use domain::staff::{ManageQueue, ReadQueue};
use domain::{JobId, PageRequest, Pagination};
use serde_json::json;
use store::queue::{self as stored, Row};
pub use store::queue::{Filter, State};
use store::{StaffTx, StoreError};

use crate::VerbError;
use crate::jobs::{JobKind, TRIES, WAKE};
use crate::platform_audit::{self, Action, Entry, Target, TargetKind};

/// A job as it is shown.
#[derive(Debug, Clone)]
pub struct Job {
    /// Its row; the reason names no address.
    pub row: Row,
    /// What kind of work it is, in words.
    pub words: &'static str,
    /// Whether trying it again can do anything.
    pub retries: bool,
}

/// A page of the queue.
#[derive(Debug)]
pub struct Listing {
    /// The jobs.
    pub jobs: Vec<Job>,
    /// How many match.
    pub totals: Pagination,
    /// How many stand where, whatever the filter.
    pub counts: Vec<(State, i64)>,
}

/// A page of the jobs that match. A page past the end is the last one.
///
/// # Errors
/// The database's.
pub fn list(
    tx: &mut StaffTx<'_, ReadQueue>,
    filter: &Filter,
    page: PageRequest,
) -> Result<Listing, StoreError> {
    let total = stored::count(tx, filter)?;
    let page = page.answer(total).held(page);
    let found = stored::counts(tx)?;
    let count = |state: State| {
        let mut of = found.iter().filter(|(key, _)| key == state.key());
        (state, of.next().map_or(0, |(_, count)| *count))
    };
    let rows = stored::list(tx, filter, page)?;
    Ok(Listing {
        jobs: rows.into_iter().map(job).collect(),
        totals: page.answer(total),
        counts: State::ALL.map(count).to_vec(),
    })
}

/// The jobs that match behind this place, or the first ones, in the order of the list: for whoever reads a long
/// one to its end. The place is when a job was given up, else when it is due, and which it is.
///
/// # Errors
/// The database's.
pub fn after(
    tx: &mut StaffTx<'_, ReadQueue>,
    filter: &Filter,
    last: Option<(DateTime<Utc>, JobId)>,
    at_most: i64,
) -> Result<Vec<Job>, StoreError> {
    let rows = stored::after(tx, filter, last, at_most)?;
    Ok(rows.into_iter().map(job).collect())
}

/// One job, to be looked at.
///
/// # Errors
/// Not found when it is none or done.
pub fn one(tx: &mut StaffTx<'_, ReadQueue>, id: JobId) -> Result<Job, StoreError> {
    stored::read(tx, id).map(job)
}

/// One job, to be asked about.
///
/// # Errors
/// Not found when it is none or done.
pub fn read(tx: &mut StaffTx<'_, ManageQueue>, id: JobId) -> Result<Job, StoreError> {
    stored::read(tx, id).map(job)
}

/// Lets a job be tried at once: one that was given up from the start, one that waits now.
///
/// # Errors
/// Not found; [`VerbError::Conflict`] when it runs, or when nothing is left to try.
pub fn retry(tx: &mut StaffTx<'_, ManageQueue>, id: JobId) -> Result<Job, VerbError> {
    let found = job(stored::lock(tx, id)?);
    if found.row.state == State::Dead.key() && !found.retries {
        return Err(VerbError::Conflict(NO_LETTER.to_owned()));
    }
    if !stored::try_now(tx, id, TRIES)? {
        return Err(VerbError::Conflict(RUNS.to_owned()));
    }
    WAKE.ring();
    let entry = Entry::done(Action::JobRetried, target(&found)).before(tries(&found));
    platform_audit::record(tx, entry)?;
    Ok(found)
}

/// Lets every job of a kind that was given up be tried at once; answers how many.
///
/// # Errors
/// [`VerbError::Conflict`] for a kind of which nothing is left to try.
pub fn retry_all(tx: &mut StaffTx<'_, ManageQueue>, kind: JobKind) -> Result<usize, VerbError> {
    if !retries(kind) {
        return Err(VerbError::Conflict(NO_LETTER.to_owned()));
    }
    let count = stored::try_all_now(tx, kind.key(), TRIES)?;
    WAKE.ring();
    if count > 0 {
        let target = Target::named(TargetKind::Job, kind.key());
        let entry = Entry::done(Action::JobsRetried, target).after(json!({ "jobs": count }));
        platform_audit::record(tx, entry)?;
    }
    Ok(count)
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
/// Not found; [`VerbError::Conflict`] when it runs.
pub fn drop_job(tx: &mut StaffTx<'_, ManageQueue>, id: JobId) -> Result<Dropped, VerbError> {
    let found = job(stored::lock(tx, id)?);
    let dropped = if stored::clear(tx, id)? {
        Dropped::Cleared
    } else if stored::give_up(tx, id)? {
        WAKE.ring();
        Dropped::GivenUp
    } else {
        return Err(VerbError::Conflict(RUNS.to_owned()));
    };
    let entry = Entry::done(Action::JobDropped, target(&found)).before(tries(&found));
    platform_audit::record(tx, entry)?;
    Ok(dropped)
}

const RUNS: &str = "Somebody works on it right now. Look again in a moment.";
const NO_LETTER: &str = "A letter that was given up is emptied, because it holds links that open accounts. \
    Whoever wants it asks for a new one.";

/// A letter's bodies go when it is given up, so trying again would send nothing.
fn retries(kind: JobKind) -> bool {
    !matches!(
        kind,
        JobKind::LetterSend | JobKind::NoticeSend | JobKind::PlatformLetterSend
    )
}

fn job(mut row: Row) -> Job {
    row.last_error = row.last_error.as_deref().map(without_addresses);
    let kind = JobKind::from_key(&row.kind);
    Job {
        words: kind.map_or("A kind that this version does not know.", JobKind::words),
        retries: kind.is_none_or(retries),
        row,
    }
}

/// A mail server's answer may name whom a tenant wrote to.
fn without_addresses(text: &str) -> String {
    let word = |word: &str| {
        if word.contains('@') {
            "…".to_owned()
        } else {
            word.to_owned()
        }
    };
    text.split_whitespace()
        .map(word)
        .collect::<Vec<_>>()
        .join(" ")
}

fn target(job: &Job) -> Target {
    let target = Target::of(TargetKind::Job, job.row.id.uuid(), job.row.kind.clone());
    match job.row.tenant {
        Some((tenant, _)) => target.at(tenant),
        None => target,
    }
}

fn tries(job: &Job) -> serde_json::Value {
    json!({ "state": job.row.state, "attempts": job.row.attempts, "last_error": job.row.last_error })
}

#[cfg(test)]
mod tests {
    use super::without_addresses;

    #[test]
    fn a_reason_names_nobody() {
        assert_eq!(
            without_addresses("550 5.1.1 <ada@acme.example>: user unknown"),
            "550 5.1.1 … user unknown"
        );
    }
}
