//! One tenant, and the fields in which tenants are told to programs: those of the API.

use domain::staff::ReadTenants;
use serde_json::{Value as Json, json};
use services::tenants::{self, TenantRecord};

use super::found;
use crate::cli::Exit;
use crate::cli::desk::Desk;
use crate::cli::talk::{Talk, moment};
use crate::cli::trouble::Trouble;

pub(super) fn run(desk: &Desk<'_>, talk: Talk, name: &str) -> Result<Exit, Trouble> {
    let id = found(desk, name)?;
    let found = desk.platform::<ReadTenants, _>(|tx| Ok(tenants::find(tx, id)?))?;
    let record = &found.record;
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    let place = found.placement.as_ref();
    let seats = found.seats.as_ref();
    let fields = [
        ("Id", record.id.to_string()),
        ("Name", record.name.clone()),
        ("Slug", record.slug.clone()),
        ("Alias", record.alias.clone()),
        ("Hosts", found.hosts.join(", ")),
        ("Status", record.status.to_string()),
        ("Because", text(&record.status_reason)),
        ("Since", moment(record.status_changed_at)),
        ("Plan", found.plan.terms.name.clone()),
        (
            "Trial ends",
            record.trial_ends_at.map(moment).unwrap_or_default(),
        ),
        (
            "Deleted after",
            record.delete_at.map(moment).unwrap_or_default(),
        ),
        (
            "People",
            seats
                .map(|seats| format!("{} of {}", seats.used, seats.limit))
                .unwrap_or_default(),
        ),
        (
            "Placement",
            place
                .map(|place| format!("{} on {}", place.kind, place.node))
                .unwrap_or_default(),
        ),
        ("Locale", record.settings.locale.to_string()),
        ("Time zone", record.settings.timezone.to_string()),
        ("Contact", text(&record.contact.name)),
        ("Contact's email", text(&record.contact.email)),
        ("Bills go to", text(&record.contact.billing_email)),
        ("Made", moment(record.created_at)),
        ("Changed", moment(record.updated_at)),
    ];
    let mut json = json(record);
    if let Some(object) = json.as_object_mut() {
        object.insert("domains".to_owned(), found.hosts.clone().into());
        object.insert("domain".to_owned(), found.hosts.first().cloned().into());
    }
    talk.card(&fields, &json)
}

/// The record.
pub(super) fn json(record: &TenantRecord) -> Json {
    let settings = &record.settings;
    let features: serde_json::Map<String, Json> = settings
        .features
        .iter()
        .map(|(name, on)| (name.to_owned(), on.into()))
        .collect();
    json!({
        "id": record.id.to_string(),
        "name": record.name,
        "schema_name": record.alias,
        "slug": record.slug,
        "status": record.status.as_str(),
        "status_reason": record.status_reason,
        "plan": record.plan,
        "plan_version": record.plan_version,
        "trial_ends_at": record.trial_ends_at,
        "deletion_scheduled_for": record.delete_at,
        "settings": {
            "timezone": settings.timezone.as_str(),
            "currency": settings.currency.as_str(),
            "locale": settings.locale.as_str(),
            "date_format": settings.date_format.as_str(),
            "time_format": settings.time_format.as_str(),
            "features": features,
        },
        "limits": record.limits,
        "billing_email": record.contact.billing_email,
        "contact": {
            "name": record.contact.name,
            "email": record.contact.email,
            "phone": record.contact.phone,
        },
        "created_at": record.created_at,
        "updated_at": record.updated_at,
    })
}
