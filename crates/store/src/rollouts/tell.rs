//! Telling those who live in a schema what is done there: an event of each tenant's own.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Jsonb, Text, Timestamptz};
use domain::Direction;
use serde_json::{Value as Json, json};

use super::runner::{NoRun, Runner};
use crate::boot::SHARED;
use crate::places::Place;
use crate::raw;

/// What the tenants of a schema are told, and when it is.
#[derive(Debug, Clone, Copy)]
pub struct Telling<'t> {
    /// The event's kind.
    pub kind: &'t str,
    /// The moment.
    pub at: DateTime<Utc>,
}

impl Runner {
    /// Tells the tenants of a schema, by itself: what is told of what is done stands in [`Self::bring`]'s own transaction.
    ///
    /// # Errors
    /// See [`NoRun`].
    pub fn tell(
        &mut self,
        schema: &str,
        telling: Telling<'_>,
        direction: Direction,
        version: &str,
    ) -> Result<(), NoRun> {
        let data = data(direction, version, &[]);
        let place = Place::of_space(schema);
        if place.is_home() {
            return alone(&mut self.connection, schema, telling, &data);
        }
        let mut there = self.store.scripts_at(&place)?;
        alone(&mut there, SHARED, telling, &data)
    }
}

/// What an event says of a migration.
pub(super) fn data(direction: Direction, version: &str, ran: &[&str]) -> Json {
    json!({ "direction": direction, "version": version, "ran": ran })
}

/// Writes the events in the transaction of the connection.
pub(super) fn tell(
    connection: &mut PgConnection,
    schema: &str,
    telling: Telling<'_>,
    data: &Json,
) -> QueryResult<()> {
    raw::query("select app.tell_tenants($1, $2, $3, $4)")
        .bind::<Text, _>(schema)
        .bind::<Text, _>(telling.kind)
        .bind::<Jsonb, _>(data)
        .bind::<Timestamptz, _>(telling.at)
        .execute(connection)
        .map(drop)
}

fn alone(
    connection: &mut PgConnection,
    schema: &str,
    telling: Telling<'_>,
    data: &Json,
) -> Result<(), NoRun> {
    connection.transaction(|connection| {
        // Nobody waits for the disk: it says that something begins, or did not come about.
        raw::query("select set_config('synchronous_commit', 'off', true)").execute(connection)?;
        Ok(tell(connection, schema, telling, data)?)
    })
}
