//! A tenant's own work in the queue, to be looked at. What a job was told is not shown: it may hold what only
//! its worker needs.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use domain::JobId;
use uuid::Uuid;

use crate::StoreError;
use crate::guard::TenantTx;
use crate::schema::node::jobs;

/// A job as its tenant sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(
    missing_docs,
    reason = "the columns of the table, which are commented there"
)]
pub struct OwnJob {
    pub id: JobId,
    pub kind: String,
    pub state: String,
    pub attempts: i32,
    pub max_attempts: i32,
    pub run_at: DateTime<Utc>,
    pub created_at: DateTime<Utc>,
    pub finished_at: Option<DateTime<Utc>>,
    pub last_error: Option<String>,
}

type Row = (
    Uuid,
    String,
    String,
    (i32, i32),
    DateTime<Utc>,
    DateTime<Utc>,
    Option<DateTime<Utc>>,
    Option<String>,
);

fn own_job(
    (id, kind, state, (attempts, max_attempts), run_at, created_at, finished_at, last_error): Row,
) -> OwnJob {
    OwnJob {
        id: JobId::from_uuid(id),
        kind,
        state,
        attempts,
        max_attempts,
        run_at,
        created_at,
        finished_at,
        last_error,
    }
}

macro_rules! columns {
    () => {
        (
            jobs::id,
            jobs::kind,
            jobs::state,
            (jobs::attempts, jobs::max_attempts),
            jobs::run_at,
            jobs::created_at,
            jobs::finished_at,
            jobs::last_error,
        )
    };
}

/// The newest jobs of this state, or of any, before `cursor`.
///
/// # Errors
/// The database's.
pub fn list<P>(
    tx: &mut TenantTx<'_, P>,
    state: Option<&str>,
    cursor: Option<JobId>,
    at_most: i64,
) -> Result<Vec<OwnJob>, StoreError> {
    let mut query = jobs::table
        .filter(jobs::tenant_id.eq(tx.tenant().uuid()))
        .into_boxed();
    if let Some(state) = state {
        query = query.filter(jobs::state.eq(state.to_owned()));
    }
    if let Some(cursor) = cursor {
        query = query.filter(jobs::id.lt(cursor.uuid()));
    }
    let rows: Vec<Row> = query
        // The identifiers are by the time of their making.
        .order(jobs::id.desc())
        .limit(at_most)
        .select(columns!())
        .load(tx.connection())?;
    Ok(rows.into_iter().map(own_job).collect())
}

/// One job.
///
/// # Errors
/// [`StoreError::NotFound`], or the database's.
pub fn read<P>(tx: &mut TenantTx<'_, P>, id: JobId) -> Result<OwnJob, StoreError> {
    let row: Row = jobs::table
        .filter(jobs::tenant_id.eq(tx.tenant().uuid()))
        .filter(jobs::id.eq(id.uuid()))
        .select(columns!())
        .first(tx.connection())?;
    Ok(own_job(row))
}
