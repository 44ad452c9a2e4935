//! How tenants are, as the job that looks at them found them last. Nothing is looked at while somebody waits for the answer.

mod fields;
mod shown;

use domain::staff::{ManageTenants, ReadTenants};
use domain::{FieldErrors, Health, TimeZone, permission::ReadUsage};
use serde::Deserialize;
use services::checkups::{self, Filter};
use services::{StoreError, VerbError};
use utoipa::IntoParams;

use super::door::Door;
use super::fields::{Nothing, page, search};
use super::tenants::named;
use super::{Answer, Body, Either, Outcome, PlatformApi, Query};
pub use fields::{AskedHealth, HealthOfTenant, HealthOfTenants};

/// The longest piece that is searched for.
const LONGEST: usize = 100;
/// What those are called that nobody looked at.
pub(super) const UNCHECKED: &str = "unchecked";

/// How the list is narrowed down and paged.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
pub struct HealthQuery {
    /// The page, from 1; past the end it is the last one.
    #[param(minimum = 1, maximum = 1_000_000)]
    pub page: Option<u32>,
    /// The most tenants of a page; 50 where nothing is said.
    #[param(minimum = 1, maximum = 200)]
    pub page_size: Option<u32>,
    /// healthy, degraded, unhealthy or unchecked.
    pub status: Option<String>,
    /// A piece of a name or short name.
    pub search: Option<String>,
}

/// `GET /admin/tenants/health`
///
/// # Errors
/// No right, a query that is wrong, or no database.
pub async fn list(
    api: PlatformApi<ReadTenants>,
    query: Query<HealthQuery>,
) -> Outcome<HealthOfTenants> {
    api.read(query, |tx, query| {
        let filter = Filter {
            search: search(query.search.as_deref(), LONGEST)?,
            health: status(query.status.as_deref())?,
        };
        let found = checkups::list(tx, &filter, page(query.page, query.page_size)?)?;
        Ok(found.into())
    })
    .await
}

/// `POST /admin/tenants/health`: asks for a look at all tenants now.
///
/// # Errors
/// No right, or no database.
pub async fn ask(
    api: PlatformApi<ManageTenants>,
    body: Body<Nothing>,
) -> Outcome<AskedHealth, 202> {
    api.write(body, |tx, _| {
        Ok(AskedHealth {
            begun: checkups::ask(tx, None)?,
        })
    })
    .await
}

/// `POST /tenants/{tenant_id}/health`: asks for a look at this tenant now.
///
/// # Errors
/// No right, no such tenant, or no database.
pub async fn ask_one(
    api: PlatformApi<ManageTenants>,
    body: Body<Nothing>,
) -> Outcome<AskedHealth, 202> {
    let name = api.part::<String>("tenant_id");
    api.write(body, move |tx, _| {
        let tenant = named(tx, name.as_ref())?;
        Ok(AskedHealth {
            begun: checkups::ask(tx, Some(tenant))?,
        })
    })
    .await
}

/// `GET /tenants/{tenant_id}/health`
///
/// # Errors
/// No right, no such tenant, or no database.
pub async fn read(
    api: Either<ReadUsage, ReadTenants>,
    query: Query<Nothing>,
) -> Outcome<HealthOfTenant> {
    match api {
        Either::Tenant(api) => {
            api.query(query).await?;
            api.prove().await?;
            let (tenant, zone) = (api.id(), api.entry().timezone.parse().unwrap_or_default());
            let found = api.beyond(move |store, request| {
                Ok(store.platform::<_, StoreError>(request.now, |tx| {
                    Ok((
                        checkups::of(tx, tenant)?,
                        checkups::uptime(tx, tenant, zone)?,
                    ))
                })?)
            });
            let (checkup, uptime) = found.await?;
            Ok(Answer::of(
                &HealthOfTenant::of(tenant, checkup, &uptime).without_error(),
            ))
        }
        Either::Platform(api) => {
            let name = api.part::<String>("tenant_id");
            api.read(query, move |tx, _| {
                let tenant = named(tx, name.as_ref())?;
                let zone: TimeZone = tx.tenant_record(tenant)?.settings.timezone;
                let uptime = checkups::uptime(tx, tenant, zone)?;
                Ok(HealthOfTenant::of(
                    tenant,
                    checkups::of(tx, tenant)?,
                    &uptime,
                ))
            })
            .await
        }
    }
}

fn status(word: Option<&str>) -> Result<Option<Option<Health>>, VerbError> {
    match word.filter(|word| !word.is_empty()) {
        None => Ok(None),
        Some(UNCHECKED) => Ok(Some(None)),
        Some(word) => match Health::parse(word) {
            Ok(health) => Ok(Some(Some(health))),
            Err(_) => Err(FieldErrors::one(
                "status",
                "Choose healthy, degraded, unhealthy or unchecked.",
            )
            .into()),
        },
    }
}
