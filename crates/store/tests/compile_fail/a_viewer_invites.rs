//! A transaction that proved less than the verb asks for.
use domain::permission::{ManageUsers, ReadUsers};
use tenantry_store::{Credential, Request, Store, StoreError, TenantScope, TenantTx};

fn invite(_: &mut TenantTx<'_, ManageUsers>) -> Result<(), StoreError> {
    Ok(())
}

fn page(store: &Store, scope: &TenantScope, request: &Request) -> Result<(), StoreError> {
    let session = Credential::Anonymous;
    store.tenant(scope, session, request, |tx: &mut TenantTx<'_, ReadUsers>| invite(tx))
}

fn main() {}
