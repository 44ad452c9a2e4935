//! The guard of staff and platform keys: transactions of the platform that first prove who asks and what
//! they may. Their rows are in the files beside this; a tenant's rows are out of reach from here.

pub mod credentials;
pub mod devices;
pub mod entries;
pub mod links;
pub mod log;
pub mod people;
pub mod sessions;
pub mod sweep;
pub mod throttles;

use std::marker::PhantomData;
use std::ops::{Deref, DerefMut};

use chrono::{DateTime, TimeDelta, Utc};
use diesel::prelude::*;
use domain::staff::{StaffAccess, StaffNeeds, StaffPermissions, StaffRole};
use domain::{KeyId, SessionId, StaffId, TokenHash};
use uuid::Uuid;

use crate::guard::{Request, finish};
use crate::places::Place;
use crate::platform::PlatformTx;
use crate::platform_keys;
use crate::pool::Store;
use crate::schema::catalogue::{staff, staff_sessions};
use crate::{Failure, StoreError};

/// A session is written "seen" at most once in this time.
const SEEN_EVERY: TimeDelta = TimeDelta::seconds(60);

/// What is shown at the platform's door.
#[derive(Debug, Clone, Copy)]
pub enum StaffCredential<'a> {
    /// Nothing.
    Anonymous,
    /// The hash of a session token of staff.
    Session(&'a TokenHash),
    /// The hash of a platform key.
    Key(&'a TokenHash),
    /// The name of the job or command that runs as the system itself.
    System(&'static str),
}

/// Who acts on the platform.
#[derive(Debug, Clone)]
pub enum StaffActor {
    /// Nobody known.
    Anonymous,
    /// Somebody of the staff.
    Staff(Box<SignedInStaff>),
    /// A platform key.
    Key(Box<PlatformKey>),
    /// A job or command.
    System(&'static str),
}

/// Somebody of the staff, as the guard read them in this transaction.
#[derive(Debug, Clone)]
pub struct SignedInStaff {
    /// Who.
    pub id: StaffId,
    /// On which device.
    pub session: SessionId,
    /// The name as shown.
    pub name: String,
    /// The address as shown.
    pub email: String,
    /// The role held.
    pub role: StaffRole,
    /// How dates and numbers are written for them, if they chose.
    pub locale: Option<String>,
    /// Their time zone, if they chose one.
    pub timezone: Option<String>,
}

/// A platform key, as the guard read it in this transaction.
#[derive(Debug, Clone)]
pub struct PlatformKey {
    /// Which.
    pub id: KeyId,
    /// What it was called.
    pub name: String,
    /// What it may do now: what it was given, within what its maker may do.
    pub permissions: StaffPermissions,
    /// Who made it; `None` for one that the command line made.
    pub made_by: Option<StaffId>,
}

/// A transaction of the platform, proven to hold the access `P`. What [`PlatformTx`] can do, it can.
pub struct StaffTx<'c, P> {
    platform: PlatformTx<'c>,
    actor: StaffActor,
    request: Request,
    access: PhantomData<P>,
}

impl<P> std::fmt::Debug for StaffTx<'_, P> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("StaffTx")
            .field("actor", &self.actor)
            .finish_non_exhaustive()
    }
}

impl<'c, P> Deref for StaffTx<'c, P> {
    type Target = PlatformTx<'c>;

    fn deref(&self) -> &Self::Target {
        &self.platform
    }
}

impl<P> DerefMut for StaffTx<'_, P> {
    fn deref_mut(&mut self) -> &mut Self::Target {
        &mut self.platform
    }
}

impl<P> StaffTx<'_, P> {
    /// Who acts.
    #[must_use]
    pub fn actor(&self) -> &StaffActor {
        &self.actor
    }

    /// The signed-in person; an error for whoever is none.
    ///
    /// # Errors
    /// [`StoreError::Unauthenticated`] when nobody is signed in.
    pub fn staff(&self) -> Result<&SignedInStaff, StoreError> {
        match &self.actor {
            StaffActor::Staff(staff) => Ok(staff),
            _ => Err(StoreError::Unauthenticated),
        }
    }

    /// When, from where and under which id.
    #[must_use]
    pub fn request(&self) -> &Request {
        &self.request
    }
}

