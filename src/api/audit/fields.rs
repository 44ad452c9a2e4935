//! Entries of a log as the API gives them, a tenant's and the platform's alike.

use chrono::{DateTime, Utc};
use domain::{
    AuditEntryId, JobId, KeyId, LetterId, Pagination, RoleId, SessionId, StaffId, TenantId, UserId,
    VisitId,
};
use serde::Serialize;
use serde_json::Value as Json;
use services::audit::log::Entry;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::api::cursor;
use crate::api::fields::Pages;

/// A page of the log, the newest first.
#[derive(Debug, Serialize, ToSchema)]
pub struct AuditEntries {
    /// What was done.
    pub entries: Vec<AuditEntry>,
    /// Where the page stands; not with a cursor.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pagination: Option<Pages>,
    /// What to go on with; not at the end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
}

impl AuditEntries {
    /// A page of the list.
    pub(in crate::api) fn page(
        entries: impl Iterator<Item = AuditEntry>,
        totals: Pagination,
    ) -> Self {
        Self {
            entries: entries.collect(),
            pagination: Some(totals.into()),
            next_cursor: None,
        }
    }

    /// The entries before a place in it, with one more where more follow.
    pub(in crate::api) fn slice(entries: impl Iterator<Item = AuditEntry>, size: i64) -> Self {
        let (entries, next_cursor) =
            cursor::cut(entries.collect(), size, |last| last.seq.to_string());
        Self {
            next_cursor,
            entries,
            pagination: None,
        }
    }
}

/// One entry.
#[derive(Debug, Serialize, ToSchema)]
pub struct OneAuditEntry {
    /// What was done.
    pub entry: AuditEntry,
}

/// An entry of the log.
#[derive(Debug, Serialize, ToSchema)]
pub struct AuditEntry {
    /// Which.
    pub id: String,
    /// Its number in the chain.
    pub seq: i64,
    /// When.
    pub at: DateTime<Utc>,
    /// By whom.
    pub actor: Party,
    /// What.
    pub action: String,
    /// done or refused.
    pub outcome: String,
    /// To what.
    pub target: Party,
    /// What changed, as it was.
    #[schema(value_type = Option<Object>)]
    pub before: Option<Json>,
    /// What changed, as it was afterwards.
    #[schema(value_type = Option<Object>)]
    pub after: Option<Json>,
    /// From where.
    pub address: Option<String>,
    /// With what.
    pub device: String,
    /// In which request.
    pub request_id: String,
    /// SHA-256 over this entry and the one before it.
    pub hash: String,
    /// The tenant that it was about; in the platform's log.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tenant_id: Option<String>,
}

/// Who did something, or what it was done to.
#[derive(Debug, Serialize, ToSchema)]
pub struct Party {
    /// user, staff, key, visitor, system, anonymous; or the kind of thing.
    pub kind: String,
    /// Which, where it is one.
    pub id: Option<String>,
    /// What it was called then.
    pub name: String,
}

impl Party {
    fn of(kind: &str, id: Option<Uuid>, name: String) -> Self {
        Self {
            id: id.map(|id| match kind {
                "user" => UserId::from_uuid(id).to_string(),
                "staff" => StaffId::from_uuid(id).to_string(),
                "tenant" => TenantId::from_uuid(id).to_string(),
                "visit" | "visitor" => VisitId::from_uuid(id).to_string(),
                "job" => JobId::from_uuid(id).to_string(),
                "letter" => LetterId::from_uuid(id).to_string(),
                "key" => KeyId::from_uuid(id).to_string(),
                "role" => RoleId::from_uuid(id).to_string(),
                "session" => SessionId::from_uuid(id).to_string(),
                _ => id.to_string(),
            }),
            kind: kind.to_owned(),
            name,
        }
    }
}

impl From<Entry> for AuditEntry {
    fn from(of: Entry) -> Self {
        Self {
            id: AuditEntryId::from_uuid(of.id).to_string(),
            seq: of.seq,
            at: of.at,
            actor: Party::of(&of.actor_kind, of.actor_id, of.actor_name),
            action: of.action,
            outcome: of.outcome,
            target: Party::of(&of.target_kind, of.target_id, of.target_name),
            before: of.before,
            after: of.after,
            address: of.address.map(|network| network.ip().to_string()),
            device: of.device,
            request_id: of.request_id.to_string(),
            hash: data_encoding::HEXLOWER.encode(&of.hash),
            tenant_id: None,
        }
    }
}
