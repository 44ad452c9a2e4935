//! A transaction that proves a permission is made by the guard alone.
use std::marker::PhantomData;

use domain::TenantId;
use domain::permission::ManageUsers;
use tenantry_store::{Actor, Request, TenantTx};

fn forged(connection: &mut diesel::PgConnection, tenant: TenantId, request: Request) -> TenantTx<'_, ManageUsers> {
    TenantTx { connection, tenant, actor: Actor::System("me"), request, access: PhantomData }
}

fn main() {}
