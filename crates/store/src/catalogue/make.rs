//! Writing a new tenant down, and giving it its place.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use domain::{Alias, ProductConfig, TenantId, TenantSettings, TenantState};
use serde_json::Value as Json;

use super::{Contact, place};
use crate::StoreError;
use crate::platform::PlatformTx;
use crate::schema::catalogue;

/// A tenant to be written down.
#[derive(Debug, Clone)]
pub struct NewTenant {
    /// Made by the caller.
    pub id: TenantId,
    /// The DNS label.
    pub slug: String,
    /// The name as shown.
    pub name: String,
    /// Its first state.
    pub status: TenantState,
    /// The alias; made of the slug when there is none.
    pub alias: Option<Alias>,
    /// The plan's key.
    pub plan: String,
    /// The version of the plan.
    pub plan_version: i32,
    /// How it writes and counts.
    pub settings: TenantSettings,
    /// Where it differs from the plan, by resource.
    pub limits: Json,
    /// The product's own configuration.
    pub product_config: ProductConfig,
    /// Whom to ask.
    pub contact: Contact,
    /// The host names; the first is canonical.
    pub hosts: Vec<String>,
    /// Whether it is made up to look around in.
    pub demo: bool,
}

impl NewTenant {
    /// An open tenant with nothing said about it.
    #[must_use]
    pub fn plain(id: TenantId, slug: &str, name: &str) -> Self {
        Self {
            id,
            slug: slug.to_owned(),
            name: name.to_owned(),
            status: TenantState::Active,
            alias: None,
            plan: "enterprise".to_owned(),
            plan_version: 1,
            settings: TenantSettings::default(),
            limits: Json::Object(serde_json::Map::new()),
            product_config: ProductConfig::default(),
            contact: Contact::default(),
            hosts: vec![format!("{slug}.localhost")],
            demo: false,
        }
    }
}

impl PlatformTx<'_> {
    /// Writes a tenant down with its hosts and its place in the shared schema of the first node.
    /// Answers false, and writes nothing, when the slug, the alias or a host is taken.
    ///
    /// # Errors
    /// The database's.
    pub fn add_tenant(&mut self, tenant: &NewTenant) -> Result<bool, StoreError> {
        let added = self.record_tenant(tenant)?;
        if added {
            self.place_tenant(tenant.id)?;
        }
        Ok(added)
    }

    /// Writes a tenant down with its hosts, and gives it no place yet. Answers false, and writes nothing,
    /// when the slug, the alias or a host is taken.
    ///
    /// # Errors
    /// The database's.
    pub fn record_tenant(&mut self, tenant: &NewTenant) -> Result<bool, StoreError> {
        let now = self.now();
        let id = tenant.id.uuid();
        let connection = self.connection();
        let taken: i64 = catalogue::domains::table
            .filter(catalogue::domains::host.eq_any(&tenant.hosts))
            .count()
            .get_result(connection)?;
        if taken > 0 || insert(connection, tenant, now)? == 0 {
            return Ok(false);
        }
        let hosts: Vec<_> = tenant
            .hosts
            .iter()
            .enumerate()
            .map(|(place, host)| {
                (
                    catalogue::domains::host.eq(host),
                    catalogue::domains::tenant_id.eq(id),
                    catalogue::domains::canonical.eq(place == 0),
                    catalogue::domains::created_at.eq(now),
                )
            })
            .collect();
        diesel::insert_into(catalogue::domains::table)
            .values(hosts)
            .execute(connection)?;
        self.tell_directories()?;
        Ok(true)
    }

    /// Tells every process that what it remembers of the catalogue is old, once this commits.
    ///
    /// # Errors
    /// The database's.
    pub(crate) fn tell_directories(&mut self) -> Result<(), StoreError> {
        Ok(place::tell_directories(self.connection())?)
    }
}

fn insert(
    connection: &mut PgConnection,
    tenant: &NewTenant,
    now: DateTime<Utc>,
) -> Result<usize, StoreError> {
    use catalogue::tenants::dsl as t;
    let alias = match &tenant.alias {
        Some(alias) => alias.to_string(),
        None => free_alias(connection, tenant)?,
    };
    let (settings, contact) = (&tenant.settings, &tenant.contact);
    Ok(diesel::insert_into(t::tenants)
        .values((
            (
                t::id.eq(tenant.id.uuid()),
                t::slug.eq(&tenant.slug),
                t::alias.eq(alias),
                t::name.eq(&tenant.name),
                t::status.eq(tenant.status),
                t::plan.eq(&tenant.plan),
                t::plan_version.eq(tenant.plan_version),
                t::demo.eq(tenant.demo),
                t::created_at.eq(now),
                t::updated_at.eq(now),
                t::status_changed_at.eq(now),
            ),
            (
                t::locale.eq(settings.locale.as_str()),
                t::timezone.eq(settings.timezone.as_str()),
                t::currency.eq(settings.currency.as_str()),
                t::date_format.eq(settings.date_format.as_str()),
                t::time_format.eq(settings.time_format.as_str()),
                t::features.eq(super::record::features_json(&settings.features)),
                t::limits.eq(&tenant.limits),
                t::product_config.eq(tenant.product_config.json()),
            ),
            (
                t::billing_email.eq(&contact.billing_email),
                t::contact_name.eq(&contact.name),
                t::contact_email.eq(&contact.email),
                t::contact_phone.eq(&contact.phone),
            ),
        ))
        .on_conflict_do_nothing()
        .execute(connection)?)
}

/// The slug as an alias, or with the end of the tenant's id when that is taken.
fn free_alias(connection: &mut PgConnection, tenant: &NewTenant) -> Result<String, StoreError> {
    let plain = tenant.slug.replace('-', "_");
    let taken: i64 = catalogue::tenants::table
        .filter(catalogue::tenants::alias.eq(&plain))
        .count()
        .get_result(connection)?;
    if taken == 0 {
        return Ok(plain);
    }
    let end: String = tenant.id.uuid().simple().to_string().split_off(20);
    Ok(format!("{plain}_{end}"))
}
