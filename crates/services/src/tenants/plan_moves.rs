//! Moving tenants that are on an older version of their plan to its current one: some at once, all of them by a
//! job. Each is told what changes.

use domain::staff::ManageTenants;
use domain::{FieldErrors, TenantId};
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::catalogue::{Plan, TenantRecord};
use store::{StaffCredential, StaffTx, StoreError};

use super::note::{self, Doer, Note};
use super::notices::Told;
use super::{plan_differences, plans};
use crate::VerbError;
use crate::audit::Action as TenantAction;
use crate::events::EventKind;
use crate::jobs::{self, JobKind, NewJob};
use crate::platform_audit::{self, Action, Entry, Target};
use crate::worker::work::{Outcome, Work};

/// How many are moved in one transaction of the job: the platform's log waits for it.
const BATCH: i64 = 25;
/// How many may be named at once.
pub const MOST_NAMED: usize = 100;

/// Which tenants are moved.
#[derive(Debug, Clone)]
pub enum Which {
    /// All that are on an older version.
    All,
    /// These.
    Named(Vec<TenantId>),
}

/// What was asked for.
#[derive(Debug, Clone)]
pub struct Asked {
    /// The plan with the terms that they get.
    pub plan: Plan,
    /// How many are moved, or will be.
    pub tenants: usize,
}

#[derive(Serialize, Deserialize)]
struct Payload {
    plan: String,
    version: i32,
}

/// Moves tenants to the current version of their plan. Where some are named it is done when this commits; all of
/// them are moved by a job.
///
/// # Errors
/// [`StoreError::NotFound`], [`VerbError::Invalid`] beside `tenants` for one that is not on this plan, or the
/// database's.
pub fn ask(
    tx: &mut StaffTx<'_, ManageTenants>,
    key: &str,
    which: &Which,
) -> Result<Asked, VerbError> {
    let plan = tx.plan(key)?.ok_or(StoreError::NotFound)?;
    match which {
        Which::Named(tenants) => named(tx, plan, tenants),
        Which::All => all(tx, plan),
    }
}

fn named(
    tx: &mut StaffTx<'_, ManageTenants>,
    plan: Plan,
    tenants: &[TenantId],
) -> Result<Asked, VerbError> {
    if tenants.is_empty() || tenants.len() > MOST_NAMED {
        let words = format!("Name 1 to {MOST_NAMED} tenants.");
        return Err(FieldErrors::one("tenants", words).into());
    }
    for tenant in tenants {
        if tx.tenant_record(*tenant)?.plan != plan.key {
            let words = format!("{tenant} is not on this plan.");
            return Err(FieldErrors::one("tenants", words).into());
        }
    }
    let limit = i64::try_from(MOST_NAMED).unwrap_or(i64::MAX);
    let older = tx.some_before(&plan.key, plan.version, Some(tenants), limit)?;
    for tenant in &older {
        move_one(tx, *tenant, &plan)?;
    }
    Ok(Asked {
        tenants: older.len(),
        plan,
    })
}

fn all(tx: &mut StaffTx<'_, ManageTenants>, plan: Plan) -> Result<Asked, VerbError> {
    let older = tx.count_before(&plan.key, plan.version)?;
    if older > 0 {
        let payload = Payload {
            plan: plan.key.clone(),
            version: plan.version,
        };
        let payload = serde_json::to_value(payload).unwrap_or_default();
        jobs::enqueue_for_platform(tx, &NewJob::now(JobKind::PlanMove, payload))?;
        let entry = Entry::done(Action::PlanMoveAsked, plans::target(&plan))
            .after(json!({ "version": plan.version, "tenants": older }));
        platform_audit::record(tx, entry)?;
    }
    Ok(Asked {
        plan,
        tenants: usize::try_from(older).unwrap_or(0),
    })
}

/// The job that moves all of them.
pub(crate) fn work(work: &Work<'_>) -> Outcome {
    let Ok(wanted) = Payload::deserialize(work.payload()) else {
        return Outcome::GiveUp("the job says nothing".to_owned());
    };
    loop {
        let credential = StaffCredential::System("plan move");
        let store = &work.bench.store;
        let moved = store.staff(credential, &work.request(), |tx| {
            let plan = tx.plan_at(&wanted.plan, wanted.version)?;
            let plan = plan.ok_or(StoreError::NotFound)?;
            let some = tx.some_before(&plan.key, plan.version, None, BATCH)?;
            for tenant in &some {
                move_one(tx, *tenant, &plan)?;
            }
            Ok::<_, VerbError>(some.len())
        });
        match moved {
            Ok(0) => return Outcome::Done,
            Ok(_) => {}
            Err(error) => return Outcome::Retry(error.to_string()),
        }
        if let Err(lost) = work.renew() {
            return Outcome::from(lost);
        }
    }
}

/// Puts one tenant on this version and tells it; its numbers follow by the job that tells.
fn move_one(
    tx: &mut StaffTx<'_, ManageTenants>,
    tenant: TenantId,
    plan: &Plan,
) -> Result<(), VerbError> {
    let was = tx.lock_tenant(tenant)?;
    if was.plan != plan.key || was.plan_version >= plan.version {
        // It was moved, or chose another plan, a moment ago.
        return Ok(());
    }
    let before = tx.plan_at(&was.plan, was.plan_version)?;
    let before = before.ok_or(StoreError::NotFound)?;
    tx.set_plan_version(tenant, plan.version)?;
    // What it chose by itself was older still.
    tx.forget_plan_before(tenant)?;
    let versions = |version: i32| json!({ "plan": plan.key, "version": version });
    let (from, to) = (versions(before.version), versions(plan.version));
    let note = Note {
        event: EventKind::TenantUpdated,
        action: TenantAction::TenantPlanChanged,
        before: from.clone(),
        after: to.clone(),
        by: &Doer::Platform,
        limits: true,
        letter: letter(&was, &before, plan),
    };
    note::tell(tx, &was, note)?;
    let target = Target::tenant(tenant, was.name);
    let entry = Entry::done(Action::TenantPlanChanged, target)
        .before(from)
        .after(to);
    Ok(platform_audit::record(tx, entry)?)
}

/// What the owners are told: what is different for them, without that of which the tenant has a number or a switch
/// of its own. No letter where nothing is.
fn letter(record: &TenantRecord, was: &Plan, now: &Plan) -> Option<Told> {
    let locale = record.settings.locale;
    let own_features = &record.settings.features;
    let changes: Vec<String> = plan_differences::between(&was.terms, &now.terms, locale)
        .iter()
        .filter(|difference| !record.limits.contains_key(&difference.key))
        .filter(|difference| !own_features.iter().any(|(key, _)| key == difference.key))
        .map(plan_differences::Difference::line)
        .collect();
    let plan = now.terms.name.clone();
    (!changes.is_empty()).then_some(Told::TermsChanged { plan, changes })
}
