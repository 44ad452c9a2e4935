//! The guard: the one way to a tenant's rows. It opens a transaction in the tenant, reads who asks and
//! what they may, and only then hands the transaction to the work. No state outlives the transaction.

use std::marker::PhantomData;
use std::net::IpAddr;
use std::time::Duration;

use chrono::{DateTime, Utc};
use diesel::PgConnection;
use diesel::connection::{AnsiTransactionManager, SimpleConnection, TransactionManager};
use diesel::r2d2::R2D2Connection;
use domain::token::TokenHash;
use domain::{Access, KeyId, Needs, Permissions, Role, SessionId, TenantId, UserId};
use uuid::Uuid;

use crate::pool::Store;
use crate::scope::TenantScope;
use crate::{Failure, StoreError};
use crate::{keys, sessions};

/// How often a unit of work is done again when it met a passing conflict.
const TRIES: u32 = 3;

/// Who asks, when and from where: what the audit log says beside the deed.
#[derive(Debug, Clone)]
pub struct Request {
    /// The moment of the request; the only clock a verb has.
    pub now: DateTime<Utc>,
    /// The id that error pages and logs show.
    pub request_id: Uuid,
    /// The client's address, where there is one.
    pub address: Option<IpAddr>,
    /// The browser and system in words: "Firefox on macOS".
    pub device: String,
}

/// What the caller shows at the door.
#[derive(Debug, Clone, Copy)]
pub enum Credential<'a> {
    /// Nothing.
    Anonymous,
    /// The hash of a session token.
    Session(&'a TokenHash),
    /// The hash of an API key.
    Key(&'a TokenHash),
    /// The name of the job or command that runs as the system itself.
    System(&'static str),
}

/// Who acts.
#[derive(Debug, Clone)]
pub enum Actor {
    /// Nobody known.
    Anonymous,
    /// A signed-in person.
    User(Box<SignedInUser>),
    /// A program with a key of the tenant.
    Key(Box<KeyHolder>),
    /// A job or command.
    System(&'static str),
}

/// A signed-in person, as the guard read them in this transaction.
#[derive(Debug, Clone)]
pub struct SignedInUser {
    /// Who.
    pub id: UserId,
    /// On which device.
    pub session: SessionId,
    /// The name as shown.
    pub name: String,
    /// The address as shown.
    pub email: String,
    /// The role held.
    pub role: Role,
    /// The role's name, for custom roles too.
    pub role_name: String,
    /// What the role allows, now.
    pub permissions: Permissions,
    /// The person's own language and region, if they chose one.
    pub locale: Option<String>,
    /// The person's own time zone, if they chose one.
    pub timezone: Option<String>,
    /// The tenant's brand colour.
    pub primary_color: Option<String>,
    /// The tenant's second colour.
    pub secondary_color: Option<String>,
}

/// A key of the tenant, as the guard read it in this transaction.
#[derive(Debug, Clone)]
pub struct KeyHolder {
    /// Which.
    pub id: KeyId,
    /// What it was called.
    pub name: String,
    /// What it may do now: what it was given, within what its maker may do.
    pub permissions: Permissions,
    /// The person who made it; `None` for one that the platform's command line made.
    pub made_by: Option<UserId>,
}

/// A transaction inside one tenant, proven to hold the access `P`.
pub struct TenantTx<'c, P> {
    connection: &'c mut PgConnection,
    tenant: TenantId,
    actor: Actor,
    request: Request,
    access: PhantomData<P>,
}

impl<P> std::fmt::Debug for TenantTx<'_, P> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TenantTx")
            .field("tenant", &self.tenant)
            .field("actor", &self.actor)
            .finish_non_exhaustive()
    }
}

impl<P> TenantTx<'_, P> {
    /// The connection, for this crate's statements.
    pub(crate) fn connection(&mut self) -> &mut PgConnection {
        self.connection
    }

    /// The tenant of this transaction. Every statement carries it beside the policy.
    #[must_use]
    pub fn tenant(&self) -> TenantId {
        self.tenant
    }

    /// Who acts.
    #[must_use]
    pub fn actor(&self) -> &Actor {
        &self.actor
    }

    /// The signed-in person; an error for whoever is none.
    ///
    /// # Errors
    /// [`StoreError::Unauthenticated`] when nobody is signed in.
    pub fn user(&self) -> Result<&SignedInUser, StoreError> {
        match &self.actor {
            Actor::User(user) => Ok(user),
            Actor::Anonymous | Actor::Key(_) | Actor::System(_) => Err(StoreError::Unauthenticated),
        }
    }

    /// The moment of the request.
    #[must_use]
    pub fn now(&self) -> DateTime<Utc> {
        self.request.now
    }

    /// A new identifier: UUIDv7 of the request's moment.
    #[must_use]
    pub fn fresh_uuid(&self) -> Uuid {
        fresh_uuid(self.request.now)
    }

    /// When, from where and under which id.
    #[must_use]
    pub fn request(&self) -> &Request {
        &self.request
    }
}

/// A new UUIDv7 of this moment.
pub(crate) fn fresh_uuid(now: DateTime<Utc>) -> Uuid {
    let seconds = u64::try_from(now.timestamp()).unwrap_or(0);
    Uuid::new_v7(uuid::Timestamp::from_unix(
        uuid::NoContext,
        seconds,
        now.timestamp_subsec_nanos(),
    ))
}

