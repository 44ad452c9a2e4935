//! The platform's audit log: appending to its one chain. What is said about a deed is composed above; the
//! chain, its order and its hashes are the database's.

use diesel::prelude::*;
use domain::TenantId;
use ipnetwork::IpNetwork;
use serde_json::Value as Json;
use uuid::Uuid;

use crate::StoreError;
use crate::audit::at_microseconds;
use crate::guard::Request;
use crate::platform::PlatformTx;

mod sql {
    #![allow(clippy::too_many_arguments, reason = "one a column")]

    use diesel::sql_types::{Inet, Jsonb, Nullable, Text, Timestamptz, Uuid};

    diesel::define_sql_function! {
        /// The only way to write the platform's log.
        #[sql_name = "catalogue.append_audit"]
        fn append_audit(
            id: Uuid, at: Timestamptz, actor_kind: Text, actor_id: Nullable<Uuid>, actor_name: Text,
            action: Text, outcome: Text, tenant: Nullable<Uuid>,
            target_kind: Text, target_id: Nullable<Uuid>, target_name: Text,
            before: Nullable<Jsonb>, after: Nullable<Jsonb>,
            address: Nullable<Inet>, device: Text, request_id: Uuid
        ) -> BigInt;
    }
}

/// An entry as it is written down; the moment comes from the transaction.
#[derive(Debug, Clone)]
pub struct NewEntry<'a> {
    /// `staff`, `key`, `system` or `anonymous`.
    pub actor_kind: &'static str,
    /// The person or key, if one is known.
    pub actor_id: Option<Uuid>,
    /// The name as it was then.
    pub actor_name: &'a str,
    /// The action's key.
    pub action: &'static str,
    /// `done` or `refused`.
    pub outcome: &'static str,
    /// The tenant that it was about.
    pub tenant: Option<TenantId>,
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

/// Appends an entry and answers its number. Takes the chain until the transaction ends, so it is the last
/// thing that a verb does.
///
/// # Errors
/// The database's; then nothing of the transaction may stand.
pub fn append(
    tx: &mut PlatformTx<'_>,
    request: &Request,
    entry: &NewEntry<'_>,
) -> Result<i64, StoreError> {
    let (id, at) = (tx.fresh_uuid(), at_microseconds(tx.now()));
    Ok(diesel::select(sql::append_audit(
        id,
        at,
        entry.actor_kind,
        entry.actor_id,
        entry.actor_name,
        entry.action,
        entry.outcome,
        entry.tenant.map(TenantId::uuid),
        entry.target_kind,
        entry.target_id,
        entry.target_name,
        entry.before,
        entry.after,
        request.address.map(IpNetwork::from),
        entry.device,
        request.request_id,
    ))
    .get_result(tx.connection())?)
}
