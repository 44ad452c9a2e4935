//! The tenant's audit log: narrowed down, page by page or from one entry to the next.

use chrono::{DateTime, Utc};
use domain::permission::ReadAudit;
use domain::{AuditEntryId, FieldErrors, KeyId, RoleId, SessionId, UserId};
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use services::audit::log::{self, Entry, Filter};
use services::audit::{Action, Outcome as AuditOutcome};
use services::{StoreError, TenantTx, VerbError};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::fields::{Nothing, Pages, bad_cursor, page};
use super::{Api, Outcome, Query};

const MAX_WORDS: usize = 100;

/// How the log is narrowed down and paged.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
pub struct AuditQuery {
    /// The page, from 1.
    #[param(minimum = 1, maximum = 1_000_000)]
    pub page: Option<u32>,
    /// The most entries of a page; 50 where nothing is said.
    #[param(minimum = 1, maximum = 200)]
    pub page_size: Option<u32>,
    /// The id of a user or key who did it.
    pub actor: Option<String>,
    /// The id of the user, role, session or key that it was done to.
    pub target: Option<String>,
    /// An action, as `user.suspended`.
    pub action: Option<String>,
    /// done or refused.
    pub outcome: Option<String>,
    /// Entries from this moment on.
    pub from: Option<DateTime<Utc>>,
    /// Entries before this moment.
    pub to: Option<DateTime<Utc>>,
    /// A piece of an actor's or a target's name.
    pub search: Option<String>,
    /// Empty to begin, then the next_cursor of the answer before.
    pub cursor: Option<String>,
}

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
    pub before: Option<Json>,
    /// What changed, as it was afterwards.
    pub after: Option<Json>,
    /// From where.
    pub address: Option<String>,
    /// With what.
    pub device: String,
    /// In which request.
    pub request_id: String,
    /// SHA-256 over this entry and the one before it.
    pub hash: String,
}

/// Who did something, or what it was done to.
#[derive(Debug, Serialize, ToSchema)]
pub struct Party {
    /// user, key, visitor, system, anonymous; or the kind of thing.
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
        }
    }
}

fn filter(query: &AuditQuery) -> Result<Filter, VerbError> {
    let mut errors = FieldErrors::new();
    let thing = |text: &Option<String>| text.as_deref().map(|text| uuid(text).ok_or(()));
    let actor = thing(&query.actor).transpose();
    let target = thing(&query.target).transpose();
    if actor.is_err() {
        errors.add("actor", "Send the id of a user or key.");
    }
    if target.is_err() {
        errors.add("target", "Send the id of a user, role, session or key.");
    }
    let action = query.action.as_deref();
    if action.is_some_and(|key| Action::from_key(key).is_none()) {
        errors.add("action", "There is no such action.");
    }
    let outcome = query.outcome.as_deref();
    if outcome.is_some_and(|key| AuditOutcome::from_key(key).is_none()) {
        errors.add("outcome", "Choose one of done, refused.");
    }
    let words = query.search.as_deref().filter(|words| !words.is_empty());
    if words.is_some_and(|words| words.chars().count() > MAX_WORDS || words.contains('\0')) {
        errors.add(
            "search",
            format!("Search for at most {MAX_WORDS} plain characters."),
        );
    }
    errors.into_result()?;
    Ok(Filter {
        actor: actor.unwrap_or_default(),
        actions: action.map(ToOwned::to_owned).into_iter().collect(),
        target: target.unwrap_or_default(),
        outcome: outcome.map(ToOwned::to_owned),
        from: query.from,
        to: query.to,
        words: words.map(ToOwned::to_owned),
    })
}

/// The bits of an identifier of any kind that the log names.
fn uuid(text: &str) -> Option<Uuid> {
    let user = text.parse::<UserId>().map(UserId::uuid);
    let key = || text.parse::<KeyId>().map(KeyId::uuid);
    let role = || text.parse::<RoleId>().map(RoleId::uuid);
    let session = || text.parse::<SessionId>().map(SessionId::uuid);
    user.or_else(|_| key())
        .or_else(|_| role())
        .or_else(|_| session())
        .ok()
}

/// `GET /tenants/{tenant_id}/audit`
///
/// # Errors
/// See [`Api::read`].
pub async fn list(api: Api<ReadAudit>, query: Query<AuditQuery>) -> Outcome<AuditEntries> {
    api.read(query, |tx, query| {
        let (filter, page) = (filter(query)?, page(query.page, query.page_size)?);
        if let Some(cursor) = &query.cursor {
            return walk(tx, &filter, cursor, page.limit());
        }
        let found = log::list(tx, &filter, page)?;
        Ok(AuditEntries {
            entries: found.entries.into_iter().map(AuditEntry::from).collect(),
            pagination: Some(found.totals.into()),
            next_cursor: None,
        })
    })
    .await
}

fn walk(
    tx: &mut TenantTx<'_, ReadAudit>,
    filter: &Filter,
    cursor: &str,
    size: i64,
) -> Result<AuditEntries, VerbError> {
    let before = match cursor {
        "" => None,
        text => Some(text.parse().map_err(|_| bad_cursor())?),
    };
    let entries = log::before(tx, filter, before, size)?;
    let full = i64::try_from(entries.len()).is_ok_and(|count| count == size);
    Ok(AuditEntries {
        next_cursor: entries
            .last()
            .filter(|_| full)
            .map(|last| last.seq.to_string()),
        entries: entries.into_iter().map(AuditEntry::from).collect(),
        pagination: None,
    })
}

/// `GET /tenants/{tenant_id}/audit/{entry_id}`
///
/// # Errors
/// See [`Api::read`].
pub async fn read(api: Api<ReadAudit>, query: Query<Nothing>) -> Outcome<OneAuditEntry> {
    let id = api.part::<AuditEntryId>("entry_id");
    api.read(query, move |tx, _| {
        let entry = log::entry(tx, id.ok_or(StoreError::NotFound)?)?;
        Ok(OneAuditEntry {
            entry: entry.into(),
        })
    })
    .await
}
