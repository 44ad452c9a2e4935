//! Changing a tenant's record: name, settings, features, limits, contact, the product's configuration.

use domain::staff::ManageTenants;
use domain::{
    EmailAddress, FieldErrors, TenantId, TenantSettings, TenantState, tenant_settings, text,
};
use serde_json::{Map, Value as Json, json};
use store::StaffTx;
use store::catalogue::{Change, Contact, TenantRecord};

use super::create::{ALIAS_TAKEN, check_limits};
use super::note::{self, Doer, Note};
use super::own_limits;
use crate::VerbError;
use crate::audit::Action as TenantAction;
use crate::events::EventKind;
use crate::platform_audit::{self, Action, Entry, Target};

/// Changes the record to what is asked for. With a version, only if nobody changed it since that.
///
/// # Errors
/// [`VerbError::Invalid`] beside its fields, [`VerbError::Stale`], [`VerbError::Conflict`] for one that is
/// gone, or the database's.
pub fn change(
    tx: &mut StaffTx<'_, ManageTenants>,
    tenant: TenantId,
    version: Option<i32>,
    wanted: &Change,
    by: &Doer,
) -> Result<TenantRecord, VerbError> {
    let was = tx.lock_tenant(tenant)?;
    if was.status == TenantState::Deleted {
        return Err(VerbError::Conflict("This tenant is gone.".to_owned()));
    }
    if version.is_some_and(|version| version != was.version) {
        return Err(VerbError::Stale);
    }
    let wanted = checked(tx, tenant, wanted)?;
    let (before, after) = differences(&fields(&Change::of(&was)), &fields(&wanted));
    if after.is_empty() {
        return Ok(was);
    }
    if !tx.change_tenant(tenant, was.version, &wanted)? {
        return Err(VerbError::Stale);
    }
    let now = tx.tenant_record(tenant)?;
    own_limits::follow(tx, &was, &now)?;
    let (before, after) = (Json::Object(before), Json::Object(after));
    let told = Note {
        event: EventKind::TenantUpdated,
        action: TenantAction::TenantChanged,
        before: before.clone(),
        after: after.clone(),
        by,
        limits: was.limits != now.limits,
        letter: None,
    };
    note::tell(tx, &now, told)?;
    let entry = Entry::done(Action::TenantChanged, Target::tenant(tenant, &*now.name))
        .before(before)
        .after(after);
    platform_audit::record(tx, entry)?;
    Ok(now)
}

/// The change as it is written, or everything that is wrong with it.
fn checked(
    tx: &mut StaffTx<'_, ManageTenants>,
    tenant: TenantId,
    wanted: &Change,
) -> Result<Change, VerbError> {
    let mut errors = FieldErrors::new();
    let name = errors.check("name", tenant_settings::name(&wanted.name));
    let alias = errors.check("alias", domain::Alias::parse(&wanted.alias));
    if let Some(alias) = &alias
        && tx.alias_is_taken(alias.as_str(), Some(tenant))?
    {
        errors.add("alias", ALIAS_TAKEN);
    }
    check_limits(&tx.resources()?, &wanted.limits, &mut errors);
    let contact = contact(&wanted.contact, &mut errors);
    errors.into_result()?;
    Ok(Change {
        name: name.unwrap_or_default(),
        alias: alias.map(String::from).unwrap_or_default(),
        contact,
        ..wanted.clone()
    })
}

fn contact(typed: &Contact, errors: &mut FieldErrors) -> Contact {
    let mut address = |field, typed: &Option<String>| {
        let typed = typed.as_deref().filter(|text| !text.trim().is_empty())?;
        errors
            .check(field, EmailAddress::parse(typed))
            .map(|email| email.to_string())
    };
    let billing_email = address("billing_email", &typed.billing_email);
    let email = address("contact_email", &typed.email);
    let line = |typed: &Option<String>| typed.clone().unwrap_or_default();
    let name = text::optional_line(&line(&typed.name), tenant_settings::MAX_NAME);
    let phone = text::optional_phone(&line(&typed.phone));
    Contact {
        billing_email,
        email,
        name: errors.check("contact_name", name).flatten(),
        phone: errors.check("contact_phone", phone).flatten(),
    }
}

/// Each field by its name in the log.
fn fields(change: &Change) -> Map<String, Json> {
    let TenantSettings {
        locale,
        timezone,
        currency,
        date_format,
        time_format,
        features,
    } = &change.settings;
    let all = json!({
        "name": change.name,
        "alias": change.alias,
        "locale": locale,
        "timezone": timezone,
        "currency": currency,
        "date_format": date_format,
        "time_format": time_format,
        "features": features,
        "limits": change.limits,
        "product_config": change.product_config,
        "billing_email": change.contact.billing_email,
        "contact_name": change.contact.name,
        "contact_email": change.contact.email,
        "contact_phone": change.contact.phone,
    });
    match all {
        Json::Object(fields) => fields,
        _ => Map::new(),
    }
}

fn differences(
    before: &Map<String, Json>,
    after: &Map<String, Json>,
) -> (Map<String, Json>, Map<String, Json>) {
    let changed = |name: &str| before.get(name) != after.get(name);
    let only = |all: &Map<String, Json>| {
        all.iter()
            .filter(|(name, _)| changed(name))
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect()
    };
    (only(before), only(after))
}
