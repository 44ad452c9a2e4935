//! The queue as the API takes and gives it.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use services::queue::{self, State};
use utoipa::{IntoParams, ToSchema};

use crate::api::fields::Pages;

/// How the queue is narrowed down and paged.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
pub struct QueueQuery {
    /// The page, from 1; past the end it is the last one.
    #[param(minimum = 1, maximum = 1_000_000)]
    pub page: Option<u32>,
    /// The most jobs of a page; 50 where nothing is said.
    #[param(minimum = 1, maximum = 200)]
    pub page_size: Option<u32>,
    /// dead, running or queued; dead where nothing is said.
    pub state: Option<String>,
    /// A kind, as `letter.send`.
    pub kind: Option<String>,
    /// A piece of the tenant's name.
    pub search: Option<String>,
    /// Empty to begin, then the next_cursor of the answer before.
    pub cursor: Option<String>,
}

/// Jobs: what failed last on top, what runs or waits in the order in which it comes.
#[derive(Debug, Serialize, ToSchema)]
pub struct QueuedJobs {
    /// The jobs.
    pub jobs: Vec<QueuedJob>,
    /// Where the page stands; not with a cursor.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pagination: Option<Pages>,
    /// What to go on with; not at the end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
    /// What is not listed and why, in sentences: tenants whose own databases do not answer, or more of them than one answer asks.
    pub missing: Vec<String>,
}

/// One job.
#[derive(Debug, Serialize, ToSchema)]
pub struct OneQueuedJob {
    /// Which.
    pub job: QueuedJob,
}

/// A job of the queue.
#[derive(Debug, Serialize, ToSchema)]
pub struct QueuedJob {
    /// Which.
    pub id: String,
    /// What it does, as `letter.send`.
    pub kind: String,
    /// The same in words.
    pub description: String,
    /// Whose; none for the platform's own.
    pub tenant_id: Option<String>,
    /// queued, running or dead.
    pub state: String,
    /// How often it was tried.
    pub attempts: i32,
    /// How often it is tried at all.
    pub max_attempts: i32,
    /// Whether trying it again can do anything.
    pub can_be_retried: bool,
    /// When it was asked for.
    pub created_at: DateTime<Utc>,
    /// Not before.
    pub run_at: DateTime<Utc>,
    /// When it was given up.
    pub finished_at: Option<DateTime<Utc>>,
    /// Why it failed last; addresses are left out.
    pub last_error: Option<String>,
}

/// A job that was dropped.
#[derive(Debug, Serialize, ToSchema)]
pub struct DroppedJob {
    /// Which.
    pub job_id: String,
    /// cleared, of one that was given up before; given_up, of one that waited.
    pub dropped: String,
}

impl From<queue::Job> for QueuedJob {
    fn from(of: queue::Job) -> Self {
        let row = of.row;
        Self {
            id: row.id.to_string(),
            kind: row.kind,
            description: of.words.to_owned(),
            tenant_id: row.tenant.map(|(tenant, _)| tenant.to_string()),
            can_be_retried: of.retries || row.state == State::Queued.key(),
            state: row.state,
            attempts: row.attempts,
            max_attempts: row.max_attempts,
            created_at: row.created_at,
            run_at: row.run_at,
            finished_at: row.finished_at,
            last_error: row.last_error,
        }
    }
}
