//! Trials that end soon and trials that are over: the tenant is told of each once, and its owner chooses a plan.

use chrono::TimeDelta;
use serde_json::json;
use store::catalogue::TenantRecord;
use store::{PlatformTx, StoreError};

use super::note::{self, Doer, Note};
use super::notices::Told;
use crate::audit::Action as TenantAction;
use crate::events::EventKind;
use crate::worker::work::{Outcome, Work, WorkError};

/// How many are told in one transaction.
const BATCH: i64 = 100;
/// How many days before its end a trial is one that ends soon.
const SOON: i64 = 3;

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

/// Tells some of those whose trial ends soon, and some whose trial is over; answers how many.
fn tell_some(tx: &mut PlatformTx<'_>) -> Result<usize, StoreError> {
    let lapsing = tx.take_lapsing(TimeDelta::days(SOON), BATCH)?;
    for tenant in &lapsing {
        let record = tx.tenant_record(*tenant)?;
        let letter = record
            .trial_ends_at
            .map(|ends_at| Told::TrialEnding { ends_at });
        let (event, action) = (
            EventKind::TenantTrialEnding,
            TenantAction::TenantTrialEnding,
        );
        tell(tx, &record, event, action, letter)?;
    }
    let lapsed = tx.take_lapsed(BATCH)?;
    for tenant in &lapsed {
        let record = tx.tenant_record(*tenant)?;
        let (event, action) = (EventKind::TenantTrialEnded, TenantAction::TenantTrialEnded);
        tell(tx, &record, event, action, Some(Told::TrialEnded))?;
    }
    Ok(lapsing.len() + lapsed.len())
}

fn tell(
    tx: &mut PlatformTx<'_>,
    record: &TenantRecord,
    event: EventKind,
    action: TenantAction,
    letter: Option<Told>,
) -> Result<(), StoreError> {
    let told = Note {
        event,
        action,
        before: json!({}),
        after: json!({ "plan": record.plan, "trial_ends_at": record.trial_ends_at }),
        by: &Doer::Platform,
        limits: false,
        letter,
    };
    note::tell(tx, record, told)
}
