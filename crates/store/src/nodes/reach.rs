//! How a server is reached: by addresses that the catalogue keeps sealed, and that only a process with the secret opens.

use diesel::prelude::*;
use diesel::sql_types::{Binary, Nullable, Text, Uuid as SqlUuid};
use domain::NodeId;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::probe::{Found, probe};
use super::ready::{NotReady, Passwords, make_ready, unmake};
use crate::address::{password_of, with_database, with_login};
use crate::boot::{APP_LOGIN, BootError, PLATFORM_LOGIN};
use crate::guard::finish;
use crate::places::Place;
use crate::platform::PlatformTx;
use crate::pool::Store;
use crate::schema::catalogue::{databases, nodes};
use crate::seal::{SealKey, Sealed};
use crate::{StoreError, raw};

/// The addresses of the logins that serve, in one of the databases.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Reach {
    pub(crate) app: String,
    pub(crate) platform: String,
}

impl Reach {
    pub(super) fn of(owner_url: &str, passwords: &Passwords) -> Self {
        Self {
            app: with_login(owner_url, APP_LOGIN, Some(&passwords.app)),
            platform: with_login(owner_url, PLATFORM_LOGIN, Some(&passwords.platform)),
        }
    }

    pub(super) fn to_text(&self) -> String {
        // Two texts always are JSON.
        serde_json::to_string(self).unwrap_or_default()
    }

    fn open(key: &SealKey, node: Uuid, sealed: &[u8]) -> Result<Self, Sealed> {
        serde_json::from_str(&key.open(node, sealed)?).map_err(|_| Sealed)
    }

    pub(crate) fn at(&self, name: &str) -> Self {
        Self {
            app: with_database(&self.app, name),
            platform: with_database(&self.platform, name),
        }
    }
}

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = Nullable<SqlUuid>)]
    node_id: Option<Uuid>,
    #[diesel(sql_type = Nullable<Binary>)]
    sealed_reach: Option<Vec<u8>>,
}

impl Store {
    /// How a database of a tenant's own is reached, by the logins that serve.
    ///
    /// # Errors
    /// [`StoreError::Away`] for one whose address was sealed with another secret, or the catalogue's.
    pub(crate) fn reach(&self, name: &str) -> Result<Reach, StoreError> {
        let row: Row = self.with_app_connection(|connection| {
            let asked = raw::query("select node_id, sealed_reach from catalogue.reach_of($1)")
                .bind::<Text, _>(name);
            Ok(asked.get_result(connection)?)
        })?;
        match (row.node_id, row.sealed_reach) {
            (Some(node), Some(sealed)) => Reach::open(&self.seal, node, &sealed)
                .map(|reach| reach.at(name))
                .map_err(|error| StoreError::Away(format!("its address cannot be read: {error}"))),
            _ => Ok(self.home_reach.at(name)),
        }
    }

    /// The address of the database that a place is, as another login, without a password; for others to read.
    ///
    /// # Errors
    /// As the reaching of any.
    pub fn shown_reach(&self, place: &Place, login: &str) -> Result<Option<String>, StoreError> {
        let Some(name) = place.name() else {
            return Ok(None);
        };
        let reach = self.reach(name)?;
        Ok((reach != self.home_reach.at(name)).then(|| crate::address::shown(&reach.app, login)))
    }

    pub(crate) fn seal_key(&self) -> &SealKey {
        &self.seal
    }

    /// Looks at a server that is written down. The one with the catalogue is looked at where its owner's address is known.
    ///
    /// # Errors
    /// No connection, or an address that was sealed with another secret.
    pub fn look_at(&self, node: NodeId) -> Result<Found, BootError> {
        let sealed = self.as_platform(|connection| sealed_of(connection, node))?;
        probe(&sealed.owner(self, node)?)
    }

    /// Makes a server that is written down ready for databases of tenants.
    ///
    /// # Errors
    /// See [`NotReady`].
    pub fn make_ready(&self, node: NodeId) -> Result<(), NotReady> {
        let sealed = self.as_platform(|connection| sealed_of(connection, node))?;
        sealed.make_ready(self, node, None)
    }

    /// The address of whoever makes databases on the server of this one, where this process may make any.
    pub(crate) fn maintenance_at(&self, name: &str) -> Result<Option<String>, BootError> {
        let Some(owner) = self.owner.as_deref() else {
            return Ok(None);
        };
        let found = self.as_platform(|connection| sealed_owner(connection, name))?;
        opened(found, &self.seal, owner).map(Some)
    }

