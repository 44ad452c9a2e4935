//! Looking whether the schemas of tenants are what their migrations make: by a job, schema after schema.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use domain::staff::ManageTenants;
use serde_json::json;
use store::rollouts::NoRun;
use store::{StaffTx, Store};

use super::NO_OWNER;
use crate::VerbError;
use crate::jobs::{self, JobKind, NewJob};
use crate::platform_audit::{self, Action, Entry, Target, TargetKind};
use crate::worker::work::{Outcome, Work};

/// Asks for a look at all schemas.
///
/// # Errors
/// [`VerbError::Conflict`] where this process does not know the owner of the tables, or the database's.
pub fn ask(tx: &mut StaffTx<'_, ManageTenants>, store: &Store) -> Result<(), VerbError> {
    if !store.makes_schemas() {
        return Err(VerbError::Conflict(NO_OWNER.to_owned()));
    }
    jobs::enqueue_for_platform(tx, &NewJob::now(JobKind::DriftLook, json!({})))?;
    let target = Target::named(TargetKind::Migrations, "All schemas of tenants");
    Ok(platform_audit::record(
        tx,
        Entry::done(Action::DriftAsked, target),
    )?)
}

/// The job behind it.
pub(crate) fn work(work: &Work<'_>) -> Outcome {
    let store = &work.bench.store;
    match work.while_held(|| look(store, &|| work.now())) {
        Ok(_) => Outcome::Done,
        Err(error) => Outcome::Retry(error.to_string()),
    }
}

/// Looks at all schemas and writes down what is found; how many things that are.
///
/// # Errors
/// See [`NoRun`].
pub fn look(store: &Store, now: &dyn Fn() -> DateTime<Utc>) -> Result<usize, NoRun> {
    let mut runner = store.runner()?;
    let given = runner.given()?;
    let all = store.platform(now(), |tx| tx.schemas_of_tenants())?;
    let mut made = BTreeMap::new();
    let mut found = 0;
    for (schema, tenant) in &all {
        let findings = runner.drift_of(&given, schema, &mut made)?;
        found += findings.len();
        store.platform(now(), |tx| tx.note_drift(schema, *tenant, &findings))?;
    }
    let schemas: Vec<&str> = all.iter().map(|(schema, _)| schema.as_str()).collect();
    store.platform(now(), |tx| tx.forget_drift_but(&schemas))?;
    Ok(found)
}
