//! The look at tenants: slice after slice, those that wait longest first. What a slice found is written down before the next one
//! begins, so that whoever comes after a job that was killed goes on where it was.

use std::collections::HashSet;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::time::{Duration, Instant};

use chrono::TimeDelta;
use domain::permission::System;
use domain::staff::ManageTenants;
use domain::{Health, Meter, Resource, TenantId, TimeZone};
use serde::Deserialize;
use serde_json::json;
use store::checkups::{Change, Checkup, Shape, inside};
use store::{Credential, StaffCredential, StaffTx, StoreError, TenantTx, brands};
use uuid::Uuid;

use super::parts::{Facts, SPANS, parts, silent};
use crate::audit;
use crate::events::EventKind;
use crate::limits::{self, USERS};
use crate::platform_audit::{self, Action, Entry, Target};
use crate::tenants::note::{self, Doer, Note};
use crate::worker::work::{Outcome, Work};
use crate::{TenantEntry, VerbError, resources};

/// So many are looked at and written down together.
const SLICE: i64 = 100;
/// So many databases of tenants' own are asked at once: one that is silent holds up a quarter of its slice.
const AT_ONCE: usize = 4;
/// Whoever was looked at within this time waits for the next round: a little less than a round.
const ROUND: TimeDelta = TimeDelta::minutes(4);
/// Whoever asks gets those that were not looked at within this time.
const JUST_NOW: TimeDelta = TimeDelta::seconds(30);
/// How long a round may begin slices.
const BUDGET: Duration = Duration::from_secs(200);

#[derive(Default, Deserialize)]
struct Payload {
    #[serde(default)]
    all: bool,
    #[serde(default)]
    tenant: Option<Uuid>,
}

/// What was found of a tenant; whoever moved, rests or had no connection for us is not among them.
type Found = (TenantId, Checkup);

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

fn round(work: &Work<'_>, fresh: TimeDelta, only: Option<TenantId>) -> Result<(), VerbError> {
    let (began, before) = (Instant::now(), work.now() - fresh);
    let mut seen = HashSet::new();
    while began.elapsed() < BUDGET {
        let due = work
            .bench
            .store
            .platform::<_, StoreError>(work.now(), |tx| tx.tenants_to_check(before, SLICE, only))?;
        // Those that could not be looked at are still due, and wait for the next round.
        let due: Vec<TenantId> = due.into_iter().filter(|one| seen.insert(*one)).collect();
        if due.is_empty() {
            break;
        }
        slice(work, &due)?;
    }
    Ok(())
}

fn slice(work: &Work<'_>, due: &[TenantId]) -> Result<(), VerbError> {
    let store = &work.bench.store;
    let (resources, shapes) = store.platform::<_, StoreError>(work.now(), |tx| {
        let shapes: Result<Vec<Shape>, StoreError> =
            due.iter().map(|tenant| tx.shape_of(*tenant)).collect();
        Ok((resources::all(tx)?, shapes?))
    })?;
    let (mut home, mut own) = (Vec::new(), Vec::new());
    for (tenant, shape) in due.iter().zip(shapes) {
        if let Some(entry) = store.resolve_tenant(*tenant)? {
            let pile = if entry.scope.place().is_home() {
                &mut home
            } else {
                &mut own
            };
            pile.push((entry, shape));
        }
    }
    let own = Mutex::new(own.into_iter());
    let found = Mutex::new(Vec::new());
    let look = |(entry, shape): (TenantEntry, Shape)| {
        if let Some(one) = look_at(work, &entry, shape, &resources) {
            found
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .push((entry.scope.tenant(), one));
        }
    };
    let next = || own.lock().unwrap_or_else(PoisonError::into_inner).next();
    let count = next_len(&own).min(AT_ONCE);
    std::thread::scope(|threads| {
        for _ in 0..count {
            threads.spawn(|| {
                while let Some(one) = next() {
                    look(one);
                }
            });
        }
        home.into_iter().for_each(look);
    });
    let mut found = found.into_inner().unwrap_or_else(PoisonError::into_inner);
    // In one order for everybody, so that no two wait for each other in a ring.
    found.sort_unstable_by_key(|(tenant, _)| tenant.uuid());
    write_down(work, &found)
}

fn next_len<T: ExactSizeIterator>(all: &Mutex<T>) -> usize {
    all.lock().unwrap_or_else(PoisonError::into_inner).len()
}

/// Looks at one tenant: `None` where nothing can be said of it now.
fn look_at(
    work: &Work<'_>,
    entry: &TenantEntry,
    shape: Shape,
    resources: &[Resource],
) -> Option<Checkup> {
    let (store, request) = (&work.bench.store, work.request());
    let zone: TimeZone = entry.timezone.parse().unwrap_or_default();
    let began = Instant::now();
    let read = |tx: &mut TenantTx<'_, System>| {
        // What its sign-in page is made of.
        brands::read(tx)?;
        Ok::<_, StoreError>((limits::stands(tx, resources, zone)?, inside(tx, SPANS)?))
    };
    let credential = Credential::System("health");
    let read = store.tenant(&entry.scope, credential, &request, read);
    let took = i64::try_from(began.elapsed().as_millis()).unwrap_or(i64::MAX);
    let now = work.now();
    let checkup = |parts: domain::checkup::Parts| Checkup {
        health: parts.health(),
        since: now,
        checked_at: now,
        milliseconds: None,
        people: None,
        parts: Some(parts),
        trouble: None,
    };
    match read {
        Ok((stands, inside)) => {
            let people = stands
                .iter()
                .find(|stand| stand.resource.key.as_str() == USERS);
            let facts = Facts {
                milliseconds: took,
                shape,
                stands: &stands,
                inside: &inside,
                now,
            };
            Some(Checkup {
                milliseconds: Some(took),
                people: people.and_then(|stand| stand.used),
                ..checkup(parts(&facts))
            })
        }
        Err(StoreError::Closed | StoreError::Moved | StoreError::HandedOver) => None,
        // Ours, where the connections are everybody's, and not the tenant's.
        Err(StoreError::Busy | StoreError::Crowded) if entry.scope.place().is_home() => None,
        Err(error) => Some(Checkup {
            trouble: Some(error.to_string()),
            ..checkup(silent())
        }),
    }
}

/// Writes down what was found, and tells what is news: each change once, in the transaction that sees it.
fn write_down(work: &Work<'_>, found: &[Found]) -> Result<(), VerbError> {
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
