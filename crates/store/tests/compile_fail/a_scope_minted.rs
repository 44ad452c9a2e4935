//! The right to open a tenant's transactions comes from the catalogue alone.
use domain::TenantId;
use tenantry_store::{Place, TenantScope};

fn forged(tenant: TenantId) -> [TenantScope; 2] {
    [TenantScope::new(tenant, 1, Place::Home), TenantScope { tenant, epoch: 1, place: Place::Home, pool: None }]
}

fn main() {}
