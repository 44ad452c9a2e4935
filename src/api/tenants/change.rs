//! Changing a tenant's record: the platform changes all of it, a tenant's own key what its people change on the
//! page, and limits and features within what the tenant has.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use domain::permission::ManageSettings;
use domain::staff::ManageTenants;
use domain::{Features, FieldErrors, ProductConfig};
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use services::VerbError;
use services::settings::{Insider, program};
use services::tenants::{self, Change, Contact, Doer, TenantRecord};
use utoipa::ToSchema;

use super::faults::{beside, of_config};
use super::fields::ContactFields;
use super::named;
use super::settings::Settings;
use crate::api::door::Door;
use crate::api::{Body, Either, Outcome};

/// A change of a tenant: what is left out stays.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangeTenant {
    /// How it writes and counts.
    pub settings: Option<Settings>,
    /// Where it differs from its plan, by resource; null for as the plan says. A tenant's key may lower them, and
    /// only the platform raises them again.
    pub limits: Option<BTreeMap<String, Option<i64>>>,
    /// What is switched on and off, by name; null for as the plan says. A tenant's key may switch off what the
    /// tenant has.
    pub features: Option<BTreeMap<String, Option<bool>>>,
    /// The name.
    pub name: Option<String>,
    /// A name of its own; only the platform changes it.
    pub schema_name: Option<String>,
    /// Where bills go; empty for nowhere.
    pub billing_email: Option<String>,
    /// Whom to ask.
    pub contact: Option<ContactFields>,
    /// The product's own configuration, an object that replaces the one there is; only the platform changes it.
    #[schema(value_type = Option<Object>)]
    pub product_config: Option<Json>,
    /// The version that was read; left out, the last change wins.
    pub version: Option<i32>,
}

/// A tenant that was changed.
#[derive(Debug, Serialize, ToSchema)]
pub struct ChangedTenant {
    /// Which.
    pub tenant: Changed,
    /// What changed, as `timezone_updated`, `limits_increased`, `features_enabled`.
    pub changes_applied: Vec<String>,
    /// Always false: a change counts at once.
    pub restart_required: bool,
}

/// Which tenant was changed, and when.
#[derive(Debug, Serialize, ToSchema)]
pub struct Changed {
    /// Which.
    pub id: String,
    /// When.
    pub updated_at: DateTime<Utc>,
    /// To be sent with the next change.
    pub version: i32,
}

/// `PUT /tenants/{tenant_id}`
///
/// # Errors
/// No right, fields that are wrong, more than a tenant has, or no database.
pub async fn change(
    api: Either<ManageSettings, ManageTenants>,
    body: Body<ChangeTenant>,
) -> Outcome<ChangedTenant> {
    let changed = match api {
        Either::Tenant(api) => {
            let (app, request) = (api.app().clone(), api.caller().request.clone());
            api.write(body, move |tx, body: &ChangeTenant| {
                let insider = Insider::of(tx);
                let wanted = |found: &tenants::Found| body.over(&found.record);
                let version = body.version;
                let changed = program::change(&app.store, &request, &insider, version, wanted);
                let (was, now) = changed.map_err(|error| beside(error, place))?;
                Ok(ChangedTenant::of(&was, &now))
            })
            .await
        }
        Either::Platform(api) => {
            let name = api.part::<String>("tenant_id");
            api.write(body, move |tx, body: &ChangeTenant| {
                let tenant = named(tx, name.as_ref())?;
                tx.lock_tenant(tenant)?;
                let was = tenants::find(tx, tenant)?;
                let wanted = body.over(&was.record)?;
                let now = tenants::change(tx, tenant, body.version, &wanted, &Doer::Platform);
                let now = now.map_err(|error| beside(error, place))?;
                Ok(ChangedTenant::of(&was, &now))
            })
            .await
        }
    };
    changed.map_err(of_config)
}

/// Where the body has a field of the record.
fn place(field: &str) -> String {
    match field {
        "alias" => "schema_name".to_owned(),
        "contact_name" | "contact_email" | "contact_phone" => field.replacen('_', ".", 1),
        other => other.to_owned(),
    }
}

impl ChangeTenant {
    /// The record with what changes, or everything that is wrong with it.
    fn over(&self, was: &TenantRecord) -> Result<Change, VerbError> {
        let mut errors = FieldErrors::new();
        let mut all = Change::of(was);
        if let Some(settings) = &self.settings {
            settings.over(&mut all.settings, "settings.", &mut errors);
        }
        put(&mut all.limits, self.limits.as_ref());
        if let Some(features) = &self.features {
            let mut own: BTreeMap<String, bool> = all.settings.features.clone().into();
            put(&mut own, Some(features));
            if let Some(own) = errors.check("features", Features::try_from(own)) {
                all.settings.features = own;
            }
        }
        if let Some(config) = self.product_config.clone() {
            let config = errors.check("product_config", ProductConfig::try_from(config));
            all.product_config = config.unwrap_or_default();
        }
        errors.into_result()?;
        Ok(Change {
            name: self.name.clone().unwrap_or(all.name),
            alias: self.schema_name.clone().unwrap_or(all.alias),
            contact: self.contact_over(&all.contact),
            ..all
        })
    }

    fn contact_over(&self, was: &Contact) -> Contact {
        let of = self.contact.as_ref();
        let or = |new: Option<&String>, was: &Option<String>| new.cloned().or_else(|| was.clone());
        Contact {
            billing_email: or(self.billing_email.as_ref(), &was.billing_email),
            name: or(of.and_then(|of| of.name.as_ref()), &was.name),
            email: or(of.and_then(|of| of.email.as_ref()), &was.email),
            phone: or(of.and_then(|of| of.phone.as_ref()), &was.phone),
        }
    }
}

/// Puts what is said into what there is; null takes it away.
fn put<T: Copy>(all: &mut BTreeMap<String, T>, said: Option<&BTreeMap<String, Option<T>>>) {
    for (name, value) in said.into_iter().flatten() {
        match value {
            Some(value) => drop(all.insert(name.clone(), *value)),
            None => drop(all.remove(name)),
        }
    }
}
