//! What a tenant's page says first: that it rests and why, until when, what failed; and its facts in words.

use domain::TenantState;
use services::platform_audit::log::{PlatformEntry, action_words};
use services::platform_letters::NAME;
use services::tenants::Found;
use services::tenants::whole::Whole;

use super::words;
use crate::web::format::Format;
use crate::web::platform::shell::StaffShell;

/// One thing to know.
#[derive(Debug)]
pub struct Notice {
    /// How it sounds.
    pub tone: &'static str,
    /// Its icon.
    pub icon: &'static str,
    /// In two or three words.
    pub title: String,
    /// A sentence.
    pub text: String,
    /// Where to go on; empty for nowhere.
    pub href: String,
    /// What the link says.
    pub link: &'static str,
}

fn notice(tone: &'static str, title: impl Into<String>, text: impl Into<String>) -> Notice {
    Notice {
        tone,
        icon: "warn",
        title: title.into(),
        text: text.into(),
        href: String::new(),
        link: "",
    }
}

/// Of a tenant whose own database cannot be asked.
#[must_use]
pub fn no_answer() -> Notice {
    notice(
        "bad",
        "Its database does not answer.",
        "Nobody can work in this tenant until it does. Its people are as they were counted last, and its visits are not shown.",
    )
}

/// What is said of a tenant that asks for other limits.
#[must_use]
pub fn asks_for_more(base: &str) -> Notice {
    Notice {
        href: format!("{base}/limits"),
        link: "See what it asks for",
        ..notice("", "It asks for other limits.", "")
    }
}

/// What must be known of a tenant in this state.
#[must_use]
pub fn notices(shell: &StaffShell, found: &Found, base: &str) -> Vec<Notice> {
    let record = &found.record;
    let format = &shell.format;
    let reason = record.status_reason.clone().unwrap_or_default();
    let making = |link| Notice {
        href: format!("{base}/provisioning"),
        link,
        ..notice("", "Being made.", "Nobody can reach it yet.")
    };
    let trial = record.trial_ends_at.filter(|at| *at <= format.now());
    match record.status {
        TenantState::Suspended => vec![notice("bad", "Suspended.", reason)],
        TenantState::Maintenance => vec![notice("warn", "Under maintenance.", reason)],
        TenantState::DeletionScheduled => {
            let at = record.delete_at.map(|at| format.date_time(at));
            let at = at.unwrap_or_default();
            vec![notice(
                "bad",
                "To be deleted.",
                format!("Closed. It can be kept until {at}."),
            )]
        }
        TenantState::Provisioning => vec![making("See the steps")],
        TenantState::Failed => vec![Notice {
            tone: "bad",
            title: "It could not be made.".to_owned(),
            ..making("See the step that failed")
        }],
        TenantState::Deleted => vec![notice("", "Deleted.", "Only its name is kept.")],
        TenantState::Trial if trial.is_some() => vec![notice(
            "warn",
            "The trial is over.",
            "Its owner can sign in and choose a plan.",
        )],
        _ => Vec::new(),
    }
}

/// The record in words.
#[must_use]
pub fn facts(format: &Format, whole: &Whole) -> Vec<(&'static str, String)> {
    let found = &whole.found;
    let record = &found.record;
    let mut facts = vec![
        (
            "Status",
            format!(
                "{} since {}",
                words::title(record.status),
                format.date_time(record.status_changed_at)
            ),
        ),
        (
            "Plan",
            format!("{}, version {}", found.plan.terms.name, record.plan_version),
        ),
    ];
    if let Some(ends) = record.trial_ends_at {
        facts.push(("Trial ends", format.date_time(ends)));
    }
    if let Some(at) = record.delete_at {
        facts.push(("Deleted on", format.date_time(at)));
    }
    let placed = found.placement.as_ref();
    let placed = placed.map(|place| format!("{} on {}", place.kind.title(), place.node));
    let settings = &record.settings;
    facts.extend([
        ("Placement", placed.unwrap_or_else(|| "None yet".to_owned())),
        ("Short name", record.slug.clone()),
        ("Schema name", record.alias.clone()),
        ("Id", record.id.to_string()),
        (
            "Region",
            format!("{}, {}", settings.locale.title(), settings.timezone),
        ),
        ("Currency", settings.currency.to_string()),
        ("Created", format.date_time(record.created_at)),
        ("Changed", format.relative(record.updated_at)),
    ]);
    facts
}

/// Whom to ask, in words.
#[must_use]
pub fn contact(whole: &Whole) -> Vec<(&'static str, String)> {
    let contact = &whole.found.record.contact;
    let told = |value: &Option<String>| value.clone().unwrap_or_else(|| "–".to_owned());
    vec![
        ("Contact", told(&contact.name)),
        ("Email", told(&contact.email)),
        ("Phone", told(&contact.phone)),
        ("Billing email", told(&contact.billing_email)),
    ]
}

/// An entry of the platform's log, as a line.
#[derive(Debug)]
pub struct Deed {
    /// Who.
    pub actor: String,
    /// Did what.
    pub words: String,
    /// To what, where that is not the tenant itself.
    pub target: String,
    /// Or was refused.
    pub refused: bool,
    /// When, from here.
    pub when: String,
    /// When, in full.
    pub full: String,
    /// The same for machines.
    pub machine: String,
}

/// The line of an entry.
#[must_use]
pub fn deed(entry: &PlatformEntry, format: &Format) -> Deed {
    let entry = &entry.entry;
    Deed {
        actor: match entry.actor_kind.as_str() {
            "staff" => entry.actor_name.clone(),
            "key" => format!("The key {}", entry.actor_name),
            "system" => NAME.to_owned(),
            _ => "Somebody".to_owned(),
        },
        words: action_words(&entry.action).to_owned(),
        target: entry.target_name.clone(),
        refused: entry.outcome == "refused",
        when: format.relative(entry.at),
        full: format.utc(entry.at),
        machine: format.machine(entry.at),
    }
}
