//! A transaction ends with its unit of work and cannot be carried out of it.
use domain::permission::SignedIn;
use tenantry_store::{Credential, Request, Store, StoreError, TenantScope, TenantTx};

fn keep(store: &Store, scope: &TenantScope, request: &Request) -> Result<(), StoreError> {
    let mut kept = None;
    store.tenant(scope, Credential::Anonymous, request, |tx: &mut TenantTx<'_, SignedIn>| {
        kept = Some(tx);
        Ok(())
    })
}

fn main() {}
