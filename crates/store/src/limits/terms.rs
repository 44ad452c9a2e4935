//! What was agreed on: the limits of a tenant as its placement keeps them.

use diesel::prelude::*;
use diesel::upsert::excluded;
use domain::{ResourceKind, Term};

use crate::schema::tenant::limits;
use crate::{StoreError, TenantTx};

/// Writes the limits down; what is in use stays as it is, and so do limits of resources that are not among these.
///
/// # Errors
/// The database's.
pub fn agree<P>(tx: &mut TenantTx<'_, P>, terms: &[Term]) -> Result<(), StoreError> {
    let (tenant, now) = (tx.tenant().uuid(), tx.now());
    // In one order for everybody, so that no two wait for each other.
    let mut terms: Vec<&Term> = terms.iter().collect();
    terms.sort_by(|one, other| one.resource.cmp(&other.resource));
    let rows: Vec<_> = terms
        .into_iter()
        .map(|term| {
            (
                limits::tenant_id.eq(tenant),
                limits::resource.eq(&term.resource),
                limits::hard.eq(term.limit),
                limits::kind.eq(term.kind),
                limits::every.eq(term.window),
                // A counter is of some span from the beginning; of a gauge nothing was measured yet.
                limits::began_at.eq((term.kind == ResourceKind::Counter).then_some(now)),
                limits::grace.eq(term.grace),
                limits::grace_days.eq(term.grace_days),
            )
        })
        .collect();
    diesel::insert_into(limits::table)
        .values(rows)
        .on_conflict((limits::tenant_id, limits::resource))
        .do_update()
        .set((
            limits::hard.eq(excluded(limits::hard)),
            limits::kind.eq(excluded(limits::kind)),
            limits::every.eq(excluded(limits::every)),
            limits::grace.eq(excluded(limits::grace)),
            limits::grace_days.eq(excluded(limits::grace_days)),
        ))
        .execute(tx.connection())?;
    Ok(())
}

/// Whether these are written down already, and nothing else is different.
///
/// # Errors
/// The database's.
pub fn agreed<P>(tx: &mut TenantTx<'_, P>, terms: &[Term]) -> Result<bool, StoreError> {
    let there = super::all(tx)?;
    Ok(terms.iter().all(|term| {
        there.iter().any(|row| {
            row.resource == term.resource.as_str()
                && (row.hard, row.grace, row.grace_days)
                    == (term.limit, term.grace, term.grace_days)
                && (row.kind, row.every) == (term.kind, term.window)
        })
    }))
}
