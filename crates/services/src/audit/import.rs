//! Loading entries of the past into the log, for the system alone: they bring their own moment, and are
//! cleaned and chained like any other.

use std::net::IpAddr;

use chrono::{DateTime, Utc};
use domain::permission::System;
use store::{StoreError, TenantTx, past};
use uuid::Uuid;

use super::{By, Entry, clean};

/// An entry of the past. Without [`Entry::by`] nobody known did it.
#[derive(Debug, Clone)]
pub struct PastEntry {
    /// Its identifier.
    pub id: Uuid,
    /// When it happened.
    pub at: DateTime<Utc>,
    /// What happened, and by whom.
    pub entry: Entry,
    /// From where.
    pub address: Option<IpAddr>,
    /// On which device.
    pub device: String,
    /// In which request.
    pub request_id: Uuid,
}

/// Appends the entries in this order. Answers how many.
///
/// # Errors
/// The database's.
pub fn import(tx: &mut TenantTx<'_, System>, entries: Vec<PastEntry>) -> Result<i64, StoreError> {
    let rows: Vec<past::PastEntry> = entries.into_iter().map(row).collect();
    past::append_entries(tx, &rows)
}

fn row(of: PastEntry) -> past::PastEntry {
    let Entry {
        action,
        outcome,
        target,
        before,
        after,
        by,
    } = of.entry;
    let (actor_kind, actor_id, actor_name) = match by {
        Some(By::User(id, name)) => ("user", Some(id.uuid()), clean::line(&name)),
        Some(By::Key(key, name)) => ("key", Some(key.uuid()), clean::line(&name)),
        Some(By::Visitor(visit, name)) => ("visitor", Some(visit.uuid()), clean::line(&name)),
        None => ("anonymous", None, String::new()),
    };
    past::PastEntry {
        id: of.id,
        // What a `timestamptz` keeps: the hash is over the stored moment.
        at: DateTime::from_timestamp_micros(of.at.timestamp_micros()).unwrap_or(of.at),
        actor_kind,
        actor_id,
        actor_name,
        action: action.key(),
        outcome: outcome.key(),
        target_kind: target.kind.key(),
        target_id: target.id,
        target_name: clean::line(&target.name),
        before: before.map(clean::fields),
        after: after.map(clean::fields),
        address: of.address,
        device: clean::line(&of.device),
        request_id: of.request_id,
    }
}
