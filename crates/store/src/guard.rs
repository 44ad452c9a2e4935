//! The guard: the one way to a tenant's rows. It opens a transaction in the tenant, reads who asks and
//! what they may, and only then hands the transaction to the work. No state outlives the transaction.

mod actor;
mod proof;

use std::marker::PhantomData;
use std::time::Duration;

use chrono::{DateTime, Utc};
use diesel::connection::{AnsiTransactionManager, SimpleConnection, TransactionManager};
use diesel::prelude::*;
use diesel::r2d2::R2D2Connection;
use diesel::sql_types::{Integer, Text, Uuid as SqlUuid};
use domain::{Access, Permission, TenantId};
use uuid::{ContextV7, Uuid};

use crate::places::Place;
use crate::pool::Store;
use crate::scope::TenantScope;
use crate::{Failure, StoreError};

pub use actor::{Actor, Asked, Credential, KeyHolder, Request, SignedInUser, Visitor};
use proof::prove;

/// How often a unit of work is done again when it met a passing conflict.
const TRIES: u32 = 3;

diesel::define_sql_function! {
    /// Fence, epoch, closed or open, search_path, tenant, role; all local to the transaction.
    #[sql_name = "app.enter_tenant"]
    fn enter_tenant(tenant: SqlUuid, epoch: Integer, proof: Text);
}

/// A transaction inside one tenant, proven to hold the access `P`.
pub struct TenantTx<'c, P> {
    connection: &'c mut PgConnection,
    tenant: TenantId,
    place: &'c Place,
    actor: Actor,
    request: Request,
    ids: ContextV7,
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

    /// The database that it is in.
    pub(crate) fn place(&self) -> &Place {
        self.place
    }

    /// Who acts.
    #[must_use]
    pub fn actor(&self) -> &Actor {
        &self.actor
    }

    /// The signed-in person; an error for whoever is none.
    ///
    /// # Errors
    /// [`StoreError::Unauthenticated`] when nobody is signed in, [`StoreError::NoPerson`] for a visitor.
    pub fn user(&self) -> Result<&SignedInUser, StoreError> {
        match &self.actor {
            Actor::User(user) => Ok(user),
            Actor::Visitor(_) => Err(StoreError::NoPerson),
            Actor::Anonymous | Actor::Key(_) | Actor::System(_) => Err(StoreError::Unauthenticated),
        }
    }

    /// Whether whoever acts may do this too, beside what the transaction proved.
    #[must_use]
    pub fn may(&self, permission: Permission) -> bool {
        match &self.actor {
            Actor::User(user) => user.permissions.allow(permission),
            Actor::Visitor(visitor) => visitor.permissions.allow(permission),
            Actor::Key(key) => key.permissions.allow(permission),
            Actor::System(_) => true,
            Actor::Anonymous => false,
        }
    }

    /// The moment of the request.
    #[must_use]
    pub fn now(&self) -> DateTime<Utc> {
        self.request.now
    }

    /// A new identifier: UUIDv7 of the request's moment. Those of one transaction sort as they were made.
    #[must_use]
    pub fn fresh_uuid(&self) -> Uuid {
        fresh_uuid(&self.ids, self.request.now)
    }

    /// When, from where and under which id.
    #[must_use]
    pub fn request(&self) -> &Request {
        &self.request
    }
}

/// A new UUIDv7 of this moment: behind those that the same context made of it before (RFC 9562, 6.2, method 1).
pub(crate) fn fresh_uuid(made: &ContextV7, now: DateTime<Utc>) -> Uuid {
    let seconds = u64::try_from(now.timestamp()).unwrap_or(0);
    Uuid::new_v7(uuid::Timestamp::from_unix(
        made,
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

    /// Enters the tenant, with a proof. The only place that does. The proof is bound and stands in no text: who asks the
    /// server what its sessions do is shown the text.
    fn enter(
        &self,
        connection: &mut PgConnection,
        scope: &TenantScope,
        credential: Credential<'_>,
    ) -> Result<(), StoreError> {
        // The system alone works in a tenant that rests.
        let even_closed = matches!(credential, Credential::System(_));
        let proof = self.context_key.proof(scope.tenant(), even_closed);
        diesel::select(enter_tenant(scope.tenant().uuid(), scope.epoch(), proof))
            .execute(connection)?;
        Ok(())
    }

    fn attempt<P: Access, T, E: Failure>(
        &self,
        scope: &TenantScope,
        credential: Credential<'_>,
        request: &Request,
        work: &mut impl FnMut(&mut TenantTx<'_, P>) -> Result<T, E>,
    ) -> Result<T, E> {
        let mut connection = self.begin_in(scope, &self.begin)?;
        let outcome = self
            .enter(&mut connection, scope, credential)
            .and_then(|()| prove::<P>(&mut connection, scope, credential, request))
            .map_err(E::from)
            .and_then(|actor| {
                let mut tx = TenantTx {
                    connection: &mut connection,
                    tenant: scope.tenant(),
                    place: scope.place(),
                    actor,
                    request: request.clone(),
                    ids: ContextV7::new(),
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

/// A short wait before the next try, spread by the request's own id so that two do not meet again.
fn pause(tried: u32, request: &Request) {
    let spread = u64::from(request.request_id.as_bytes().last().copied().unwrap_or(0)) / 8;
    std::thread::sleep(Duration::from_millis(u64::from(tried) * 10 + spread));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_one_transaction_makes_of_one_moment_sorts_as_it_was_made() {
        let (made, now) = (ContextV7::new(), DateTime::UNIX_EPOCH);
        let ids: Vec<Uuid> = (0..1000).map(|_| fresh_uuid(&made, now)).collect();
        assert!(ids.is_sorted_by(|one, next| one < next));
    }
}
