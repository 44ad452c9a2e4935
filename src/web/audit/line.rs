//! One entry in words: who did what to what, with links to what still has a page.

use domain::{AuditEntryId, LetterId, RoleId, SessionId, UserId, VisitId};
use services::audit::log::{self, Entry};
use uuid::Uuid;

use crate::web::format::Format;
use crate::web::list::Address;

/// An entry as a template shows it.
#[derive(Debug, Clone)]
pub(in crate::web) struct Line {
    pub(in crate::web) href: String,
    pub(in crate::web) when: String,
    /// In the reader's own zone.
    pub(in crate::web) local: String,
    pub(in crate::web) utc: String,
    pub(in crate::web) machine: String,
    pub(in crate::web) actor: String,
    /// The other entries of this person.
    pub(in crate::web) actor_href: String,
    pub(in crate::web) words: String,
    pub(in crate::web) key: String,
    pub(in crate::web) refused: bool,
    pub(in crate::web) target: String,
    pub(in crate::web) target_kind: String,
    /// The thing's own page.
    pub(in crate::web) target_href: String,
    /// The other entries about it.
    pub(in crate::web) about_href: String,
    pub(in crate::web) device: String,
    pub(in crate::web) address: String,
}

impl Line {
    pub(in crate::web) fn new(entry: &Entry, format: &Format, list: &Address) -> Self {
        let list = list.without("page");
        let narrowed =
            |name, id: Option<String>| id.map(|id| list.with(name, &id).href()).unwrap_or_default();
        let actor_href = match (entry.actor_kind.as_str(), entry.actor_id) {
            ("visitor", Some(visit)) => format!("/visits/{}", VisitId::from_uuid(visit)),
            (_, id) => narrowed("actor", id.map(|id| UserId::from_uuid(id).to_string())),
        };
        let target = target_id(&entry.target_kind, entry.target_id);
        Self {
            href: format!("/audit/{}", AuditEntryId::from_uuid(entry.id)),
            when: format.relative(entry.at),
            local: format.date_time(entry.at),
            utc: format.utc(entry.at),
            machine: format.machine(entry.at),
            actor: actor(entry),
            actor_href,
            words: log::action_words(&entry.action).to_owned(),
            key: entry.action.clone(),
            refused: entry.outcome == "refused",
            target: object(entry),
            target_kind: log::target_words(&entry.target_kind).to_owned(),
            target_href: page(&entry.target_kind, target.as_deref()),
            about_href: narrowed("target", target),
            device: entry.device.clone(),
            address: entry
                .address
                .map(|address| address.ip().to_string())
                .unwrap_or_default(),
        }
    }

    /// `Jane Smith invited Ana Ruiz`
    pub(in crate::web) fn sentence(&self) -> String {
        let sentence = format!("{} {} {}", self.actor, self.words, self.target);
        sentence.trim_end().to_owned()
    }
}

fn actor(entry: &Entry) -> String {
    match entry.actor_kind.as_str() {
        "user" | "visitor" => entry.actor_name.clone(),
        "system" => "Tenantry".to_owned(),
        _ => "Somebody not signed in".to_owned(),
    }
}

/// What the sentence ends with; nothing where somebody did something about themselves.
fn object(entry: &Entry) -> String {
    let own = entry.actor_id.is_some()
        && (entry.actor_id == entry.target_id
            || entry.target_kind == "session" && entry.actor_name == entry.target_name);
    if own {
        String::new()
    } else {
        entry.target_name.clone()
    }
}

fn target_id(kind: &str, id: Option<Uuid>) -> Option<String> {
    let id = id?;
    match kind {
        "user" => Some(UserId::from_uuid(id).to_string()),
        "role" => Some(RoleId::from_uuid(id).to_string()),
        "session" => Some(SessionId::from_uuid(id).to_string()),
        "visit" => Some(VisitId::from_uuid(id).to_string()),
        "letter" => Some(LetterId::from_uuid(id).to_string()),
        _ => None,
    }
}

fn page(kind: &str, id: Option<&str>) -> String {
    match (kind, id) {
        ("user", Some(id)) => format!("/users/{id}"),
        ("visit", Some(id)) => format!("/visits/{id}"),
        ("role", Some(id)) => format!("/roles/{id}"),
        _ => String::new(),
    }
}
