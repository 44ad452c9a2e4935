//! A tenant's own login: made by the owner on first use, made anew when the tenant has moved or the operator's key has changed.
//! Its password is computed and kept nowhere.

use std::time::Duration;

use data_encoding::HEXLOWER;
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::{Bool, Text, Uuid as SqlUuid};
use domain::TenantId;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use uuid::Uuid;

use super::place::ConsolePlace;
use crate::NoSchema;
use crate::address::{patient, with_login, without_tls};
use crate::boot::BootError;
use crate::boot::password::verifier;
use crate::pool::Store;
use crate::raw;
use crate::schema::node::{console_logins, placements};
use crate::scope::TenantScope;

/// How long making a login waits for a server that does not answer.
const CONNECT: Duration = Duration::from_secs(5);

/// What holds for each session of a login. It cannot change them: a question is one SELECT, and `set_config` is closed to it.
const MANNERS: &str = "\
    alter role $role set default_transaction_read_only = on; \
    alter role $role set statement_timeout = '60s'; \
    alter role $role set lock_timeout = '500ms'; \
    alter role $role set idle_in_transaction_session_timeout = '5s'; \
    alter role $role set client_connection_check_interval = '1s'; \
    alter role $role set max_parallel_workers_per_gather = 0; \
    alter role $role set work_mem = '4MB'; \
    alter role $role set hash_mem_multiplier = 1; \
    alter role $role set jit = off; \
    alter role $role set lc_messages = 'C'";

/// The same, of what only a superuser sets.
const SUPERUSERS: [&str; 3] = [
    "alter role $role set temp_file_limit = '64MB'",
    "alter role $role set log_statement = 'none'",
    "alter role $role set log_min_error_statement = 'panic'",
];

/// The key of which passwords of the console's logins are made.
#[derive(Clone)]
pub struct ConsoleKey(Vec<u8>);

impl std::fmt::Debug for ConsoleKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ConsoleKey")
    }
}

impl ConsoleKey {
    /// The operator's secret.
    #[must_use]
    pub fn new(secret: &[u8]) -> Self {
        Self(secret.to_vec())
    }

    fn password(&self, tenant: TenantId, epoch: i32) -> String {
        self.made_of(&format!("console login {} {epoch}", tenant.uuid()))
    }

    /// By which a key is told from another one, and nothing else is known of it.
    fn mark(&self) -> String {
        self.made_of("console mark").chars().take(16).collect()
    }

    fn made_of(&self, words: &str) -> String {
        // HMAC takes keys of every length: this cannot fail.
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&self.0) else {
            return String::new();
        };
        mac.update(words.as_bytes());
        HEXLOWER.encode(&mac.finalize().into_bytes())
    }
}

/// A way in, for one tenant.
#[derive(Debug, Clone)]
pub struct Login {
    pub(super) role: String,
    pub(super) address: String,
    pub(super) schema: String,
}

