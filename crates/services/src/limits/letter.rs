//! Telling a tenant's owners, and where its bills go, that a limit is near or reached.

use serde::Deserialize;
use store::{StoreError, TenantTx};

use domain::permission::System;

use crate::tenants::note::billing;
use crate::tenants::notices::{self, Told};
use crate::worker::work::{Outcome, Work};

#[derive(Deserialize)]
struct Payload {
    resource: String,
    current: i64,
    limit: i64,
    threshold_percent: i16,
}

/// The job that writes the letters.
pub(crate) fn work(work: &Work<'_>) -> Outcome {
    let Ok(payload) = Payload::deserialize(work.payload()) else {
        return Outcome::GiveUp("the job says nothing".to_owned());
    };
    let (Some(entry), Some(links)) = (work.tenant(), work.links()) else {
        return Outcome::GiveUp("the job is no tenant's".to_owned());
    };
    let tenant = entry.scope.tenant();
    let read = work.bench.store.platform(work.now(), |tx| {
        let record = tx.tenant_record(tenant)?;
        Ok::<_, StoreError>((tx.resources()?, record))
    });
    let (resources, record) = match read {
        Ok(read) => read,
        Err(error) => return Outcome::Retry(error.to_string()),
    };
    let named = resources
        .iter()
        .find(|one| one.key.as_str() == payload.resource);
    let told = Told::Limit {
        resource: named.map_or(payload.resource, |resource| resource.name.clone()),
        used: payload.current,
        limit: payload.limit,
        percent: payload.threshold_percent,
    };
    let billing = billing(&record);
    work.conclude(|tx: &mut TenantTx<'_, System>| {
        notices::write(tx, &links, &told, billing.as_ref())
    })
    .map_or_else(Outcome::from, |()| Outcome::Done)
}
