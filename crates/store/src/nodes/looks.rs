//! How servers were found when they were looked at last.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use domain::NodeId;
use uuid::Uuid;

use super::probe::Found;
use crate::StoreError;
use crate::platform::PlatformTx;
use crate::schema::catalogue::node_looks;

/// How a server was found.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = node_looks, check_for_backend(diesel::pg::Pg))]
pub struct Look {
    /// When.
    pub looked_at: DateTime<Utc>,
    /// Why it could not be used; `None` where it could.
    pub trouble: Option<String>,
    /// The server's version, in its own words.
    pub server_version: Option<String>,
    /// Whether the connection was encrypted.
    pub encrypted: Option<bool>,
    /// How long a question took, in microseconds.
    pub answer_microseconds: Option<i64>,
    /// How far its clock is from ours.
    pub clock_apart_milliseconds: Option<i64>,
    /// Connections of everybody.
    pub connections: Option<i32>,
    /// The most there may be.
    pub connections_most: Option<i32>,
    /// What the databases of tenants there take, where that may be asked.
    pub bytes: Option<i64>,
}

impl PlatformTx<'_> {
    pub(super) fn looks(&mut self) -> Result<HashMap<Uuid, Look>, StoreError> {
        let rows: Vec<(Uuid, Look)> = node_looks::table
            .select((node_looks::node_id, Look::as_select()))
            .load(self.connection())?;
        Ok(rows.into_iter().collect())
    }

    /// Notes how a server was found; what was known of one that does not answer now stays.
    ///
    /// # Errors
    /// The database's.
    pub fn note_look(&mut self, id: NodeId, found: Result<&Found, &str>) -> Result<(), StoreError> {
        let now = self.now();
        let seen = (
            node_looks::looked_at.eq(now),
            node_looks::trouble.eq(found.err()),
        );
        diesel::insert_into(node_looks::table)
            .values((node_looks::node_id.eq(id.uuid()), seen))
            .on_conflict(node_looks::node_id)
            .do_update()
            .set(seen)
            .execute(self.connection())?;
        let Ok(found) = found else {
            return Ok(());
        };
        diesel::update(node_looks::table.find(id.uuid()))
            .set((
                node_looks::trouble.eq(found.trouble()),
                node_looks::server_version.eq(&found.version),
                node_looks::encrypted.eq(found.encrypted),
                node_looks::answer_microseconds.eq(found.answer_microseconds),
                node_looks::clock_apart_milliseconds.eq(found.clock_apart_milliseconds),
                node_looks::connections.eq(found.connections),
                node_looks::connections_most.eq(found.connections_most),
                node_looks::bytes.eq(found.bytes),
            ))
            .execute(self.connection())?;
        Ok(())
    }
}
