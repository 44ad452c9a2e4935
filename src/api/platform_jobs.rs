//! The queue as those who run the platform see and mend it: what failed, runs and waits, whosever it is.

mod fields;

use chrono::{DateTime, Utc};
use domain::staff::{ManageQueue, ReadQueue};
use domain::{FieldErrors, JobId};
use services::queue::{self, Dropped, Filter, State};
use services::{StoreError, VerbError};

use super::cursor;
use super::door::Door;
use super::fields::{Nothing, page, search, word};
use super::{Body, Outcome, PlatformApi, Query};
pub use fields::{DroppedJob, OneQueuedJob, QueueQuery, QueuedJob, QueuedJobs};

fn filter(query: &QueueQuery) -> Result<Filter, VerbError> {
    let known = State::ALL.map(|state| (state.key(), state));
    let kind = query.kind.clone().filter(|key| !key.is_empty());
    if kind.as_deref().is_some_and(|key| key.contains('\0')) {
        return Err(FieldErrors::one("kind", "There is no such kind.").into());
    }
    let words = search(query.search.as_deref(), 100)?;
    Ok(Filter {
        state: word("state", query.state.as_deref(), &known)?.unwrap_or_default(),
        kinds: kind.into_iter().collect(),
        words: Some(words).filter(|words| !words.is_empty()),
    })
}

/// `GET /jobs`
///
/// # Errors
/// No right, a query that is wrong, or no database.
pub async fn list(api: PlatformApi<ReadQueue>, query: Query<QueueQuery>) -> Outcome<QueuedJobs> {
    api.read(query, |tx, query| {
        let (filter, page) = (filter(query)?, page(query.page, query.page_size)?);
        let Some(cursor) = &query.cursor else {
            let found = queue::list(tx, &filter, page)?;
            return Ok(QueuedJobs {
                jobs: found.jobs.into_iter().map(QueuedJob::from).collect(),
                pagination: Some(found.totals.into()),
                next_cursor: None,
                missing: found.missing.words(),
            });
        };
        let last = cursor::place(cursor, place)?;
        let found = queue::after(tx, &filter, last, cursor::ask(page.limit()))?;
        let (jobs, next_cursor) = cursor::cut(found.jobs, page.limit(), cursor_of);
        Ok(QueuedJobs {
            next_cursor,
            missing: found.missing.words(),
            jobs: jobs.into_iter().map(QueuedJob::from).collect(),
            pagination: None,
        })
    })
    .await
}

fn cursor_of(of: &queue::Job) -> String {
    let at = of.row.finished_at.unwrap_or(of.row.run_at);
    format!("{}.{}", at.timestamp_micros(), of.row.id)
}

fn place(text: &str) -> Option<(DateTime<Utc>, JobId)> {
    let (at, id) = text.split_once('.')?;
    Some((
        DateTime::from_timestamp_micros(at.parse().ok()?)?,
        id.parse().ok()?,
    ))
}

/// `GET /jobs/{job_id}`
///
/// # Errors
/// No right, no such job, or no database.
pub async fn read(api: PlatformApi<ReadQueue>, query: Query<Nothing>) -> Outcome<OneQueuedJob> {
    let id = api.part::<JobId>("job_id");
    api.read(query, move |tx, _| {
        let job = queue::one(tx, id.ok_or(StoreError::NotFound)?)?;
        Ok(OneQueuedJob { job: job.into() })
    })
    .await
}

/// `POST /jobs/{job_id}/retry`
///
/// # Errors
/// No right, no such job, one that runs or of which nothing is left to try, or no database.
pub async fn retry(api: PlatformApi<ManageQueue>, body: Body<Nothing>) -> Outcome<OneQueuedJob> {
    let id = api.part::<JobId>("job_id");
    api.write(body, move |tx, _| {
        let job = queue::retry(tx, id.ok_or(StoreError::NotFound)?)?;
        Ok(OneQueuedJob { job: job.into() })
    })
    .await
}

/// `DELETE /jobs/{job_id}`
///
/// # Errors
/// No right, no such job, one that runs, or no database.
pub async fn remove(api: PlatformApi<ManageQueue>, body: Body<Nothing>) -> Outcome<DroppedJob> {
    let id = api.part::<JobId>("job_id");
    api.write(body, move |tx, _| {
        let id = id.ok_or(StoreError::NotFound)?;
        let dropped = match queue::drop_job(tx, id)? {
            Dropped::Cleared => "cleared",
            Dropped::GivenUp => "given_up",
        };
        Ok(DroppedJob {
            job_id: id.to_string(),
            dropped: dropped.to_owned(),
        })
    })
    .await
}
