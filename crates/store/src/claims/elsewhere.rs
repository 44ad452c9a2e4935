//! Jobs whose row is in another database than their tenant's rows: no transaction reaches both.

use diesel::prelude::*;

use super::Claim;
use crate::StoreError;
use crate::guard::TenantTx;
use crate::schema::node::jobs;

/// That a job is done which is in another database's queue than its tenant's rows: left here, in the transaction of its effect. One that was
/// given up leaves nothing, since it may be tried again.
/// False when it is here already, and so the effect too: then nothing is done again.
///
/// # Errors
/// The database's.
pub fn leave_end<P>(tx: &mut TenantTx<'_, P>, claim: &Claim) -> Result<bool, StoreError> {
    let (tenant, now) = (tx.tenant().uuid(), tx.now());
    let left = diesel::insert_into(jobs::table)
        .values((
            jobs::id.eq(claim.id.uuid()),
            jobs::tenant_id.eq(tenant),
            jobs::kind.eq(&claim.kind),
            jobs::state.eq("done"),
            jobs::attempts.eq(claim.attempts),
            jobs::max_attempts.eq(claim.max_attempts),
            jobs::run_at.eq(now),
            jobs::created_at.eq(now),
            jobs::finished_at.eq(now),
        ))
        .on_conflict(jobs::id)
        .do_nothing()
        .execute(tx.connection())?;
    Ok(left == 1)
}
