//! Analytics: what a tenant's figures say over a period, for those whose plan has it and for the platform.

mod asked;
mod fields;
mod shown;

use domain::permission::ReadUsage;
use domain::staff::ReadTenants;
use domain::{Features, TenantId, TimeZone};
use services::analytics::{self, Inside};
use services::features::Feature;
use services::{PlatformTx, StoreError};

use super::door::Door;
use super::limits::inside;
use super::{Answer, Either, Outcome, Query};
pub use asked::AnalyticsQuery;
use asked::Asked;
pub(super) use asked::{period, words, wrong};
pub use fields::AnalyticsOfTenant;

/// `GET /tenants/{tenant_id}/analytics`
///
/// # Errors
/// No right, no such tenant, a plan without it, a period, metric or segment that is none, or no database.
pub async fn read(
    api: Either<ReadUsage, ReadTenants>,
    query: Query<AnalyticsQuery>,
) -> Outcome<AnalyticsOfTenant> {
    let (tenant, asked, found) = match api {
        Either::Tenant(api) => {
            api.requires(Feature::AdvancedAnalytics).await?;
            let asked = match Asked::of(&api.query(query).await?) {
                Ok(asked) => asked,
                Err(fault) => return Err(api.after_proof(fault).await),
            };
            let entry = api.entry();
            let zone: TimeZone = entry.timezone.parse().unwrap_or_default();
            let (tenant, features) = (api.id(), entry.features.clone());
            let wish = asked.wish();
            let inside = api.run(move |tx| Ok(analytics::inside(tx, zone, wish)?));
            let inside = inside.await?;
            let measured = api.beyond(move |store, request| {
                let read =
                    |tx: &mut PlatformTx<'_>| look(tx, (tenant, zone), &features, &inside, &asked);
                Ok(store.platform::<_, StoreError>(request.now, read)?)
            });
            let found = measured.await?;
            (tenant, found.0, found.1)
        }
        Either::Platform(api) => {
            let asked = match Asked::of(&api.query(query).await?) {
                Ok(asked) => asked,
                Err(fault) => return Err(api.after_proof(fault).await),
            };
            let name = api.part::<String>("tenant_id");
            let (tenant, zone, features) = api
                .run(move |tx| {
                    let tenant = super::tenants::named(tx, name.as_ref())?;
                    let record = tx.tenant_record(tenant)?;
                    let plan = services::tenants::plan::own(tx, tenant)?;
                    let features = record.settings.features.over(&plan.terms.features);
                    Ok((tenant, record.settings.timezone, features))
                })
                .await?;
            let wish = asked.wish();
            let inside = inside(&api, tenant, move |tx, _| {
                Ok(analytics::inside(tx, zone, wish)?)
            });
            let inside = inside.await?;
            let read = move |tx: &mut services::StaffTx<'_, ReadTenants>| {
                Ok(look(tx, (tenant, zone), &features, &inside, &asked)?)
            };
            let found = api.run(read).await?;
            (tenant, found.0, found.1)
        }
    };
    Ok(Answer::of(&AnalyticsOfTenant::of(tenant, &found, &asked)))
}

fn look(
    tx: &mut PlatformTx<'_>,
    of: (TenantId, TimeZone),
    features: &Features,
    inside: &Inside,
    asked: &Asked,
) -> Result<(Asked, analytics::Analytics), StoreError> {
    let found = analytics::look(tx, of, features, inside, asked.wish())?;
    Ok((asked.clone(), found))
}
