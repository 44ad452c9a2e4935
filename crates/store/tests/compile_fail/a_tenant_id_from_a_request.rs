//! What `Path<TenantId>`, `Json<TenantId>` and `Query<TenantId>` would need.
use domain::TenantId;

fn extracted<T: serde::de::DeserializeOwned>() {}

fn main() {
    extracted::<TenantId>();
    let _: TenantId = "tenant_01h455vb4pex5vsknk084sn02q".parse().unwrap();
}
