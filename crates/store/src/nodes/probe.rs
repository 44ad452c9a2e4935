//! Looking at a server as whoever makes databases there: what it is, and whether tenants can live on it.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Double, Integer, Nullable, Text};

use crate::address::patient;
use crate::boot::BootError;
use crate::raw;

/// How long a look waits for a server that does not answer.
const CONNECT: Duration = Duration::from_secs(5);
/// The oldest server that is served from.
const OLDEST: i32 = 150_000;
/// Proofs last five minutes: with clocks further apart than this they would hardly hold.
const FARTHEST_MILLISECONDS: i64 = 60_000;

/// What was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// The server's version, in its own words.
    pub version: String,
    /// Whether the connection is encrypted.
    pub encrypted: bool,
    /// How long a question takes, in microseconds.
    pub answer_microseconds: i64,
    /// How far its clock is from ours: more than nothing where it is ahead.
    pub clock_apart_milliseconds: i64,
    /// Connections of everybody.
    pub connections: i32,
    /// The most there may be.
    pub connections_most: i32,
    /// What the databases of tenants there take, where that may be asked.
    pub bytes: Option<i64>,
    /// As which server it was made ready; `None` for one that never was.
    pub mark: Option<String>,
    /// Whether there are roles of a Tenantry's.
    pub has_roles: bool,
    number: i32,
    makes_databases: bool,
    makes_roles: bool,
    is_standby: bool,
    encoding: String,
}

impl Found {
    /// Why tenants cannot live there; `None` where they can.
    #[must_use]
    pub fn trouble(&self) -> Option<String> {
        let apart = self.clock_apart_milliseconds.abs();
        if self.number < OLDEST {
            let version = &self.version;
            Some(format!(
                "It is PostgreSQL {version}, and 15 is the oldest that works."
            ))
        } else if self.is_standby {
            Some(
                "It only follows another server and takes no changes: name that other one."
                    .to_owned(),
            )
        } else if !self.makes_databases {
            Some(
                "This login may not create databases: let a superuser run `alter role … createdb`."
                    .to_owned(),
            )
        } else if !self.makes_roles {
            Some(
                "This login may not create roles: let a superuser run `alter role … createrole`."
                    .to_owned(),
            )
        } else if self.encoding != "UTF8" {
            let encoding = &self.encoding;
            Some(format!(
                "New databases there are in {encoding}, and UTF8 is needed."
            ))
        } else if apart > FARTHEST_MILLISECONDS {
            let seconds = apart / 1000;
            Some(format!(
                "Its clock is {seconds} seconds from ours, and tenants are let in by the clock: set it right."
            ))
        } else {
            None
        }
    }
}

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = Text)]
    version: String,
    #[diesel(sql_type = Integer)]
    number: i32,
    #[diesel(sql_type = Bool)]
    encrypted: bool,
    #[diesel(sql_type = Integer)]
    connections: i32,
    #[diesel(sql_type = Integer)]
    connections_most: i32,
    #[diesel(sql_type = Nullable<BigInt>)]
    bytes: Option<i64>,
    #[diesel(sql_type = Nullable<Text>)]
    mark: Option<String>,
    #[diesel(sql_type = Bool)]
    has_roles: bool,
    #[diesel(sql_type = Bool)]
    makes_databases: bool,
    #[diesel(sql_type = Bool)]
    makes_roles: bool,
    #[diesel(sql_type = Bool)]
    is_standby: bool,
    #[diesel(sql_type = Text)]
    encoding: String,
}

#[derive(QueryableByName)]
struct Clock {
    #[diesel(sql_type = Double)]
    seconds: f64,
}

/// Looks at the server at this address. Nothing is changed there.
///
/// # Errors
/// No connection, or a server that does not tell what it is.
pub fn probe(owner_url: &str) -> Result<Found, BootError> {
    let mut connection = PgConnection::establish(&patient(owner_url, CONNECT))?;
    let row: Row = raw::query(
        "select current_setting('server_version') as version, current_setting('server_version_num')::integer as number,
            coalesce((select s.ssl from pg_stat_ssl s where s.pid = pg_backend_pid()), false) as encrypted,
            (select count(*)::integer from pg_stat_activity a where a.backend_type = 'client backend') as connections,
            current_setting('max_connections')::integer as connections_most,
            case when bool_and(coalesce(has_database_privilege(d.oid, 'connect') or pg_has_role('pg_read_all_stats', 'usage'), true))
                 then coalesce(sum(pg_database_size(d.oid)), 0)::bigint end as bytes,
            shobj_description(to_regrole('tnt_owner')::oid, 'pg_authid') as mark,
            to_regrole('tnt_owner') is not null or to_regrole('tnt_app') is not null as has_roles,
            me.rolsuper or me.rolcreatedb as makes_databases, me.rolsuper or me.rolcreaterole as makes_roles,
            pg_is_in_recovery() as is_standby,
            (select pg_encoding_to_char(t.encoding)::text from pg_database t where t.datname = 'template1') as encoding
        from pg_roles me left join pg_database d on d.datname ~ '^d_[0-9a-f]{32}$'
        where me.rolname = current_user group by me.rolsuper, me.rolcreatedb, me.rolcreaterole",
    )
    .get_result(&mut connection)?;
    let (asked, before) = (Instant::now(), now());
    let clock: Clock =
        raw::query("select extract(epoch from clock_timestamp())::float8 as seconds")
            .get_result(&mut connection)?;
    let took = asked.elapsed();
    Ok(Found {
        version: row.version,
        number: row.number,
        encrypted: row.encrypted,
        answer_microseconds: i64::try_from(took.as_micros()).unwrap_or(i64::MAX),
        clock_apart_milliseconds: milliseconds(clock.seconds)
            .saturating_sub(before)
            .saturating_sub(i64::try_from(took.as_millis() / 2).unwrap_or(0)),
        connections: row.connections,
        connections_most: row.connections_most,
        bytes: row.bytes,
        mark: row.mark,
        has_roles: row.has_roles,
        makes_databases: row.makes_databases,
        makes_roles: row.makes_roles,
        is_standby: row.is_standby,
        encoding: row.encoding,
    })
}

fn milliseconds(seconds: f64) -> i64 {
    Duration::try_from_secs_f64(seconds)
        .ok()
        .and_then(|since| i64::try_from(since.as_millis()).ok())
        .unwrap_or(0)
}

#[allow(
    clippy::disallowed_methods,
    reason = "compared with the server's clock, and with no moment of a request"
)]
fn now() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since.map_or(0, |since| i64::try_from(since.as_millis()).unwrap_or(0))
}
