//! A tenant's own work in the queue, as its people and keys see it.

use domain::JobId;
use domain::permission::ReadJobs;
use store::TenantTx;
pub use store::own_jobs::OwnJob;

use crate::VerbError;

/// The states by which jobs can be narrowed down.
pub const STATES: [&str; 4] = ["queued", "running", "done", "dead"];

/// The newest jobs of this state, or of any, before `cursor`.
///
/// # Errors
/// The database's.
pub fn list(
    tx: &mut TenantTx<'_, ReadJobs>,
    state: Option<&str>,
    cursor: Option<JobId>,
    at_most: i64,
) -> Result<Vec<OwnJob>, VerbError> {
    Ok(store::own_jobs::list(tx, state, cursor, at_most)?)
}

/// One job.
///
/// # Errors
/// `StoreError::NotFound`, or the database's.
pub fn read(tx: &mut TenantTx<'_, ReadJobs>, id: JobId) -> Result<OwnJob, VerbError> {
    Ok(store::own_jobs::read(tx, id)?)
}
