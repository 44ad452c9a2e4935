//! Reading the audit log: a page of it, one entry, all of it in batches, and whether its chain holds.

use chrono::{DateTime, Utc};
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Nullable, Text};
use domain::{AuditEntryId, PageRequest};
use ipnetwork::IpNetwork;
use serde_json::Value as Json;
use uuid::Uuid;

use crate::StoreError;
use crate::guard::TenantTx;
use crate::schema::tenant::audit_entries;
use crate::window::Window;

/// An entry as it was written.
#[derive(Debug, Clone, Queryable, QueryableByName, Selectable)]
#[diesel(table_name = audit_entries, check_for_backend(Pg))]
pub struct Entry {
    /// Its place in the chain, from 1.
    pub seq: i64,
    /// Its id.
    pub id: Uuid,
    /// When.
    pub at: DateTime<Utc>,
    /// `user`, `system` or `anonymous`.
    pub actor_kind: String,
    /// The person.
    pub actor_id: Option<Uuid>,
    /// The name as it was then.
    pub actor_name: String,
    /// The action's key.
    pub action: String,
    /// `done` or `refused`.
    pub outcome: String,
    /// What kind of thing.
    pub target_kind: String,
    /// Which one.
    pub target_id: Option<Uuid>,
    /// What it was called then.
    pub target_name: String,
    /// What changed, as it was.
    pub before: Option<Json>,
    /// What changed, as it is.
    pub after: Option<Json>,
    /// From where.
    pub address: Option<IpNetwork>,
    /// On which device.
    pub device: String,
    /// By which request.
    pub request_id: Uuid,
    /// SHA-256 over the entry before and this one.
    pub hash: Vec<u8>,
}

/// What a reading of the log is narrowed by. Everything empty is everything.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// By this person.
    pub actor: Option<Uuid>,
    /// One of these actions.
    pub actions: Vec<String>,
    /// On this thing.
    pub target: Option<Uuid>,
    /// `done` or `refused`.
    pub outcome: Option<String>,
    /// From this moment on.
    pub from: Option<DateTime<Utc>>,
    /// Before this moment.
    pub to: Option<DateTime<Utc>>,
    /// With this in the name of the thing or of whoever did it.
    pub words: Option<String>,
}

fn matching(tenant: Uuid, filter: &Filter) -> audit_entries::BoxedQuery<'_, Pg> {
    let mut query = audit_entries::table
        .filter(audit_entries::tenant_id.eq(tenant))
        .into_boxed();
    if let Some(actor) = filter.actor {
        query = query.filter(audit_entries::actor_id.eq(actor));
    }
    if !filter.actions.is_empty() {
        query = query.filter(audit_entries::action.eq_any(&filter.actions));
    }
    if let Some(target) = filter.target {
        query = query.filter(audit_entries::target_id.eq(target));
    }
    if let Some(outcome) = &filter.outcome {
        query = query.filter(audit_entries::outcome.eq(outcome));
    }
    if let Some(from) = filter.from {
        query = query.filter(audit_entries::at.ge(from));
    }
    if let Some(to) = filter.to {
        query = query.filter(audit_entries::at.lt(to));
    }
    if let Some(words) = &filter.words {
        let part = format!("%{}%", literally(words));
        query = query.filter(
            audit_entries::target_name
                .ilike(part.clone())
                .or(audit_entries::actor_name.ilike(part)),
        );
    }
    query
}

/// The words as they are, for LIKE.
pub(crate) fn literally(words: &str) -> String {
    let mut escaped = String::with_capacity(words.len());
    for c in words.chars() {
        if matches!(c, '%' | '_' | '\\') {
            escaped.push('\\');
        }
        escaped.push(c);
    }
    escaped
}

/// A page of the log, the newest first.
///
/// # Errors
/// The database's.
pub fn list<P>(
    tx: &mut TenantTx<'_, P>,
    filter: &Filter,
    page: PageRequest,
) -> Result<Vec<Entry>, StoreError> {
    let tenant = tx.tenant().uuid();
    let entries = matching(tenant, filter)
        .order((audit_entries::at.desc(), audit_entries::seq.desc()))
        .select(Entry::as_select());
    Ok(Window::of(entries, page.limit(), page.offset()).load(tx.connection())?)
}

