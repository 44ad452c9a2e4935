//! The queue as those who run the platform see it: the catalogue's and those of tenants' own databases as one. Nothing of
//! a tenant is shown but its name and what kind of work it asked for; what was done is in the platform's log.

mod across;
mod deeds;

use chrono::{DateTime, Utc};
use domain::staff::{ManageQueue, ReadQueue};
use domain::{JobId, PageRequest, Pagination};
use store::queue::{self as stored, Row};
pub use store::queue::{Filter, State};
use store::{StaffTx, StoreError};

use crate::jobs::JobKind;
pub use across::Missing;
pub use deeds::{Dropped, Retried, drop_job, retry, retry_all};

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

impl Missing {
    /// What is missing, in sentences.
    #[must_use]
    pub fn words(&self) -> Vec<String> {
        let silent = self.unanswered.iter();
        let mut words: Vec<String> = silent
            .map(|(_, tenant)| {
                format!("The database of {tenant} does not answer: its jobs are not shown.")
            })
            .collect();
        match self.unasked {
            0 => {}
            1 => words.push(
                "One more tenant's database has such jobs. Search by tenant to see them."
                    .to_owned(),
            ),
            more => words.push(format!(
                "{more} more tenants' databases have such jobs. Search by tenant to see them."
            )),
        }
        if self.cut {
            words.push(format!(
                "Pages end at the first {}. Narrow the list down to see the others.",
                across::DEEPEST
            ));
        }
        words
    }
}

/// A page of the queue.
#[derive(Debug)]
pub struct Listing {
    /// The jobs.
    pub jobs: Vec<Job>,
    /// How many match.
    pub totals: Pagination,
    /// How many stand where, whatever the filter; of databases of tenants' own, as they were counted last.
    pub counts: Vec<(State, i64)>,
    /// What is not in it.
    pub missing: Missing,
}

/// Jobs behind a place of the list.
#[derive(Debug)]
pub struct Walk {
    /// The jobs.
    pub jobs: Vec<Job>,
    /// What is not among them.
    pub missing: Missing,
}

/// A page of the jobs that match, of all queues in one order. A page past the end is the last one.
///
/// # Errors
/// The database's.
pub fn list(
    tx: &mut StaffTx<'_, ReadQueue>,
    filter: &Filter,
    page: PageRequest,
) -> Result<Listing, StoreError> {
    let found = across::page(tx, filter, page)?;
    let mut counts = stored::counts(tx)?;
    counts.extend(stored::own::counts(tx)?);
    let count = |state: State| {
        let of = counts.iter().filter(|(key, _)| key == state.key());
        (state, of.map(|(_, count)| count).sum())
    };
    Ok(Listing {
        jobs: found.rows.into_iter().map(job).collect(),
        totals: found.totals,
        counts: State::ALL.map(count).to_vec(),
        missing: found.missing,
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
) -> Result<Walk, StoreError> {
    let (rows, missing) = across::after(tx, filter, last, at_most)?;
    Ok(Walk {
        jobs: rows.into_iter().map(job).collect(),
        missing,
    })
}

/// One job, to be looked at.
///
/// # Errors
/// Not found when it is none or done; [`StoreError::Away`] when it may be in a database that does not answer.
pub fn one(tx: &mut StaffTx<'_, ReadQueue>, id: JobId) -> Result<Job, StoreError> {
    across::read(tx, id).map(job)
}

/// One job, to be asked about.
///
/// # Errors
/// See [`one`].
pub fn read(tx: &mut StaffTx<'_, ManageQueue>, id: JobId) -> Result<Job, StoreError> {
    across::read(tx, id).map(job)
}

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

#[cfg(test)]
mod tests {
    use domain::TenantId;
    use uuid::Uuid;

    use super::{Missing, without_addresses};

    #[test]
    fn what_is_missing_is_said_in_sentences() {
        assert!(Missing::default().words().is_empty());
        let tenant = (
            TenantId::from_uuid(Uuid::nil()),
            "Umbrella Works".to_owned(),
        );
        let missing = Missing {
            unanswered: vec![tenant],
            unasked: 2,
            cut: true,
        };
        assert_eq!(
            missing.words(),
            [
                "The database of Umbrella Works does not answer: its jobs are not shown.",
                "2 more tenants' databases have such jobs. Search by tenant to see them.",
                "Pages end at the first 2000. Narrow the list down to see the others.",
            ]
        );
    }

    #[test]
    fn a_reason_names_nobody() {
        assert_eq!(
            without_addresses("550 5.1.1 <ada@acme.example>: user unknown"),
            "550 5.1.1 … user unknown"
        );
    }
}
