//! What is limited: the product's own resources and those that the vendor registers.

use domain::Resource;
use domain::staff::{ManageTenants, ReadTenants};
use serde::{Deserialize, Serialize};
use services::resources::{self, Change, Wanted};
use utoipa::ToSchema;

use super::door::Door;
use super::fields::Nothing;
use super::{Body, Outcome, PlatformApi, Query};

/// Everything that is counted.
#[derive(Debug, Serialize, ToSchema)]
pub struct Resources {
    /// What comes with the product first.
    pub resources: Vec<ResourceFields>,
}

/// One resource.
#[derive(Debug, Serialize, ToSchema)]
pub struct OneResource {
    /// Which.
    pub resource: ResourceFields,
}

/// A resource.
#[derive(Debug, Serialize, ToSchema)]
pub struct ResourceFields {
    /// By which it is named.
    pub key: String,
    /// As it is shown.
    pub name: String,
    /// What is counted.
    pub unit: String,
    /// counter (used up, and begins anew), level (how many there are) or gauge (as it was measured last).
    pub kind: String,
    /// After what span of a tenant's own clock a counter begins anew: hour, day or month.
    pub window: Option<String>,
    /// What may be used beyond the limit for a while, in hundredths of it.
    pub grace_percent: i32,
    /// For how many days.
    pub grace_days: i32,
    /// What a tenant may have whose plan says nothing; null where nothing is limited then.
    pub default_limit: Option<i64>,
    /// Whether it comes with the product, which counts it itself.
    pub built_in: bool,
}

impl From<Resource> for ResourceFields {
    fn from(of: Resource) -> Self {
        Self {
            key: of.key.to_string(),
            name: of.name,
            unit: of.unit,
            kind: of.kind.to_string(),
            window: of.window.map(|window| window.to_string()),
            grace_percent: of.grace_percent,
            grace_days: of.grace_days,
            default_limit: of.default_limit,
            built_in: of.built_in,
        }
    }
}

/// A resource to be counted from now on.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewResource {
    /// By which it is named: small letters, digits and _, at most 40.
    #[schema(pattern = "^[a-z][a-z0-9_]{0,39}$")]
    pub key: String,
    /// As it is shown.
    #[schema(min_length = 1, max_length = 60)]
    pub name: String,
    /// What is counted.
    #[schema(min_length = 1, max_length = 30)]
    pub unit: String,
    /// counter, level or gauge.
    #[schema(pattern = "^(counter|level|gauge)$")]
    pub kind: String,
    /// For a counter: hour, day or month.
    #[schema(pattern = "^(hour|day|month)$")]
    pub window: Option<String>,
    /// What may be used beyond the limit for a while, in hundredths of it.
    #[serde(default)]
    #[schema(minimum = 0, maximum = 100)]
    pub grace_percent: i32,
    /// For how many days.
    #[serde(default)]
    #[schema(minimum = 0, maximum = 90)]
    pub grace_days: i32,
    /// What a tenant may have whose plan says nothing; nothing is limited then where it is not said.
    #[schema(minimum = 0, maximum = 1_000_000_000_000i64)]
    pub default_limit: Option<i64>,
}

/// What is said of a resource from now on; what is not said stays.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangedResource {
    /// As it is shown.
    #[schema(min_length = 1, max_length = 60)]
    pub name: Option<String>,
    /// What is counted.
    #[schema(min_length = 1, max_length = 30)]
    pub unit: Option<String>,
    /// What may be used beyond the limit for a while, in hundredths of it.
    #[schema(minimum = 0, maximum = 100)]
    pub grace_percent: Option<i32>,
    /// For how many days.
    #[schema(minimum = 0, maximum = 90)]
    pub grace_days: Option<i32>,
    /// What a tenant may have whose plan says nothing.
    #[schema(minimum = 0, maximum = 1_000_000_000_000i64)]
    pub default_limit: Option<i64>,
}

/// `GET /resources`
///
/// # Errors
/// No right, or no database.
pub async fn list(api: PlatformApi<ReadTenants>, query: Query<Nothing>) -> Outcome<Resources> {
    api.read(query, |tx, _| {
        let all = resources::all(tx)?.into_iter();
        Ok(Resources {
            resources: all.map(ResourceFields::from).collect(),
        })
    })
    .await
}

/// `POST /resources`
///
/// # Errors
/// No right, a key that is taken, a field that is wrong, or no database.
pub async fn register(
    api: PlatformApi<ManageTenants>,
    body: Body<NewResource>,
) -> Outcome<OneResource, 201> {
    api.write(body, |tx, new| {
        let wanted = Wanted {
            key: new.key.clone(),
            name: new.name.clone(),
            unit: new.unit.clone(),
            kind: new.kind.clone(),
            window: new.window.clone(),
            grace_percent: new.grace_percent,
            grace_days: new.grace_days,
            default_limit: new.default_limit,
        };
        let resource = resources::register(tx, &wanted)?.into();
        Ok(OneResource { resource })
    })
    .await
}

/// `PUT /resources/{resource}`
///
/// # Errors
/// No right, no such resource, a field that is wrong, or no database.
pub async fn change(
    api: PlatformApi<ManageTenants>,
    body: Body<ChangedResource>,
) -> Outcome<OneResource> {
    let key = api.part::<String>("resource").unwrap_or_default();
    api.write(body, move |tx, new| {
        let wanted = Change {
            name: new.name.clone(),
            unit: new.unit.clone(),
            grace_percent: new.grace_percent,
            grace_days: new.grace_days,
            default_limit: new.default_limit.map(Some),
        };
        let resource = resources::change(tx, &key, &wanted)?.into();
        Ok(OneResource { resource })
    })
    .await
}

/// `DELETE /resources/{resource}`
///
/// # Errors
/// No right, no such resource, one of the product's own, or no database.
pub async fn retire(api: PlatformApi<ManageTenants>, body: Body<Nothing>) -> Outcome<OneResource> {
    let key = api.part::<String>("resource").unwrap_or_default();
    api.write(body, move |tx, _| {
        let resource = resources::retire(tx, &key)?.into();
        Ok(OneResource { resource })
    })
    .await
}
