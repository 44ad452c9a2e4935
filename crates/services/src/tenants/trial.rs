//! Trials that are over: the tenant is told once, and its owner chooses a plan.

use domain::TenantId;
use serde_json::json;
use store::{PlatformTx, StoreError};

use super::note::{self, Doer, Note};
use crate::audit::Action as TenantAction;
use crate::events::EventKind;
use crate::worker::work::{Outcome, Work, WorkError};

/// How many are told in one transaction.
const BATCH: i64 = 100;

/// The job of the clock that tells them.
pub(crate) fn work(work: &Work<'_>) -> Outcome {
    let told = || -> Result<(), WorkError> {
        loop {
            let told = work.bench.store.platform(work.now(), tell_some)?;
            if told == 0 {
                return Ok(());
            }
            work.renew()?;
        }
    };
    told().map_or_else(Outcome::from, |()| Outcome::Done)
}

fn tell_some(tx: &mut PlatformTx<'_>) -> Result<usize, StoreError> {
    let lapsed: Vec<TenantId> = tx.take_lapsed(BATCH)?;
    for tenant in &lapsed {
        let record = tx.tenant_record(*tenant)?;
        let told = Note {
            event: EventKind::TenantTrialEnded,
            action: TenantAction::TenantTrialEnded,
            before: json!({}),
            after: json!({ "plan": record.plan, "trial_ends_at": record.trial_ends_at }),
            by: &Doer::Platform,
            seats: None,
        };
        note::tell(tx, &record, told)?;
    }
    Ok(lapsed.len())
}
