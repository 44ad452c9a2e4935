//! One tenant, whole: what it is, what it uses, what is switched on, how it looks.

use std::collections::BTreeMap;

use domain::Permission;
use domain::permission::ReadOverview;
use domain::staff::ReadTenants;
use serde::Serialize;
use serde_json::Value as Json;
use services::brands::{self, Brand};
use services::settings::{self, Insider};
use services::tenants::{self, Found};
use utoipa::ToSchema;

use super::fields::{ContactFields, ShownBranding, TenantFacts};
use super::named;
use super::usage::Usage;
use crate::api::door::Door;
use crate::api::fields::Nothing;
use crate::api::{Answer, Api, Either, Outcome, PlatformApi, Query};
use crate::gate::ShareState;

/// A tenant, whole.
#[derive(Debug, Serialize, ToSchema)]
pub struct TenantSheet {
    /// What it is.
    pub tenant: TenantFacts,
    /// What it uses of what it may.
    pub usage: Usage,
    /// What is switched on and off, by its plan and by itself.
    pub features: BTreeMap<String, bool>,
    /// How it looks.
    pub branding: ShownBranding,
    /// Where bills go; for platform keys and keys with settings:read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub billing_email: Option<String>,
    /// Whom to ask; for platform keys and keys with settings:read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub contact: Option<ContactFields>,
    /// The product's own configuration, as it was sent; for platform keys and keys with settings:read.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    pub product_config: Option<Json>,
}

impl TenantSheet {
    /// For whoever may see how it is run, or only what everybody of the tenant sees.
    fn of(found: &Found, share: Option<ShareState>, brand: Option<Brand>, runs: bool) -> Self {
        let record = &found.record;
        Self {
            tenant: TenantFacts::of(found),
            usage: Usage::of(found, share),
            features: found.features.clone().into(),
            branding: ShownBranding::of(found, brand),
            billing_email: record.contact.billing_email.clone().filter(|_| runs),
            contact: runs.then(|| ContactFields::of(&record.contact)),
            product_config: runs.then(|| record.product_config.json().clone()),
        }
    }
}

/// `GET /tenants/{tenant_id}`
///
/// # Errors
/// No right, no such tenant, or no database.
pub async fn read(
    api: Either<ReadOverview, ReadTenants>,
    query: Query<Nothing>,
) -> Outcome<TenantSheet> {
    match api {
        Either::Tenant(api) => own(api, query).await,
        Either::Platform(api) => any(api, query).await,
    }
}

async fn own(api: Api<ReadOverview>, query: Query<Nothing>) -> Outcome<TenantSheet> {
    let Nothing {} = api.query(query).await?;
    let (insider, brand, runs) = api
        .run(|tx| {
            let runs = tx.may(Permission::ReadSettings);
            Ok((Insider::of(tx), brands::read(tx)?, runs))
        })
        .await?;
    let found = api.beyond(move |store, request| settings::read(store, request, &insider));
    let share = api.app().shares.state(api.id());
    Ok(Answer::of(&TenantSheet::of(
        &found.await?,
        share,
        brand,
        runs,
    )))
}

async fn any(api: PlatformApi<ReadTenants>, query: Query<Nothing>) -> Outcome<TenantSheet> {
    let Nothing {} = api.query(query).await?;
    let name = api.part::<String>("tenant_id");
    let found = api.run(move |tx| {
        let tenant = named(tx, name.as_ref())?;
        Ok(tenants::find(tx, tenant)?)
    });
    let found = found.await?;
    let brand = api.look_of(&found.record).await?;
    let share = api.app().shares.state(found.record.id);
    Ok(Answer::of(&TenantSheet::of(&found, share, brand, true)))
}
