//! The right to open a tenant's transactions comes from the catalogue alone.
use domain::TenantId;
use tenantry_store::TenantScope;

fn forged(tenant: TenantId) -> [TenantScope; 2] {
    [TenantScope::new(tenant, 1), TenantScope { tenant, epoch: 1 }]
}

fn main() {}