/// The newest entries before `cursor`, an entry's number: as fast at the end of a long log as at its
/// beginning.
///
/// # Errors
/// The database's.
pub fn before<P>(
    tx: &mut TenantTx<'_, P>,
    filter: &Filter,
    cursor: Option<i64>,
    at_most: i64,
) -> Result<Vec<Entry>, StoreError> {
    let tenant = tx.tenant().uuid();
    let mut query = matching(tenant, filter);
    if let Some(cursor) = cursor {
        query = query.filter(audit_entries::seq.lt(cursor));
    }
    Ok(query
        .order(audit_entries::seq.desc())
        .limit(at_most)
        .select(Entry::as_select())
        .load(tx.connection())?)
}

/// How many entries match.
///
/// # Errors
/// The database's.
pub fn count<P>(tx: &mut TenantTx<'_, P>, filter: &Filter) -> Result<i64, StoreError> {
    let tenant = tx.tenant().uuid();
    Ok(matching(tenant, filter)
        .count()
        .get_result(tx.connection())?)
}

/// The entries behind number `after` up to `up_to`, in the order of the chain, at most so many.
///
/// # Errors
/// The database's.
pub fn batch<P>(
    tx: &mut TenantTx<'_, P>,
    filter: &Filter,
    after: i64,
    up_to: i64,
    at_most: i64,
) -> Result<Vec<Entry>, StoreError> {
    let tenant = tx.tenant().uuid();
    Ok(matching(tenant, filter)
        .filter(audit_entries::seq.gt(after))
        .filter(audit_entries::seq.le(up_to))
        .order(audit_entries::seq)
        .limit(at_most)
        .select(Entry::as_select())
        .load(tx.connection())?)
}

/// One entry.
///
/// # Errors
/// [`StoreError::NotFound`], or the database's.
pub fn entry<P>(tx: &mut TenantTx<'_, P>, id: AuditEntryId) -> Result<Entry, StoreError> {
    let tenant = tx.tenant().uuid();
    Ok(audit_entries::table
        .filter(audit_entries::tenant_id.eq(tenant))
        .filter(audit_entries::id.eq(id.uuid()))
        .select(Entry::as_select())
        .first(tx.connection())?)
}

/// The number and hash of the last entry, or of the one with the number asked for.
///
/// # Errors
/// The database's.
pub fn link<P>(
    tx: &mut TenantTx<'_, P>,
    seq: Option<i64>,
) -> Result<Option<(i64, Vec<u8>)>, StoreError> {
    let tenant = tx.tenant().uuid();
    let mut query = audit_entries::table
        .filter(audit_entries::tenant_id.eq(tenant))
        .into_boxed();
    if let Some(seq) = seq {
        query = query.filter(audit_entries::seq.eq(seq));
    }
    Ok(query
        .order(audit_entries::seq.desc())
        .select((audit_entries::seq, audit_entries::hash))
        .first(tx.connection())
        .optional()?)
}

/// What reading the chain from its start found.
#[derive(Debug, Clone, PartialEq, Eq, QueryableByName)]
pub struct Verdict {
    /// Entries that were read.
    #[diesel(sql_type = BigInt)]
    pub entries: i64,
    /// The first entry that is wrong.
    #[diesel(sql_type = Nullable<BigInt>)]
    pub bad_seq: Option<i64>,
    /// What is wrong with it.
    #[diesel(sql_type = Nullable<Text>)]
    pub reason: Option<String>,
}

/// Reads the whole chain.
///
/// # Errors
/// The database's.
pub fn verify<P>(tx: &mut TenantTx<'_, P>) -> Result<Verdict, StoreError> {
    Ok(
        crate::raw::query("select entries, bad_seq, reason from verify_audit()")
            .get_result(tx.connection())?,
    )
}
