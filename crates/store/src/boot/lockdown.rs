//! Closing the server's built-in functions and catalogs to the logins of the console: once a database, by a superuser.
//! Every other role keeps what it could do, by name and no longer as everybody.

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::{Array, Text};

use super::ledger::databases;
use super::{BootError, Owner};
use crate::schema::node::console_lockdown;

const MISSING: &str = include_str!("../../sql/lockdown.sql");
/// What the console's logins may run, one signature a line: reviewed, and added to by hand.
const APPROVED: &str = include_str!("../../sql/console_functions.txt");

#[derive(QueryableByName)]
struct Missing {
    #[diesel(sql_type = Text)]
    statement: String,
}

#[derive(QueryableByName)]
struct Who {
    #[diesel(sql_type = diesel::sql_types::Bool)]
    superuser: bool,
}

/// What became of the lockdown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lockdown {
    /// It stands.
    Done,
    /// This login is no superuser, and only one closes functions of the server's own: the console stays off.
    NoRight,
}

/// The functions that the console's logins may run, by their signatures.
#[must_use]
pub fn approved() -> Vec<&'static str> {
    APPROVED.lines().filter(|line| !line.is_empty()).collect()
}

/// Closes what still stands open, here and in the databases of tenants' own, and notes what was left open. In one of these
/// that does not answer, or where its owner may not, the console stays off.
///
/// # Errors
/// No connection, or a statement that should not fail did.
pub fn lock_down<'a>(owner: impl Into<Owner<'a>>) -> Result<Lockdown, BootError> {
    let owner = owner.into();
    let mut connection = PgConnection::establish(owner.url)?;
    if close(&mut connection)? == Lockdown::NoRight {
        return Ok(Lockdown::NoRight);
    }
    for name in databases(&mut connection)? {
        let url = owner.url_of(&mut connection, &name)?;
        match lock_down_one(&url) {
            Ok(_) | Err(BootError::Connect(_)) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(Lockdown::Done)
}

/// The same in one database alone.
pub(crate) fn lock_down_one(owner_url: &str) -> Result<Lockdown, BootError> {
    close(&mut PgConnection::establish(owner_url)?)
}

fn close(connection: &mut PgConnection) -> Result<Lockdown, BootError> {
    // Signatures are told by their names on the path: the catalog's own and no other.
    connection.batch_execute("set search_path = pg_catalog; set client_min_messages = 'error'")?;
    let who: Who = crate::raw::query(
        "select rolsuper as superuser from pg_roles where rolname = current_user",
    )
    .get_result(connection)?;
    if !who.superuser {
        return Ok(Lockdown::NoRight);
    }
    connection.transaction(|connection| {
        connection.batch_execute(
            "select pg_advisory_xact_lock(hashtextextended('tenantry lockdown', 0))",
        )?;
        let missing: Vec<Missing> = crate::raw::query(MISSING)
            .bind::<Array<Text>, _>(approved())
            .load(connection)?;
        for one in missing {
            connection.batch_execute(&one.statement)?;
        }
        connection.batch_execute(
            "insert into node.console_lockdown (functions) values (app.console_functions())
                 on conflict (whole) do update set functions = excluded.functions, locked_at = excluded.locked_at",
        )
    })?;
    Ok(Lockdown::Done)
}

/// Whether that was done in this database.
pub(crate) fn is_locked_down(connection: &mut PgConnection) -> QueryResult<bool> {
    diesel::select(diesel::dsl::exists(
        console_lockdown::table.select(console_lockdown::whole),
    ))
    .get_result(connection)
}
