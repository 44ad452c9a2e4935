//! The look at tenants: slice after slice, those that wait longest first, at home and in databases of tenants' own side by side.
//! What a slice found is written down before the next one begins, so that whoever comes after a job that was killed goes on where
//! it was.

use std::panic;
use std::time::Duration;

use chrono::TimeDelta;
use domain::staff::ManageTenants;
use domain::{Health, Meter, TenantId};
use serde::Deserialize;
use serde_json::json;
use store::checkups::{Change, Checkup, Lane};
use store::{StaffCredential, StaffTx};
use uuid::Uuid;

use super::round::Round;
use crate::VerbError;
use crate::audit;
use crate::events::EventKind;
use crate::platform_audit::{self, Action, Entry, Target};
use crate::tenants::note::{self, Doer, Note};
use crate::worker::work::{Outcome, Work};

/// Whoever was looked at within this time waits for the next round: a little less than a round.
const ROUND: TimeDelta = TimeDelta::minutes(4);
/// Whoever asks gets those that were not looked at within this time.
const JUST_NOW: TimeDelta = TimeDelta::seconds(30);
/// How long a round may begin looks.
const BUDGET: Duration = Duration::from_secs(200);

#[derive(Default, Deserialize)]
struct Payload {
    #[serde(default)]
    all: bool,
    #[serde(default)]
    tenant: Option<Uuid>,
}

/// What was found of a tenant; whoever moved, rests or had no connection for us is not among them.
pub(super) type Found = (TenantId, Checkup);

/// The job.
pub(crate) fn work(work: &Work<'_>) -> Outcome {
    let payload = Payload::deserialize(work.payload()).unwrap_or_default();
    let looked = work.while_held(|| match payload.tenant {
        Some(tenant) => round(work, JUST_NOW, Some(TenantId::from_uuid(tenant))),
        None => round(work, if payload.all { JUST_NOW } else { ROUND }, None),
    });
    if let Err(error) = looked {
        return Outcome::Retry(error.to_string());
    }
    work.conclude_for_platform(|tx| tx.forget_checkups())
        .map_or_else(Outcome::from, |_| Outcome::Done)
}

/// Both lanes at once: a database that is silent holds up nobody at home, and what goes wrong in one lane ends the other not.
fn round(work: &Work<'_>, fresh: TimeDelta, only: Option<TenantId>) -> Result<(), VerbError> {
    let round = Round::new(work, fresh, only, BUDGET);
    let (home, own) = std::thread::scope(|threads| {
        let own = threads.spawn(|| round.walk(Lane::Own));
        let home = round.walk(Lane::Home);
        let own = own.join();
        (
            home,
            own.unwrap_or_else(|panicked| panic::resume_unwind(panicked)),
        )
    });
    round.say();
    home.and(own)
}

/// Writes down what was found, and tells what is news: each change once, in the transaction that sees it.
pub(super) fn write_down(work: &Work<'_>, found: &[Found]) -> Result<(), VerbError> {
    let request = work.request();
    work.bench.store.staff::<ManageTenants, _, VerbError>(
        StaffCredential::System("health"),
        &request,
        |tx| {
            let mut news = Vec::new();
            for (tenant, checkup) in found {
                let change = tx.note_checkup(*tenant, checkup)?;
                if is_news(change, checkup.health) {
                    news.push((*tenant, checkup, change));
                }
            }
            for (tenant, checkup, change) in news {
                tell(tx, tenant, checkup, change)?;
            }
            Ok(())
        },
    )?;
    for (tenant, checkup) in found {
        let failed = i64::from(checkup.health == Health::Unhealthy);
        let usage = &work.bench.usage;
        usage.note(*tenant, checkup.checked_at, |notes| {
            notes.add(&Meter::PROBES, 1);
            notes.add(&Meter::PROBES_FAILED, failed);
        });
    }
    Ok(())
}

/// That a tenant is well when it is first looked at is no news.
fn is_news(change: Change, health: Health) -> bool {
    match change {
        Change::Same => false,
        Change::First => health != Health::Healthy,
        Change::From(..) => true,
    }
}

fn tell(
    tx: &mut StaffTx<'_, ManageTenants>,
    tenant: TenantId,
    checkup: &Checkup,
    change: Change,
) -> Result<(), VerbError> {
    let record = tx.tenant_record(tenant)?;
    let before = match change {
        Change::From(health, since) => json!({ "health": health, "since": since }),
        Change::First | Change::Same => json!({ "health": null }),
    };
    let after = json!({ "health": checkup.health, "why": why(checkup) });
    // Whose database is silent cannot be told; it is, with the next change, when it is back.
    if checkup.health != Health::Unhealthy {
        let note = Note {
            event: EventKind::TenantHealthChanged,
            action: audit::Action::TenantHealthChanged,
            before: before.clone(),
            after: after.clone(),
            by: &Doer::Platform,
            limits: false,
            letter: None,
        };
        note::tell(tx, &record, note)?;
    }
    let entry = Entry::done(Action::HealthChanged, Target::tenant(tenant, record.name));
    Ok(platform_audit::record(
        tx,
        entry.before(before).after(after),
    )?)
}

/// The sentence of the worst part.
fn why(checkup: &Checkup) -> Option<&str> {
    let parts = checkup.parts.as_ref()?;
    let worst = parts.all().into_iter().rev();
    let worst = worst.max_by_key(|(_, part)| part.state)?;
    Some(worst.1.message.as_str())
}
