//! What a server says of itself, for whoever looks after it.

use std::time::Duration;

use chrono::{DateTime, Utc};
use diesel::connection::CacheSize;
use diesel::prelude::*;
use diesel::sql_types::{Integer, Text, Timestamptz};

use super::BootError;
use crate::address::patient;

/// How long it may take to answer.
const PATIENCE: Duration = Duration::from_secs(5);

/// A server, seen from a login.
#[derive(Debug, Clone, QueryableByName)]
pub struct Survey {
    /// Its version.
    #[diesel(sql_type = Text)]
    pub version: String,
    /// Its clock, read while the question was answered.
    #[diesel(sql_type = Timestamptz)]
    pub now: DateTime<Utc>,
    /// How many connections it takes from everybody together.
    #[diesel(sql_type = Integer)]
    pub max_connections: i32,
}

/// Asks the server on a connection of its own, by nothing that a pooler stands in the way of.
///
/// # Errors
/// No connection, or no answer.
pub fn survey(url: &str) -> Result<Survey, BootError> {
    let mut connection = PgConnection::establish(&patient(url, PATIENCE))?;
    connection.set_prepared_statement_cache_size(CacheSize::Disabled);
    let survey = connection.transaction(|connection| {
        crate::raw::query(
            "select current_setting('server_version') as version, clock_timestamp() as now, \
             current_setting('max_connections')::integer as max_connections",
        )
        .get_result(connection)
    });
    Ok(survey?)
}
