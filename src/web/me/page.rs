//! The page of the own record: what it holds, and how two versions of it differ.

use askama::Template;
use domain::{FieldErrors, Locale, TimeZone};
use serde_json::{Value as Json, json};
use services::TenantEntry;
use services::me::User;

use super::{TypedPreferences, TypedProfile};
use crate::web::choice::Choice;
use crate::web::diff::{Line, diff};
use crate::web::shell::Shell;

/// Empty rows for fields of one's own, beside those that hold something.
const SPARE_FIELDS: usize = 2;

#[derive(Template)]
#[template(path = "me/profile.html")]
pub(super) struct Page {
    pub(super) shell: Shell,
    pub(super) errors: FieldErrors,
    pub(super) version: i32,
    pub(super) email: String,
    pub(super) role: String,
    pub(super) profile: ProfileFields,
    pub(super) preferences: PreferenceFields,
    pub(super) locales: Vec<Choice>,
    pub(super) zones: Vec<Choice>,
    /// How what is saved differs from what was typed, after somebody else saved first.
    pub(super) clash: Vec<Line>,
}

/// The profile's fields as texts.
pub(super) struct ProfileFields {
    pub(super) name: String,
    pub(super) department: String,
    pub(super) location: String,
    pub(super) phone: String,
    pub(super) fields: Vec<(String, String)>,
}

/// The preferences' fields as texts.
pub(super) struct PreferenceFields {
    pub(super) locale: String,
    pub(super) timezone: String,
    pub(super) notify_email: bool,
    pub(super) notify_in_app: bool,
}

impl Page {
    pub(super) fn new(shell: Shell, tenant: &TenantEntry, user: &User) -> Self {
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        let fields = user.fields.iter();
        Self {
            errors: FieldErrors::new(),
            version: user.version,
            email: user.email.to_string(),
            role: shell.role.clone(),
            profile: ProfileFields {
                name: user.name.to_string(),
                department: text(&user.department),
                location: text(&user.location),
                phone: text(&user.phone),
                fields: with_spare(fields.map(|(name, value)| (name.to_owned(), value.to_owned()))),
            },
            preferences: PreferenceFields {
                locale: text(&user.locale),
                timezone: text(&user.timezone),
                notify_email: user.notify_email,
                notify_in_app: user.notify_in_app,
            },
            locales: locales(tenant),
            zones: zones(tenant),
            clash: Vec::new(),
            shell,
        }
    }
}

impl From<TypedProfile> for ProfileFields {
    fn from(typed: TypedProfile) -> Self {
        let fields = typed.field_name.into_iter().zip(typed.field_value);
        Self {
            name: typed.name,
            department: typed.department,
            location: typed.location,
            phone: typed.phone,
            fields: with_spare(
                fields.filter(|(name, value)| !name.is_empty() || !value.is_empty()),
            ),
        }
    }
}

impl From<TypedPreferences> for PreferenceFields {
    fn from(typed: TypedPreferences) -> Self {
        Self {
            locale: typed.locale,
            timezone: typed.timezone,
            notify_email: !typed.notify_email.is_empty(),
            notify_in_app: !typed.notify_in_app.is_empty(),
        }
    }
}

fn with_spare(fields: impl Iterator<Item = (String, String)>) -> Vec<(String, String)> {
    let spare = std::iter::repeat_with(Default::default).take(SPARE_FIELDS);
    fields.chain(spare).collect()
}

/// The languages and regions to choose from; the first line is whatever `usual` says.
pub(in crate::web) fn locales_after(usual: String) -> Vec<Choice> {
    let all = Locale::ALL
        .iter()
        .map(|locale| Choice::new(locale.as_str(), locale.title()));
    std::iter::once(Choice::new("", usual)).chain(all).collect()
}

/// The time zones to choose from; the first line is whatever `usual` says.
pub(in crate::web) fn zones_after(usual: String) -> Vec<Choice> {
    let all = TimeZone::names().map(|name| Choice::new(name, name.replace('_', " ")));
    std::iter::once(Choice::new("", usual)).chain(all).collect()
}

fn locales(tenant: &TenantEntry) -> Vec<Choice> {
    let usual = Locale::parse(&tenant.locale).unwrap_or_default();
    locales_after(format!("As {}: {}", tenant.name, usual.title()))
}

fn zones(tenant: &TenantEntry) -> Vec<Choice> {
    zones_after(format!("As {}: {}", tenant.name, tenant.timezone))
}

/// What is saved beside what was typed, field by field.
pub(super) fn clash(saved: &Page, typed: &Page) -> Vec<Line> {
    let (saved, typed) = (fields(saved), fields(typed));
    diff(Some(&saved), Some(&typed))
}

fn fields(page: &Page) -> Json {
    let own = page
        .profile
        .fields
        .iter()
        .filter(|(name, _)| !name.is_empty());
    let own: serde_json::Map<String, Json> = own
        .map(|(name, value)| (name.clone(), json!(value)))
        .collect();
    json!({
        "name": page.profile.name,
        "department": page.profile.department,
        "location": page.profile.location,
        "phone": page.profile.phone,
        "fields": own,
        "locale": page.preferences.locale,
        "timezone": page.preferences.timezone,
        "notify_email": page.preferences.notify_email,
        "notify_in_app": page.preferences.notify_in_app,
    })
}
