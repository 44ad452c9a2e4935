//! The tenant's own work in the queue.

use chrono::{DateTime, Utc};
use domain::JobId;
use domain::permission::ReadJobs;
use serde::{Deserialize, Serialize};
use services::StoreError;
use services::own_jobs::{self, OwnJob, STATES};
use utoipa::{IntoParams, ToSchema};

use super::cursor;
use super::door::Door;
use super::fields::{Nothing, page, word};
use super::{Api, Outcome, Query};

/// How the list is narrowed down and read on.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
pub struct JobQuery {
    /// queued, running, done or dead.
    pub state: Option<String>,
    /// The most jobs of an answer; 50 where nothing is said.
    #[param(minimum = 1, maximum = 200)]
    pub page_size: Option<u32>,
    /// The next_cursor of the answer before.
    pub cursor: Option<String>,
}

/// Jobs, the newest first.
#[derive(Debug, Serialize, ToSchema)]
pub struct Jobs {
    /// The jobs.
    pub jobs: Vec<Job>,
    /// What to go on with; not at the end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
}

/// One job.
#[derive(Debug, Serialize, ToSchema)]
pub struct OneJob {
    /// Which.
    pub job: Job,
}

/// A job.
#[derive(Debug, Serialize, ToSchema)]
pub struct Job {
    /// Which.
    pub id: String,
    /// What it does, as `letter.send`.
    pub kind: String,
    /// queued, running, done or dead.
    pub state: String,
    /// How often it was tried.
    pub attempts: i32,
    /// How often it is tried at all.
    pub max_attempts: i32,
    /// When it was asked for.
    pub created_at: DateTime<Utc>,
    /// Not before.
    pub run_at: DateTime<Utc>,
    /// When it ended.
    pub finished_at: Option<DateTime<Utc>>,
    /// Why it failed last.
    pub last_error: Option<String>,
}

impl From<OwnJob> for Job {
    fn from(of: OwnJob) -> Self {
        Self {
            id: of.id.to_string(),
            kind: of.kind,
            state: of.state,
            attempts: of.attempts,
            max_attempts: of.max_attempts,
            created_at: of.created_at,
            run_at: of.run_at,
            finished_at: of.finished_at,
            last_error: of.last_error,
        }
    }
}

/// `GET /tenants/{tenant_id}/jobs`
///
/// # Errors
/// No right, a query that is wrong, or no database.
pub async fn list(api: Api<ReadJobs>, query: Query<JobQuery>) -> Outcome<Jobs> {
    api.read(query, |tx, query| {
        let known = STATES.map(|state| (state, state));
        let state = word("state", query.state.as_deref(), &known)?;
        let cursor = query.cursor.as_deref().unwrap_or_default();
        let last = cursor::place(cursor, |text| text.parse::<JobId>().ok())?;
        let size = page(None, query.page_size)?.limit();
        let jobs = own_jobs::list(tx, state, last, cursor::ask(size))?;
        let (jobs, next_cursor) = cursor::cut(jobs, size, |job| job.id.to_string());
        Ok(Jobs {
            next_cursor,
            jobs: jobs.into_iter().map(Job::from).collect(),
        })
    })
    .await
}

/// `GET /tenants/{tenant_id}/jobs/{job_id}`
///
/// # Errors
/// No right, a query that is wrong, or no database.
pub async fn read(api: Api<ReadJobs>, query: Query<Nothing>) -> Outcome<OneJob> {
    let id = api.part::<JobId>("job_id");
    api.read(query, move |tx, _| {
        let job = own_jobs::read(tx, id.ok_or(StoreError::NotFound)?)?;
        Ok(OneJob { job: job.into() })
    })
    .await
}