    /// One question of the platform's role.
    fn as_platform<T>(
        &self,
        ask: impl FnOnce(&mut PgConnection) -> QueryResult<T>,
    ) -> Result<T, BootError> {
        let asked = || -> Result<T, StoreError> {
            let mut connection = self.begin_platform_at(&Place::Home)?;
            let outcome = ask(&mut connection).map_err(StoreError::from);
            finish(&mut connection, outcome)
        };
        asked().map_err(|error| BootError::Connect(error.to_string()))
    }
}

impl PlatformTx<'_> {
    /// The passwords of the logins that serve on a server; `None` where they were sealed with another secret.
    ///
    /// # Errors
    /// The database's.
    pub fn node_passwords(&mut self, node: NodeId) -> Result<Option<Passwords>, StoreError> {
        let sealed = sealed_of(self.connection(), node)?;
        Ok(sealed.passwords(&self.store().seal, node))
    }

    /// Looks at a server that is written down, as [`Store::look_at`].
    ///
    /// # Errors
    /// As there.
    pub fn look_at_node(&mut self, node: NodeId) -> Result<Found, BootError> {
        let sealed = sealed_of(self.connection(), node)?;
        probe(&sealed.owner(self.store(), node)?)
    }

    /// Takes from a server what was made there when it was made ready.
    ///
    /// # Errors
    /// No connection, or a role that something else depends on: what is left stays.
    pub fn unmake_node(&mut self, node: NodeId) -> Result<(), BootError> {
        let sealed = sealed_of(self.connection(), node)?;
        unmake(&sealed.owner(self.store(), node)?, node)
    }

    /// Gives the application's login on a server this password, and makes there what is missing.
    ///
    /// # Errors
    /// See [`NotReady`].
    pub fn set_application_password(&mut self, node: NodeId, word: &str) -> Result<(), NotReady> {
        let sealed = sealed_of(self.connection(), node).map_err(BootError::from)?;
        sealed.make_ready(self.store(), node, Some(word))
    }
}

/// What the catalogue has of a server's addresses.
#[derive(Queryable)]
struct SealedOf {
    owner: Option<Vec<u8>>,
    reach: Option<Vec<u8>>,
}

fn sealed_of(connection: &mut PgConnection, node: NodeId) -> QueryResult<SealedOf> {
    nodes::table
        .find(node.uuid())
        .select((nodes::sealed_owner, nodes::sealed_reach))
        .first(connection)
}

impl SealedOf {
    /// The address of whoever makes databases there.
    fn owner(&self, store: &Store, node: NodeId) -> Result<String, BootError> {
        match &self.owner {
            Some(sealed) => store
                .seal
                .open(node.uuid(), sealed)
                .map_err(|_| BootError::Sealed),
            None => store.owner.as_deref().map(str::to_owned).ok_or_else(|| {
                BootError::Connect("the address of its owner is not configured".to_owned())
            }),
        }
    }

    fn passwords(&self, key: &SealKey, node: NodeId) -> Option<Passwords> {
        let reach = Reach::open(key, node.uuid(), self.reach.as_deref()?).ok()?;
        let (app, platform) = (password_of(&reach.app), password_of(&reach.platform));
        app.zip(platform)
            .map(|(app, platform)| Passwords { app, platform })
    }

    fn make_ready(
        &self,
        store: &Store,
        node: NodeId,
        application: Option<&str>,
    ) -> Result<(), NotReady> {
        let passwords = self.passwords(&store.seal, node).ok_or(BootError::Sealed)?;
        make_ready(&self.owner(store, node)?, node, &passwords, application)
    }
}

type SealedOwner = Option<(Uuid, Option<Vec<u8>>)>;

fn sealed_owner(connection: &mut PgConnection, name: &str) -> QueryResult<SealedOwner> {
    databases::table
        .inner_join(nodes::table)
        .filter(databases::name.eq(name))
        .select((nodes::id, nodes::sealed_owner))
        .first(connection)
        .optional()
}

fn opened(found: SealedOwner, key: &SealKey, home: &str) -> Result<String, BootError> {
    match found {
        Some((node, Some(sealed))) => key.open(node, &sealed).map_err(|_| BootError::Sealed),
        _ => Ok(home.to_owned()),
    }
}

/// The address of whoever makes databases on the server of this one: `home`, or what the catalogue has sealed.
pub(crate) fn owner_of(
    connection: &mut PgConnection,
    name: &str,
    key: Option<&SealKey>,
    home: &str,
) -> Result<String, BootError> {
    match (sealed_owner(connection, name)?, key) {
        (Some((_, Some(_))), None) => Err(BootError::Sealed),
        (found, Some(key)) => opened(found, key, home),
        (_, None) => Ok(home.to_owned()),
    }
}
