//! Which tenants there are and where they live. The only maker of scopes.

mod extensions;
mod few;
pub(crate) mod find;
mod follows;
mod furnishing;
mod hosts;
mod limit_terms;
mod list;
mod listed;
mod make;
mod numbers;
pub(crate) mod place;
mod plan_choices;
mod plan_versions;
mod plans;
mod pools;
mod provisioning;
mod record;
mod resources;
mod scaling_lists;
mod scalings;
mod sign_ups;
mod slugs;
mod status;
mod trials;

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Integer, Jsonb, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use domain::{Features, Patterns, Rates, TenantId, UserId, Writing};
use serde_json::Value as Json;
use uuid::Uuid;

use crate::StoreError;
use crate::places::Place;
use crate::pool::Store;
use crate::scope::TenantScope;

pub use few::{Few, Found};
pub use furnishing::{Furnishing, NewFurnishing};
pub use hosts::{Living, Seated};
pub use limit_terms::LimitTerms;
pub use listed::ListedTenant;
pub use make::NewTenant;
pub use plan_choices::PlanBefore;
pub use plan_versions::OnVersion;
pub use plans::{Plan, Terms};
pub use provisioning::{StepRow, StepState};
pub use record::{Change, Contact, Placement, Seats, TenantRecord};
pub use scalings::{Scaling, ScalingAsker};
pub use sign_ups::{NewSignUp, SignUp};
pub use status::Turn;

/// A tenant as the doors need it before any of its rows is read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TenantEntry {
    /// The way in.
    pub scope: TenantScope,
    /// The DNS label.
    pub slug: String,
    /// The name as shown.
    pub name: String,
    /// The state's key, as `domain::tenant` knows it.
    pub status: String,
    /// What to tell those who meet a resting tenant.
    pub status_reason: Option<String>,
    /// The tenant's language and region.
    pub locale: String,
    /// The tenant's time zone.
    pub timezone: String,
    /// The host that links are built with.
    pub canonical_host: String,
    /// The plan's key.
    pub plan: String,
    /// When the trial ends or ended, for a tenant on trial.
    pub trial_ends_at: Option<DateTime<Utc>>,
    /// How it writes dates.
    pub date_format: String,
    /// How it writes times.
    pub time_format: String,
    /// When it is to be deleted, for one that is closed.
    pub delete_at: Option<DateTime<Utc>>,
    /// The owner who closed it by themselves.
    pub closed_by: Option<UserId>,
    /// What is switched on, by its plan and by itself.
    pub features: Features,
    /// How often one of its keys may ask, by its plan.
    pub rates: Rates,
    /// How many connections its own limit or its plan's gives it at once.
    pub connections: Option<i32>,
}

impl TenantEntry {
    /// How it writes dates and numbers.
    #[must_use]
    pub fn writing(&self) -> Writing {
        let locale = self.locale.parse().unwrap_or_default();
        let zone = self.timezone.parse().unwrap_or_default();
        Writing {
            patterns: Some(Patterns::stored(&self.date_format, &self.time_format)),
            ..Writing::of(locale, zone)
        }
    }

    /// Whether its trial is over and no plan was chosen yet.
    #[must_use]
    pub fn has_lapsed(&self, now: DateTime<Utc>) -> bool {
        self.status == "trial" && self.trial_ends_at.is_some_and(|end| end <= now)
    }
}

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = Nullable<SqlUuid>)]
    tenant_id: Option<Uuid>,
    #[diesel(sql_type = Nullable<Integer>)]
    epoch: Option<i32>,
    #[diesel(sql_type = Nullable<Text>)]
    slug: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    name: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    status: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    status_reason: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    locale: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    timezone: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    canonical_host: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    plan: Option<String>,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    trial_ends_at: Option<DateTime<Utc>>,
    #[diesel(sql_type = Nullable<Text>)]
    date_format: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    time_format: Option<String>,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    delete_at: Option<DateTime<Utc>>,
    #[diesel(sql_type = Nullable<SqlUuid>)]
    closed_by: Option<Uuid>,
    #[diesel(sql_type = Nullable<Integer>)]
    connections: Option<i32>,
    #[diesel(sql_type = Nullable<Text>)]
    database_name: Option<String>,
    #[diesel(sql_type = Nullable<Integer>)]
    pool: Option<i32>,
    #[diesel(sql_type = Nullable<Jsonb>)]
    features: Option<Json>,
    #[diesel(sql_type = Nullable<Jsonb>)]
    rates: Option<Json>,
}

