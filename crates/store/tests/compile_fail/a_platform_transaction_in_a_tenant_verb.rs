//! The platform's transaction reaches no tenant's rows: it is another type.
use chrono::{DateTime, Utc};
use domain::permission::ReadUsers;
use tenantry_store::{Store, StoreError, TenantTx};

fn people(_: &mut TenantTx<'_, ReadUsers>) -> Result<(), StoreError> {
    Ok(())
}

fn all_tenants(store: &Store, now: DateTime<Utc>) -> Result<(), StoreError> {
    store.platform(now, |tx| people(tx))
}

fn main() {}