impl Store {
    /// Does `work` in one transaction of the platform, after proving the access `P`. It may run more than
    /// once: a passing conflict rolls everything back and starts again.
    ///
    /// # Errors
    /// What the work answers, or why it was not begun: no session, no right, no connection, no database.
    pub fn staff<P: StaffAccess, T, E: Failure>(
        &self,
        credential: StaffCredential<'_>,
        request: &Request,
        mut work: impl FnMut(&mut StaffTx<'_, P>) -> Result<T, E>,
    ) -> Result<T, E> {
        let mut again = true;
        loop {
            match self.staff_once::<P, T, E>(credential, request, &mut work) {
                Err(error) if again && error.store().is_some_and(StoreError::may_pass) => {
                    again = false;
                }
                outcome => return outcome,
            }
        }
    }

    fn staff_once<P: StaffAccess, T, E: Failure>(
        &self,
        credential: StaffCredential<'_>,
        request: &Request,
        work: &mut impl FnMut(&mut StaffTx<'_, P>) -> Result<T, E>,
    ) -> Result<T, E> {
        let mut connection = self.begin_platform_at(&Place::Home)?;
        let outcome = prove::<P>(&mut connection, credential, request)
            .map_err(E::from)
            .and_then(|actor| {
                work(&mut StaffTx {
                    platform: PlatformTx::on(&mut connection, self, Place::Home, request.now),
                    actor,
                    request: request.clone(),
                    access: PhantomData,
                })
            });
        finish(&mut connection, outcome)
    }
}

fn prove<P: StaffAccess>(
    connection: &mut PgConnection,
    credential: StaffCredential<'_>,
    request: &Request,
) -> Result<StaffActor, StoreError> {
    let actor = match credential {
        StaffCredential::Anonymous => StaffActor::Anonymous,
        StaffCredential::System(name) => StaffActor::System(name),
        StaffCredential::Session(hash) => live(connection, hash, request.now)?
            .map_or(StaffActor::Anonymous, |staff| {
                StaffActor::Staff(Box::new(staff))
            }),
        StaffCredential::Key(hash) => platform_keys::live(connection, hash, request.now)?
            .map_or(StaffActor::Anonymous, |key| StaffActor::Key(Box::new(key))),
    };
    let held = match &actor {
        StaffActor::Staff(staff) => staff.role.permissions(),
        StaffActor::Key(key) => key.permissions.clone(),
        StaffActor::Anonymous | StaffActor::System(_) => StaffPermissions::default(),
    };
    match (P::NEEDS, &actor) {
        (StaffNeeds::Nothing, _)
        | (StaffNeeds::Session, StaffActor::Staff(_))
        | (StaffNeeds::Permission(_), StaffActor::System(_)) => Ok(actor),
        (StaffNeeds::Permission(permission), StaffActor::Staff(_) | StaffActor::Key(_)) => {
            if held.allow(permission) {
                Ok(actor)
            } else {
                Err(StoreError::StaffForbidden(permission))
            }
        }
        _ => Err(StoreError::Unauthenticated),
    }
}

/// The person of a live session of active staff. One query.
fn live(
    connection: &mut PgConnection,
    hash: &TokenHash,
    now: DateTime<Utc>,
) -> Result<Option<SignedInStaff>, StoreError> {
    type Row = (
        (Uuid, DateTime<Utc>, DateTime<Utc>),
        (
            Uuid,
            String,
            String,
            StaffRole,
            Option<String>,
            Option<String>,
        ),
    );
    let row: Option<Row> = staff_sessions::table
        .inner_join(staff::table)
        .filter(staff_sessions::token_hash.eq(hash))
        .filter(staff_sessions::expires_at.gt(now))
        .filter(staff_sessions::idle_expires_at.gt(now))
        .filter(staff::status.eq("active"))
        .select((
            (
                staff_sessions::id,
                staff_sessions::last_seen_at,
                staff_sessions::idle_expires_at,
            ),
            (
                staff::id,
                staff::name,
                staff::email,
                staff::role,
                staff::locale,
                staff::timezone,
            ),
        ))
        .first(connection)
        .optional()?;
    let Some(((session, seen, idle_until), (id, name, email, role, locale, timezone))) = row else {
        return Ok(None);
    };
    if now - seen >= SEEN_EVERY {
        diesel::update(staff_sessions::table.filter(staff_sessions::id.eq(session)))
            .set((
                staff_sessions::last_seen_at.eq(now),
                staff_sessions::idle_expires_at.eq(now + (idle_until - seen)),
            ))
            .execute(connection)?;
    }
    Ok(Some(SignedInStaff {
        id: StaffId::from_uuid(id),
        session: SessionId::from_uuid(session),
        name,
        email,
        role,
        locale,
        timezone,
    }))
}