impl Store {
    /// Does `work` in one transaction inside the tenant, after proving the access `P`.
    ///
    /// The work may run more than once: a passing conflict rolls everything back and starts again, so
    /// it must do nothing outside the transaction.
    ///
    /// # Errors
    /// What the work answers, or why it was not begun: no session, no right, no connection, no database.
    pub fn tenant<P: Access, T, E: Failure>(
        &self,
        scope: &TenantScope,
        credential: Credential<'_>,
        request: &Request,
        mut work: impl FnMut(&mut TenantTx<'_, P>) -> Result<T, E>,
    ) -> Result<T, E> {
        let mut tried = 0;
        loop {
            tried += 1;
            match self.attempt(scope, credential, request, &mut work) {
                Err(error) if tried < TRIES && error.store().is_some_and(StoreError::may_pass) => {
                    pause(tried, request)
                }
                outcome => return outcome,
            }
        }
    }

    /// Opens the transaction and enters the tenant, in one message. The only place that does.
    fn entry(&self, scope: &TenantScope) -> String {
        // A UUID and a number of our own: nothing typed by anybody reaches this text.
        format!(
            "{}; SELECT app.enter_tenant('{}', {})",
            self.begin,
            scope.tenant().uuid(),
            scope.epoch()
        )
    }

    fn attempt<P: Access, T, E: Failure>(
        &self,
        scope: &TenantScope,
        credential: Credential<'_>,
        request: &Request,
        work: &mut impl FnMut(&mut TenantTx<'_, P>) -> Result<T, E>,
    ) -> Result<T, E> {
        let mut connection = self.begin_app(&self.entry(scope))?;
        let outcome = prove::<P>(&mut connection, scope, credential, request)
            .map_err(E::from)
            .and_then(|actor| {
                let mut tx = TenantTx {
                    connection: &mut connection,
                    tenant: scope.tenant(),
                    actor,
                    request: request.clone(),
                    access: PhantomData,
                };
                work(&mut tx)
            });
        finish(&mut connection, outcome)
    }
}

/// After a failed begin: the message may have opened a transaction, which Diesel does not know of. A
/// connection that cannot even roll back is marked, so that the pool throws it away.
pub(crate) fn abandon(connection: &mut PgConnection) {
    if connection.batch_execute("ROLLBACK").is_err() {
        AnsiTransactionManager::transaction_manager_status_mut(connection).set_in_error();
    }
}

/// Commits what succeeded, rolls back what did not. A connection that cannot do either, or that holds
/// plans of an older schema, is marked, so that the pool throws it away.
pub(crate) fn finish<T, E: Failure>(
    connection: &mut PgConnection,
    outcome: Result<T, E>,
) -> Result<T, E> {
    match outcome {
        Ok(value) => AnsiTransactionManager::commit_transaction(connection)
            .map(|()| value)
            .map_err(|error| {
                let why = error.to_string();
                match StoreError::from(error) {
                    // The server said no: everything was rolled back and may be done again.
                    refused if !connection.is_broken() => refused.into(),
                    _ => StoreError::Unknown(why).into(),
                }
            }),
        Err(error) => {
            // When the connection is gone there is nothing left to roll back.
            let _ = AnsiTransactionManager::rollback_transaction(connection);
            if matches!(error.store(), Some(StoreError::StalePlan)) {
                AnsiTransactionManager::transaction_manager_status_mut(connection).set_in_error();
            }
            Err(error)
        }
    }
}

fn prove<P: Access>(
    connection: &mut PgConnection,
    scope: &TenantScope,
    credential: Credential<'_>,
    request: &Request,
) -> Result<Actor, StoreError> {
    let actor = match credential {
        Credential::Anonymous => Actor::Anonymous,
        Credential::System(name) => Actor::System(name),
        Credential::Session(token_hash) => {
            sessions::live(connection, scope.tenant(), token_hash, request.now)?
                .map_or(Actor::Anonymous, |user| Actor::User(Box::new(user)))
        }
        Credential::Key(token_hash) => {
            keys::live(connection, scope.tenant(), token_hash, request.now)?
                .map_or(Actor::Anonymous, |key| Actor::Key(Box::new(key)))
        }
    };
    match (P::NEEDS, &actor) {
        (Needs::Nothing, _)
        | (Needs::Session, Actor::User(_))
        | (Needs::System, Actor::System(_)) => Ok(actor),
        (Needs::Permission(permission), Actor::User(user))
            if user.permissions.allow(permission) =>
        {
            Ok(actor)
        }
        (Needs::Permission(permission), Actor::Key(key)) if key.permissions.allow(permission) => {
            Ok(actor)
        }
        (Needs::Permission(permission), Actor::User(_) | Actor::Key(_)) => {
            Err(StoreError::Forbidden(permission))
        }
        // The system does what its job says, with every right but a person's own.
        (Needs::Permission(_), Actor::System(_)) => Ok(actor),
        _ => Err(StoreError::Unauthenticated),
    }
}

/// A short wait before the next try, spread by the request's own id so that two do not meet again.
fn pause(tried: u32, request: &Request) {
    let spread = u64::from(request.request_id.as_bytes().last().copied().unwrap_or(0)) / 8;
    std::thread::sleep(Duration::from_millis(u64::from(tried) * 10 + spread));
}