impl Row {
    fn entry(self) -> Option<TenantEntry> {
        Some(TenantEntry {
            scope: TenantScope::new(
                TenantId::from_uuid(self.tenant_id?),
                self.epoch?,
                Place::named(self.database_name),
            )
            .with_pool(self.pool.and_then(|size| size.try_into().ok())),
            slug: self.slug?,
            name: self.name?,
            status: self.status?,
            status_reason: self.status_reason,
            locale: self.locale?,
            timezone: self.timezone?,
            canonical_host: self.canonical_host?,
            plan: self.plan?,
            trial_ends_at: self.trial_ends_at,
            date_format: self.date_format?,
            time_format: self.time_format?,
            delete_at: self.delete_at,
            closed_by: self.closed_by.map(UserId::from_uuid),
            connections: self.connections,
            features: read(self.features),
            rates: read(self.rates),
        })
    }
}

fn read<T: serde::de::DeserializeOwned + Default>(json: Option<Json>) -> T {
    json.and_then(|json| serde_json::from_value(json).ok())
        .unwrap_or_default()
}

impl Store {
    /// The tenant that this host names, whole and exactly; `None` when it names none.
    ///
    /// # Errors
    /// No connection or no database.
    pub fn resolve_host(&self, host: &str) -> Result<Option<TenantEntry>, StoreError> {
        self.resolve(|connection| {
            crate::raw::query("select r.*, catalogue.pool_of(r.tenant_id) as pool, catalogue.features_of(r.tenant_id) as features, catalogue.rates_of(r.tenant_id) as rates from catalogue.resolve_host($1) r")
                .bind::<Text, _>(host)
                .get_result(connection)
        })
    }

    /// The tenant with this id, which came from a row of our own and never from a request.
    ///
    /// # Errors
    /// No connection or no database.
    pub fn resolve_tenant(&self, tenant: TenantId) -> Result<Option<TenantEntry>, StoreError> {
        self.resolve(|connection| {
            crate::raw::query("select r.*, catalogue.pool_of(r.tenant_id) as pool, catalogue.features_of(r.tenant_id) as features, catalogue.rates_of(r.tenant_id) as rates from catalogue.resolve_tenant($1) r")
                .bind::<SqlUuid, _>(tenant.uuid())
                .get_result(connection)
        })
    }

    /// The tenant that a request names: by its id as it is shown, or by its slug. Being named opens nothing.
    ///
    /// # Errors
    /// No connection or no database.
    pub fn resolve_named(&self, name: &str) -> Result<Option<TenantEntry>, StoreError> {
        match domain::ids::uuid_of(TenantId::PREFIX, name) {
            Some(id) => self.resolve_tenant(TenantId::from_uuid(id)),
            None => self.resolve(|connection| {
                crate::raw::query(
                    "select r.*, catalogue.pool_of(r.tenant_id) as pool, catalogue.features_of(r.tenant_id) as features, catalogue.rates_of(r.tenant_id) as rates from catalogue.resolve_tenant(catalogue.tenant_of_slug($1)) r",
                )
                .bind::<Text, _>(name)
                .get_result(connection)
            }),
        }
    }

    fn resolve(
        &self,
        mut ask: impl FnMut(&mut PgConnection) -> QueryResult<Row>,
    ) -> Result<Option<TenantEntry>, StoreError> {
        self.with_app_connection(|connection| Ok(ask(connection)?.entry()))
    }
}
