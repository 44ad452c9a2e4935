//! Reading the platform's log: a page of it, one entry, all of it in batches, and whether its chain holds.

use diesel::pg::Pg;
use diesel::prelude::*;
use domain::{AuditEntryId, PageRequest, TenantId};
use uuid::Uuid;

use crate::StoreError;
use crate::audit::log::{Entry, Filter, Verdict, literally};
use crate::platform::PlatformTx;
use crate::schema::catalogue::{audit_entries, tenants};

/// An entry with the tenant that it was about.
#[derive(Debug, Clone)]
pub struct PlatformEntry {
    /// The entry; its `actor_kind` is `staff`, `key`, `system` or `anonymous`.
    pub entry: Entry,
    /// The tenant, and its slug as it is now.
    pub tenant: Option<(TenantId, String)>,
}

/// What a reading of the platform's log is narrowed by. Everything empty is everything.
#[derive(Debug, Clone, Default)]
pub struct PlatformFilter {
    /// As in a tenant's log.
    pub of: Filter,
    /// About the tenant of this slug.
    pub tenant: Option<String>,
}

type Row = (Entry, Option<Uuid>, Option<String>);

fn entry_of((entry, tenant, slug): Row) -> PlatformEntry {
    PlatformEntry {
        entry,
        tenant: tenant.map(|id| (TenantId::from_uuid(id), slug.unwrap_or_default())),
    }
}

macro_rules! entries {
    () => {
        audit_entries::table
            .left_join(tenants::table.on(audit_entries::tenant_id.eq(tenants::id.nullable())))
            .select((
                (
                    audit_entries::seq,
                    audit_entries::id,
                    audit_entries::at,
                    audit_entries::actor_kind,
                    audit_entries::actor_id,
                    audit_entries::actor_name,
                    audit_entries::action,
                    audit_entries::outcome,
                    audit_entries::target_kind,
                    audit_entries::target_id,
                    audit_entries::target_name,
                    audit_entries::before,
                    audit_entries::after,
                    audit_entries::address,
                    audit_entries::device,
                    audit_entries::request_id,
                    audit_entries::hash,
                ),
                audit_entries::tenant_id,
                tenants::slug.nullable(),
            ))
    };
}

macro_rules! narrowed {
    ($query:expr, $filter:expr) => {{
        let mut query = $query.into_boxed::<Pg>();
        let of = &$filter.of;
        if let Some(actor) = of.actor {
            query = query.filter(audit_entries::actor_id.eq(actor));
        }
        if !of.actions.is_empty() {
            query = query.filter(audit_entries::action.eq_any(&of.actions));
        }
        if let Some(target) = of.target {
            query = query.filter(audit_entries::target_id.eq(target));
        }
        if let Some(outcome) = &of.outcome {
            query = query.filter(audit_entries::outcome.eq(outcome));
        }
        if let Some(from) = of.from {
            query = query.filter(audit_entries::at.ge(from));
        }
        if let Some(to) = of.to {
            query = query.filter(audit_entries::at.lt(to));
        }
        if let Some(words) = &of.words {
            let part = format!("%{}%", literally(words));
            query = query.filter(
                audit_entries::target_name
                    .ilike(part.clone())
                    .or(audit_entries::actor_name.ilike(part)),
            );
        }
        if let Some(slug) = &$filter.tenant {
            query = query.filter(tenants::slug.eq(slug));
        }
        query
    }};
}

/// A page of the log, the newest first.
///
/// # Errors
/// The database's.
pub fn list(
    tx: &mut PlatformTx<'_>,
    filter: &PlatformFilter,
    page: PageRequest,
) -> Result<Vec<PlatformEntry>, StoreError> {
    let rows: Vec<Row> = narrowed!(entries!(), filter)
        .order((audit_entries::at.desc(), audit_entries::seq.desc()))
        .limit(page.limit())
        .offset(page.offset())
        .load(tx.connection())?;
    Ok(rows.into_iter().map(entry_of).collect())
}

/// The newest entries that match before number `cursor`, or the newest of all.
///
/// # Errors
/// The database's.
pub fn before(
    tx: &mut PlatformTx<'_>,
    filter: &PlatformFilter,
    cursor: Option<i64>,
    at_most: i64,
) -> Result<Vec<PlatformEntry>, StoreError> {
    let rows: Vec<Row> = narrowed!(entries!(), filter)
        .filter(audit_entries::seq.lt(cursor.unwrap_or(i64::MAX)))
        .order(audit_entries::seq.desc())
        .limit(at_most)
        .load(tx.connection())?;
    Ok(rows.into_iter().map(entry_of).collect())
}

/// How many entries match.
///
/// # Errors
/// The database's.
pub fn count(tx: &mut PlatformTx<'_>, filter: &PlatformFilter) -> Result<i64, StoreError> {
    let all = audit_entries::table
        .left_join(tenants::table.on(audit_entries::tenant_id.eq(tenants::id.nullable())));
    let query = narrowed!(all.select(diesel::dsl::count_star()), filter);
    Ok(query.get_result(tx.connection())?)
}

/// The entries behind number `after` up to `up_to`, in the order of the chain, at most so many.
///
/// # Errors
/// The database's.
pub fn batch(
    tx: &mut PlatformTx<'_>,
    filter: &PlatformFilter,
    after: i64,
    up_to: i64,
    at_most: i64,
) -> Result<Vec<PlatformEntry>, StoreError> {
    let rows: Vec<Row> = narrowed!(entries!(), filter)
        .filter(audit_entries::seq.gt(after))
        .filter(audit_entries::seq.le(up_to))
        .order(audit_entries::seq)
        .limit(at_most)
        .load(tx.connection())?;
    Ok(rows.into_iter().map(entry_of).collect())
}

/// One entry.
///
/// # Errors
/// [`StoreError::NotFound`], or the database's.
pub fn entry(tx: &mut PlatformTx<'_>, id: AuditEntryId) -> Result<PlatformEntry, StoreError> {
    let row: Row = entries!()
        .filter(audit_entries::id.eq(id.uuid()))
        .first(tx.connection())?;
    Ok(entry_of(row))
}

/// The number and hash of the last entry, or of the one with the number asked for.
///
/// # Errors
/// The database's.
pub fn link(
    tx: &mut PlatformTx<'_>,
    seq: Option<i64>,
) -> Result<Option<(i64, Vec<u8>)>, StoreError> {
    let mut query = audit_entries::table.into_boxed();
    if let Some(seq) = seq {
        query = query.filter(audit_entries::seq.eq(seq));
    }
    Ok(query
        .order(audit_entries::seq.desc())
        .select((audit_entries::seq, audit_entries::hash))
        .first(tx.connection())
        .optional()?)
}

/// Reads the whole chain.
///
/// # Errors
/// The database's.
pub fn verify(tx: &mut PlatformTx<'_>) -> Result<Verdict, StoreError> {
    Ok(
        crate::raw::query("select entries, bad_seq, reason from catalogue.verify_audit()")
            .get_result(tx.connection())?,
    )
}
