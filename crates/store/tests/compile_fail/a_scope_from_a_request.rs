//! A scope cannot be read from a body either.
use tenantry_store::TenantScope;

fn main() {
    let _: TenantScope = serde_json::from_str("{}").unwrap();
}
