//! The audit log: appending to a tenant's chain. What is said about a deed is composed above; the chain
//! itself, its order and its hashes are the database's.

pub mod log;

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use ipnetwork::IpNetwork;
use serde_json::Value as Json;
use uuid::Uuid;

use crate::StoreError;
use crate::guard::TenantTx;

mod sql {
    #![allow(clippy::too_many_arguments, reason = "one a column")]

    use diesel::sql_types::{Inet, Jsonb, Nullable, Text, Timestamptz, Uuid};

    diesel::define_sql_function! {
        /// The only way to write the log; the tenant comes from the context.
        fn append_audit(
            id: Uuid, at: Timestamptz, actor_kind: Text, actor_id: Nullable<Uuid>, actor_name: Text,
            action: Text, outcome: Text, target_kind: Text, target_id: Nullable<Uuid>, target_name: Text,
            before: Nullable<Jsonb>, after: Nullable<Jsonb>,
            address: Nullable<Inet>, device: Text, request_id: Uuid
        ) -> BigInt;
    }
    diesel::define_sql_function! {
        /// The same for one deed done to many.
        fn append_audits(
            at: Timestamptz, actor_kind: Text, actor_id: Nullable<Uuid>, actor_name: Text,
            action: Text, outcome: Text, target_kind: Text, entries: Jsonb,
            address: Nullable<Inet>, device: Text, request_id: Uuid
        ) -> BigInt;
    }
}

/// An entry as it is written down; the moment, the address and the request come from the transaction.
#[derive(Debug, Clone)]
pub struct NewEntry<'a> {
    /// `user`, `system` or `anonymous`.
    pub actor_kind: &'static str,
    /// The person, if one is known.
    pub actor_id: Option<Uuid>,
    /// The name as it was then.
    pub actor_name: &'a str,
    /// The action's key.
    pub action: &'static str,
    /// `done` or `refused`.
    pub outcome: &'static str,
    /// What kind of thing it was done to.
    pub target_kind: &'static str,
    /// Which one.
    pub target_id: Option<Uuid>,
    /// The thing's name as it was then.
    pub target_name: &'a str,
    /// What changed, as it was.
    pub before: Option<&'a Json>,
    /// What changed, as it is.
    pub after: Option<&'a Json>,
    /// The device, cleaned.
    pub device: &'a str,
}

/// Appends an entry and answers its number. Takes the tenant's chain until the transaction ends, so it
/// is the last thing that a verb does.
///
/// # Errors
/// The database's; then nothing of the transaction may stand.
pub fn append<P>(tx: &mut TenantTx<'_, P>, entry: &NewEntry<'_>) -> Result<i64, StoreError> {
    let (id, at) = (tx.fresh_uuid(), at_microseconds(tx.now()));
    let (address, request_id) = (
        tx.request().address.map(IpNetwork::from),
        tx.request().request_id,
    );
    Ok(diesel::select(sql::append_audit(
        id,
        at,
        entry.actor_kind,
        entry.actor_id,
        entry.actor_name,
        entry.action,
        entry.outcome,
        entry.target_kind,
        entry.target_id,
        entry.target_name,
        entry.before,
        entry.after,
        address,
        entry.device,
        request_id,
    ))
    .get_result(tx.connection())?)
}

/// One of the things that one deed was done to.
#[derive(Debug, Clone, serde::Serialize)]
pub struct ManyTarget {
    /// The entry's own identifier.
    pub id: Uuid,
    /// Which one.
    pub target_id: Uuid,
    /// The thing's name as it was then.
    pub target_name: String,
    /// What changed, as it was.
    pub before: Option<Json>,
    /// What changed, as it is.
    pub after: Option<Json>,
}

/// Appends an entry for each target; what the deed was is in `deed`, whose own target and fields are not
/// looked at. Many rows go in one statement, and the chain's end moves once for each statement.
///
/// # Errors
/// The database's; then nothing of the transaction may stand.
pub fn append_many<P>(
    tx: &mut TenantTx<'_, P>,
    deed: &NewEntry<'_>,
    targets: &[ManyTarget],
) -> Result<(), StoreError> {
    let at = at_microseconds(tx.now());
    let (address, request_id) = (
        tx.request().address.map(IpNetwork::from),
        tx.request().request_id,
    );
    for batch in targets.chunks(2_000) {
        let entries = serde_json::to_value(batch).unwrap_or_default();
        let _: i64 = diesel::select(sql::append_audits(
            at,
            deed.actor_kind,
            deed.actor_id,
            deed.actor_name,
            deed.action,
            deed.outcome,
            deed.target_kind,
            entries,
            address,
            deed.device,
            request_id,
        ))
        .get_result(tx.connection())?;
    }
    Ok(())
}

/// What a `timestamptz` keeps: the hash is over the stored moment.
pub(crate) fn at_microseconds(moment: DateTime<Utc>) -> DateTime<Utc> {
    DateTime::from_timestamp_micros(moment.timestamp_micros()).unwrap_or(moment)
}
