//! Making a server ready for databases of tenants: the roles that own and serve them, marked as ours.

use std::fmt;

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use domain::NodeId;

use super::probe::probe;
use crate::address::patient;
use crate::boot::{APP_LOGIN, BootError, PLATFORM_LOGIN, VENDOR_LOGIN, set_password};
use crate::placements::CONNECT;
use crate::raw;

/// The passwords of the logins on one server.
#[derive(Clone)]
pub struct Passwords {
    /// Of the login for tenants' work.
    pub app: String,
    /// Of the login for the platform's work.
    pub platform: String,
}

impl fmt::Debug for Passwords {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Passwords")
    }
}

#[derive(QueryableByName)]
struct Role {
    #[diesel(sql_type = diesel::sql_types::Text)]
    name: String,
}

/// Why tenants cannot live on a server.
#[derive(Debug, thiserror::Error)]
pub enum NotReady {
    /// Something about the server.
    #[error("{0}")]
    Trouble(String),
    /// Its roles are those of another Tenantry, or of another server of this one.
    #[error(
        "Another Tenantry works on this server, or it was added here under another name: its roles are there already."
    )]
    Taken,
    /// It does not answer, or refused a statement.
    #[error(transparent)]
    Boot(#[from] BootError),
}

/// Drops the roles of a server on which there is no database of ours any more. Those that something else depends on stay.
pub(super) fn unmake(owner_url: &str, node: NodeId) -> Result<(), BootError> {
    if probe(owner_url)?.mark != Some(node.to_string()) {
        return Ok(());
    }
    let mut connection = PgConnection::establish(&patient(owner_url, CONNECT))?;
    let roles: Vec<Role> = raw::query(
        "select rolname::text as name from pg_catalog.pg_roles where rolname ~ '^tq_[0-9a-f]+$' or rolname in
        ('tnt_app', 'tnt_platform_app', 'tnt_vendor_app', 'tnt_tenant', 'tnt_platform', 'tnt_console', 'tnt_vendor', 'tnt_owner')
        order by rolname = 'tnt_owner'",
    )
    .load(&mut connection)?;
    for Role { name } in roles {
        connection.batch_execute(&format!("drop role {name}"))?;
    }
    Ok(())
}

/// Makes the roles and gives the logins that serve these passwords, and the application's login its own where one is given. Done
/// again, it makes what is missing.
pub(super) fn make_ready(
    owner_url: &str,
    node: NodeId,
    passwords: &Passwords,
    application: Option<&str>,
) -> Result<(), NotReady> {
    let found = probe(owner_url)?;
    if let Some(trouble) = found.trouble() {
        return Err(NotReady::Trouble(trouble));
    }
    let mark = node.to_string();
    if found.has_roles && found.mark.as_ref() != Some(&mark) {
        return Err(NotReady::Taken);
    }
    let mut connection =
        PgConnection::establish(&patient(owner_url, CONNECT)).map_err(BootError::from)?;
    connection
        .transaction(|connection| {
            // The mark comes with the first role: whoever ended in the middle finds its own.
            if !found.has_roles {
                connection.batch_execute(&format!(
                    "create role tnt_owner nologin; comment on role tnt_owner is '{mark}'"
                ))?;
            }
            for login in [APP_LOGIN, PLATFORM_LOGIN, VENDOR_LOGIN] {
                connection.batch_execute(&format!(
                    "do $$ begin if to_regrole('{login}') is null then create role {login} login noinherit; end if; end $$"
                ))?;
            }
            QueryResult::Ok(())
        })
        .map_err(BootError::from)?;
    set_password(owner_url, APP_LOGIN, &passwords.app)?;
    set_password(owner_url, PLATFORM_LOGIN, &passwords.platform)?;
    if let Some(word) = application {
        set_password(owner_url, VENDOR_LOGIN, word)?;
    }
    Ok(())
}
