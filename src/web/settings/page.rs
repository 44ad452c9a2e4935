//! The page of the settings: what it holds, and how two versions of it differ.

use askama::Template;
use chrono::{DateTime, Utc};
use domain::tenant_settings::Currency;
use domain::{FieldErrors, Locale, Permission, TimeZone, VisitPolicy};
use serde_json::{Value as Json, json};
use services::sessions::Lifetimes;
use services::tenants::Found;
use services::visits::Policy;

use super::{TypedContact, TypedGeneral};
use crate::web::choice::Choice;
use crate::web::diff::{Line, diff};
use crate::web::feature;
use crate::web::shell::Shell;

const DATES: [&str; 6] = [
    "%Y-%m-%d",
    "%d.%m.%Y",
    "%d/%m/%Y",
    "%m/%d/%Y",
    "%-d %B %Y",
    "%B %-d, %Y",
];
const TIMES: [&str; 3] = ["%H:%M", "%I:%M %p", "%H:%M:%S"];

/// The page.
#[derive(Template)]
#[template(path = "settings/page.html")]
pub(super) struct Page {
    pub(super) shell: Shell,
    pub(super) errors: FieldErrors,
    pub(super) version: i32,
    pub(super) general: TypedGeneral,
    pub(super) contact: TypedContact,
    /// How what is saved differs from what was typed, after somebody else saved first.
    pub(super) clash: Vec<Line>,
    locales: Vec<Choice>,
    zones: Vec<Choice>,
    currencies: Vec<Choice>,
    dates: Vec<Choice>,
    times: Vec<Choice>,
    plan: String,
    features: Vec<Feature>,
    policy: Policy,
    /// How long sessions live, in words.
    idle: String,
    absolute: String,
    keep: String,
}

/// Something that is on or off.
struct Feature {
    name: String,
    on: bool,
    why: &'static str,
}

impl Page {
    pub(super) fn new(shell: Shell, lives: &Lifetimes, found: &Found, policy: Policy) -> Self {
        let (record, settings) = (&found.record, &found.record.settings);
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        let now = shell.format.now();
        Self {
            errors: FieldErrors::new(),
            version: record.version,
            general: TypedGeneral {
                version: record.version,
                name: record.name.clone(),
                timezone: settings.timezone.to_string(),
                locale: settings.locale.to_string(),
                currency: settings.currency.to_string(),
                date_format: settings.date_format.to_string(),
                time_format: settings.time_format.to_string(),
            },
            contact: TypedContact {
                version: record.version,
                billing_email: text(&record.contact.billing_email),
                contact_name: text(&record.contact.name),
                contact_email: text(&record.contact.email),
                contact_phone: text(&record.contact.phone),
            },
            clash: Vec::new(),
            locales: Locale::ALL
                .iter()
                .map(|locale| Choice::new(locale.as_str(), locale.title()))
                .collect(),
            zones: TimeZone::names()
                .map(|name| Choice::new(name, name.replace('_', " ")))
                .collect(),
            currencies: Currency::codes()
                .map(|code| Choice::new(code, code))
                .collect(),
            dates: patterns(&DATES, settings.date_format.as_str(), now),
            times: patterns(&TIMES, settings.time_format.as_str(), now),
            plan: found.plan.terms.name.clone(),
            features: features(found),
            policy,
            idle: span(lives.idle),
            absolute: span(lives.absolute),
            keep: span(lives.keep),
            shell,
        }
    }

    fn changes(&self) -> bool {
        self.shell.may(Permission::ManageSettings) && !self.shell.visiting
    }
}

/// Each pattern by what it makes of this moment; one's own is among them.
fn patterns(usual: &[&str], own: &str, now: DateTime<Utc>) -> Vec<Choice> {
    let own = (!usual.contains(&own)).then_some(own);
    usual
        .iter()
        .copied()
        .chain(own)
        .map(|pattern| Choice::new(pattern, now.format(pattern).to_string()))
        .collect()
}

fn features(found: &Found) -> Vec<Feature> {
    let by_itself = &found.record.settings.features;
    let told = |(name, on): (&str, bool)| {
        let own = by_itself.iter().any(|(own, _)| own == name);
        let why = match (on, own) {
            (true, _) => "",
            (false, true) => "Switched off for you by the platform.",
            (false, false) => "Not part of your plan. Ask the platform for another plan.",
        };
        Feature {
            name: feature::title(name),
            on,
            why,
        }
    };
    found.features.iter().map(told).collect()
}

fn span(time: chrono::TimeDelta) -> String {
    let (days, hours, minutes) = (time.num_days(), time.num_hours(), time.num_minutes());
    let (count, unit) = match (days, hours) {
        (1.., _) if hours % 24 == 0 => (days, "day"),
        (_, 1..) if minutes % 60 == 0 => (hours, "hour"),
        _ => (minutes, "minute"),
    };
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {unit}{plural}")
}

/// What is saved beside what was typed, field by field.
pub(super) fn clash(saved: &Page, typed: &Page) -> Vec<Line> {
    let (saved, typed) = (fields(saved), fields(typed));
    diff(Some(&saved), Some(&typed))
}

fn fields(page: &Page) -> Json {
    json!({
        "name": page.general.name,
        "timezone": page.general.timezone,
        "locale": page.general.locale,
        "currency": page.general.currency,
        "date_format": page.general.date_format,
        "time_format": page.general.time_format,
        "billing_email": page.contact.billing_email,
        "contact_name": page.contact.contact_name,
        "contact_email": page.contact.contact_email,
        "contact_phone": page.contact.contact_phone,
    })
}
