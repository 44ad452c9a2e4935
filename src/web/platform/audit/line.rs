//! One entry of the platform's log in words, with links to what still has a page.

use domain::{AuditEntryId, JobId, KeyId, LetterId, SessionId, StaffId, VisitId};
use services::audit::log::Entry;
use services::platform_audit::log::{self, PlatformEntry};
use uuid::Uuid;

use crate::web::audit::Line;
use crate::web::format::Format;
use crate::web::list::Address;

/// An entry as the list shows it.
pub(super) struct Row {
    pub(super) line: Line,
    /// The tenant's slug; empty for none.
    pub(super) tenant: String,
    /// The other entries about the tenant.
    pub(super) tenant_href: String,
}

pub(super) fn row(found: &PlatformEntry, format: &Format, list: &Address) -> Row {
    let tenant = found.tenant.as_ref().map(|(_, slug)| slug.clone());
    let tenant = tenant.unwrap_or_default();
    Row {
        tenant_href: list.without("page").with("tenant", &tenant).href(),
        line: line(&found.entry, &tenant, format, list),
        tenant,
    }
}

fn line(entry: &Entry, tenant: &str, format: &Format, list: &Address) -> Line {
    let list = list.without("page");
    let narrowed =
        |name, id: Option<String>| id.map(|id| list.with(name, &id).href()).unwrap_or_default();
    let actor_id = entry.actor_id.and_then(|id| shown(&entry.actor_kind, id));
    let target = entry.target_id.and_then(|id| shown(&entry.target_kind, id));
    let own = entry.actor_id.is_some()
        && (entry.actor_id == entry.target_id
            || entry.target_kind == "session" && entry.actor_name == entry.target_name);
    Line {
        href: format!("/audit/{}", AuditEntryId::from_uuid(entry.id)),
        when: format.relative(entry.at),
        local: format.date_time(entry.at),
        utc: format.utc(entry.at),
        machine: format.machine(entry.at),
        actor: match entry.actor_kind.as_str() {
            "staff" => entry.actor_name.clone(),
            "key" => format!("The key {}", entry.actor_name),
            "system" => "Tenantry".to_owned(),
            _ => "Somebody not signed in".to_owned(),
        },
        actor_href: narrowed("actor", actor_id),
        words: log::action_words(&entry.action).to_owned(),
        key: entry.action.clone(),
        refused: entry.outcome == "refused",
        target: if own {
            String::new()
        } else {
            entry.target_name.clone()
        },
        target_kind: log::target_words(&entry.target_kind).to_owned(),
        target_href: if entry.target_kind == "tenant" && !tenant.is_empty() {
            format!("/tenants/{tenant}")
        } else {
            String::new()
        },
        about_href: narrowed("target", target),
        device: entry.device.clone(),
        address: entry
            .address
            .map(|address| address.ip().to_string())
            .unwrap_or_default(),
    }
}

fn shown(kind: &str, id: Uuid) -> Option<String> {
    match kind {
        "staff" => Some(StaffId::from_uuid(id).to_string()),
        "key" => Some(KeyId::from_uuid(id).to_string()),
        "visit" => Some(VisitId::from_uuid(id).to_string()),
        "job" => Some(JobId::from_uuid(id).to_string()),
        "session" => Some(SessionId::from_uuid(id).to_string()),
        "letter" => Some(LetterId::from_uuid(id).to_string()),
        _ => None,
    }
}
