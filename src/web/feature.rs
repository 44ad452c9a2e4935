//! What the features of a plan are called on pages, and the gate of pages that are part of one.

use domain::Access;
use services::features::{self, Feature};
use services::{PlatformTx, StoreError, tenants};

use crate::problem::Problem;
use crate::tenant::Tenant;

/// Lets on only a tenant that has the feature, by its plan or by itself. A handler asks this first.
///
/// # Errors
/// 403 with what the feature is and which plans have it; what keeps whoever asks from being proven.
pub async fn required<P: Access>(tenant: &Tenant<P>, feature: Feature) -> Result<(), Problem> {
    if tenant.entry().features.has(feature.key()) {
        tenant.uses(feature);
        return Ok(());
    }
    // What the tenant's plan has is told to nobody who might not have come on.
    tenant.run(|_| Ok(())).await?;
    let (store, now, id) = (
        tenant.app().store.clone(),
        tenant.request().now,
        tenant.id(),
    );
    let read = move |tx: &mut PlatformTx<'_>| {
        let own = tenants::plan::own(tx, id)?;
        Ok::<_, StoreError>((own, features::plans_with(tx, feature)?))
    };
    let (own, with) = tenant
        .app()
        .beside(tenant.entry(), move || store.platform(now, read))
        .await?;
    Err(Problem::not_in_plan(feature, &own, &with))
}

/// The feature's key as it is read: `api_access` is "API access".
#[must_use]
pub fn title(key: &str) -> String {
    domain::plan::title(key)
}