/// Why a tenant has no console.
#[derive(Debug, thiserror::Error)]
pub enum NoConsole {
    /// This process does not know the owner's address, or nobody does.
    #[error(transparent)]
    NoSchema(#[from] NoSchema),
    /// The owner's address asks for TLS, which the console's driver does not speak.
    #[error("the address of the database's owner asks for TLS, which the console does not speak")]
    Tls,
    /// The tenant is somewhere else.
    #[error("the tenant has no place here")]
    NoPlace,
    /// A statement failed, or there is no connection.
    #[error(transparent)]
    Boot(#[from] BootError),
}

impl From<diesel::result::Error> for NoConsole {
    fn from(error: diesel::result::Error) -> Self {
        Self::Boot(error.into())
    }
}

#[derive(QueryableByName)]
struct Yes {
    #[diesel(sql_type = Bool)]
    yes: bool,
}

impl Store {
    /// The tenant's login, made now where there is none that serves.
    ///
    /// # Errors
    /// See [`NoConsole`].
    pub fn console_login(
        &self,
        key: &ConsoleKey,
        scope: &TenantScope,
        place: &ConsolePlace,
    ) -> Result<Login, NoConsole> {
        let tenant = scope.tenant();
        let owner = self.owner_url_at(scope.place())?;
        let plain = without_tls(&owner).ok_or(NoConsole::Tls)?;
        let login = |role: &str, epoch: i32, schema: &str| Login {
            role: role.to_owned(),
            address: with_login(&plain, role, Some(&key.password(tenant, epoch))),
            schema: schema.to_owned(),
        };
        let serves = place.open_schema.as_ref() == Some(&place.schema_name)
            && place.key_mark == Some(key.mark());
        if let (true, Some(role), Some(epoch)) = (serves, &place.role_name, place.epoch) {
            return Ok(login(role, epoch, &place.schema_name));
        }
        let mut connection =
            PgConnection::establish(&patient(&owner, CONNECT)).map_err(BootError::from)?;
        connection.batch_execute("set lock_timeout = '10s'; set client_min_messages = 'error'")?;
        let made = connection.transaction(|connection| make(connection, key, tenant))?;
        Ok(login(&made.role_name, made.epoch, &made.schema_name))
    }
}

#[derive(Queryable)]
struct Kept {
    role_name: String,
    schema_name: String,
    epoch: i32,
    key_mark: String,
}

/// Of two who come at once one makes it, and the other finds it.
fn make(
    connection: &mut PgConnection,
    key: &ConsoleKey,
    tenant: TenantId,
) -> Result<Kept, NoConsole> {
    let lock = "select pg_advisory_xact_lock(hashtextextended('tenantry console ' || $1::text, 0))";
    raw::query(lock)
        .bind::<SqlUuid, _>(tenant.uuid())
        .execute(connection)?;
    connection.batch_execute("set local role tnt_owner")?;
    let schema: Option<String> = placements::table
        .find(tenant.uuid())
        .select(placements::schema_name)
        .first(connection)
        .optional()?;
    let schema = schema.ok_or(NoConsole::NoPlace)?;
    let kept: Option<Kept> = console_logins::table
        .find(tenant.uuid())
        .select((
            console_logins::role_name,
            console_logins::schema_name,
            console_logins::epoch,
            console_logins::key_mark,
        ))
        .first(connection)
        .optional()?;
    let kept = match kept {
        Some(kept) if kept.schema_name == schema && kept.key_mark == key.mark() => return Ok(kept),
        Some(kept) => kept,
        None => Kept {
            role_name: format!("tq_{}", Uuid::new_v4().simple()),
            schema_name: schema.clone(),
            epoch: 0,
            key_mark: String::new(),
        },
    };
    let epoch = kept.epoch + 1;
    let made = Kept {
        role_name: kept.role_name,
        schema_name: schema,
        epoch,
        key_mark: key.mark(),
    };
    connection.batch_execute("reset role")?;
    dress(connection, &made.role_name, &key.password(tenant, epoch))?;
    connection.batch_execute("set local role tnt_owner")?;
    open(connection, &made, &kept.schema_name)?;
    let row = (
        console_logins::role_name.eq(&made.role_name),
        console_logins::schema_name.eq(&made.schema_name),
        console_logins::epoch.eq(made.epoch),
        console_logins::key_mark.eq(&made.key_mark),
    );
    diesel::insert_into(console_logins::table)
        .values((console_logins::tenant_id.eq(tenant.uuid()), row))
        .on_conflict(console_logins::tenant_id)
        .do_update()
        .set((row, console_logins::made_at.eq(diesel::dsl::now)))
        .execute(connection)?;
    Ok(made)
}

/// Gives the role its password and its manners. The name is one of ours, and a verifier holds no quote.
fn dress(connection: &mut PgConnection, role: &str, password: &str) -> QueryResult<()> {
    let there: Yes = raw::query("select to_regrole($1) is not null as yes")
        .bind::<Text, _>(role)
        .get_result(connection)?;
    let verb = if there.yes { "alter" } else { "create" };
    let verifier = verifier(password.as_bytes(), Uuid::new_v4().as_bytes());
    connection.batch_execute(&format!(
        "{verb} role {role} login inherit nosuperuser nocreatedb nocreaterole noreplication nobypassrls connection limit 2 \
         password '{verifier}'; grant tnt_console to {role}; {}",
        MANNERS.replace("$role", role)
    ))?;
    let superuser: Yes =
        raw::query("select rolsuper as yes from pg_catalog.pg_roles where rolname = current_user")
            .get_result(connection)?;
    if superuser.yes {
        for manner in SUPERUSERS {
            connection.batch_execute(&manner.replace("$role", role))?;
        }
    } else {
        // Whoever ends a run that does not listen must be one of its role.
        connection.batch_execute(&format!("grant {role} to current_user"))?;
    }
    Ok(())
}

/// Opens the schema in which the tenant lives, and closes the one in which it lived.
fn open(connection: &mut PgConnection, made: &Kept, before: &str) -> QueryResult<()> {
    let there: Yes = raw::query("select to_regnamespace($1) is not null as yes")
        .bind::<Text, _>(before)
        .get_result(connection)?;
    if there.yes && before != made.schema_name {
        connection.batch_execute(&format!(
            "revoke usage on schema {before} from {}",
            made.role_name
        ))?;
    }
    connection.batch_execute(&format!(
        "grant usage on schema {} to {}",
        made.schema_name, made.role_name
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_of_one_key_one_tenant_and_one_epoch() {
        let (key, other) = (ConsoleKey::new(b"one"), ConsoleKey::new(b"other"));
        let (acme, globex) = (
            TenantId::from_uuid(Uuid::from_u128(1)),
            TenantId::from_uuid(Uuid::from_u128(2)),
        );
        let password = key.password(acme, 1);
        assert_eq!(password, key.password(acme, 1));
        for another in [
            key.password(acme, 2),
            key.password(globex, 1),
            other.password(acme, 1),
        ] {
            assert_ne!(password, another);
        }
        assert_ne!(key.mark(), other.mark());
        assert!(!password.starts_with(&key.mark()));
    }
}
