//! Neither the pools nor a transaction hand out a connection.
use domain::permission::SignedIn;
use tenantry_store::{Store, TenantTx};

fn past_the_guard(store: &Store, tx: &mut TenantTx<'_, SignedIn>) {
    let _ = store.begin_app("BEGIN");
    let _ = tx.connection();
    let _ = store.home;
}

fn main() {}
