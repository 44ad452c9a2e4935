//! Nodes: the servers on which tenants have databases of their own, as they are written down. The first is the one that
//! holds the catalogue, and what is shared.

mod choose;
mod leaving;
mod living;
mod looks;
mod probe;
mod reach;
mod ready;

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use domain::{NodeId, NodeName, NodeState};
use uuid::Uuid;

use crate::catalogue::place::first_node;
use crate::platform::PlatformTx;
use crate::schema::catalogue::{databases, nodes, placements};
use crate::{StoreError, address};

pub(crate) use choose::{alone, choose, node_of, open};
pub use leaving::Leaving;
pub use living::{Leave, Living};
pub use looks::Look;
pub use probe::{Found, probe};
pub(crate) use reach::{Reach, owner_of};
pub use ready::{NotReady, Passwords};

/// A server.
#[derive(Debug, Clone)]
pub struct Node {
    /// Which.
    pub id: NodeId,
    /// As people call it.
    pub name: NodeName,
    /// Whether more databases are led there.
    pub state: NodeState,
    /// Where it is, without login and password; `None` for the one that holds the catalogue.
    pub address: Option<String>,
    /// How many databases it may hold; `None` for as many as come.
    pub room: Option<i32>,
    /// When it was written down.
    pub created_at: DateTime<Utc>,
    /// Tenants that live there. All but those in databases elsewhere live on the first.
    pub tenants: i64,
    /// Databases of tenants' own there, kept copies and those in the making among them.
    pub databases: i64,
    /// How it was found last.
    pub look: Option<Look>,
}

impl Node {
    /// Whether it is the one that holds the catalogue.
    #[must_use]
    pub fn is_home(&self) -> bool {
        self.address.is_none()
    }

    /// How many more databases it may hold; `None` for as many as come.
    #[must_use]
    pub fn left(&self) -> Option<i64> {
        self.room
            .map(|room| (i64::from(room) - self.databases).max(0))
    }
}

/// A server to be written down.
#[derive(Debug, Clone)]
pub struct NewNode<'a> {
    /// As people call it.
    pub name: &'a NodeName,
    /// The address of whoever makes databases there.
    pub owner_url: &'a str,
    /// The passwords of the logins that will serve there.
    pub passwords: &'a Passwords,
    /// How many databases it may hold.
    pub room: Option<i32>,
}

#[derive(Queryable)]
struct Row {
    id: Uuid,
    name: NodeName,
    state: NodeState,
    address: Option<String>,
    room: Option<i32>,
    created_at: DateTime<Utc>,
    tenants: Option<i64>,
    databases: Option<i64>,
}

impl PlatformTx<'_> {
    /// All servers, the one with the catalogue first.
    ///
    /// # Errors
    /// The database's.
    pub fn nodes(&mut self) -> Result<Vec<Node>, StoreError> {
        let now = self.now();
        first_node(self.connection(), now)?;
        let living = placements::table
            .filter(placements::node_id.eq(nodes::id))
            .count()
            .single_value();
        let there = databases::table
            .filter(databases::node_id.eq(nodes::id))
            .count()
            .single_value();
        let rows: Vec<Row> = nodes::table
            .order((nodes::address.is_not_null(), nodes::created_at, nodes::name))
            .select((
                nodes::id,
                nodes::name,
                nodes::state,
                nodes::address,
                nodes::room,
                nodes::created_at,
                living,
                there,
            ))
            .load(self.connection())?;
        let mut looks = self.looks()?;
        let node = |row: Row| Node {
            look: looks.remove(&row.id),
            id: NodeId::from_uuid(row.id),
            name: row.name,
            state: row.state,
            address: row.address,
            room: row.room,
            created_at: row.created_at,
            tenants: row.tenants.unwrap_or(0),
            databases: row.databases.unwrap_or(0),
        };
        Ok(rows.into_iter().map(node).collect())
    }

    /// One of them, by its name.
    ///
    /// # Errors
    /// [`StoreError::NotFound`], or the database's.
    pub fn node(&mut self, name: &str) -> Result<Node, StoreError> {
        let all = self.nodes()?;
        let found = all.into_iter().find(|node| node.name.as_str() == name);
        found.ok_or(StoreError::NotFound)
    }

    /// The same, kept from others until this transaction ends.
    ///
    /// # Errors
    /// [`StoreError::NotFound`], or the database's.
    pub fn lock_node(&mut self, name: &str) -> Result<Node, StoreError> {
        choose::alone(self.connection())?;
        self.node(name)
    }

    /// Writes a server down, as one that is not ready yet; false when another has this name.
    ///
    /// # Errors
    /// The database's.
    pub fn write_node(&mut self, new: &NewNode<'_>) -> Result<bool, StoreError> {
        let (id, now) = (self.fresh_uuid(), self.now());
        let sealed = self.sealed(id, new.owner_url, new.passwords);
        let written = diesel::insert_into(nodes::table)
            .values((
                nodes::id.eq(id),
                nodes::name.eq(new.name),
                nodes::kind.eq("postgres"),
                nodes::created_at.eq(now),
                nodes::state.eq(NodeState::New),
                nodes::room.eq(new.room),
                sealed,
            ))
            .on_conflict_do_nothing()
            .execute(self.connection())?;
        Ok(written > 0)
    }

    /// Writes down where a server is from now on. The logins there keep their passwords.
    ///
    /// # Errors
    /// The database's.
    pub fn readdress_node(
        &mut self,
        id: NodeId,
        owner_url: &str,
        passwords: &Passwords,
    ) -> Result<(), StoreError> {
        let sealed = self.sealed(id.uuid(), owner_url, passwords);
        diesel::update(nodes::table.find(id.uuid()))
            .set(sealed)
            .execute(self.connection())?;
        Ok(())
    }

    /// Turns a server to a state.
    ///
    /// # Errors
    /// The database's.
    pub fn turn_node(&mut self, id: NodeId, state: NodeState) -> Result<(), StoreError> {
        diesel::update(nodes::table.find(id.uuid()))
            .set(nodes::state.eq(state))
            .execute(self.connection())?;
        Ok(())
    }

    /// Says how many databases a server may hold; those that are there stay.
    ///
    /// # Errors
    /// The database's.
    pub fn give_node_room(&mut self, id: NodeId, room: Option<i32>) -> Result<(), StoreError> {
        diesel::update(nodes::table.find(id.uuid()))
            .set(nodes::room.eq(room))
            .execute(self.connection())?;
        Ok(())
    }

    /// Forgets a server on which there is nothing. Nothing is changed on the server itself.
    ///
    /// # Errors
    /// The database's, also while there are databases.
    pub fn forget_node(&mut self, id: NodeId) -> Result<(), StoreError> {
        diesel::delete(nodes::table.find(id.uuid())).execute(self.connection())?;
        Ok(())
    }

    fn sealed(&self, id: Uuid, owner_url: &str, passwords: &Passwords) -> SealedAddresses {
        let key = self.store().seal_key();
        let reach = Reach::of(owner_url, passwords);
        (
            nodes::address.eq(Some(address::shown_place(owner_url))),
            nodes::sealed_owner.eq(Some(key.seal(id, owner_url))),
            nodes::sealed_reach.eq(Some(key.seal(id, &reach.to_text()))),
        )
    }
}

type SealedAddresses = (
    diesel::dsl::Eq<nodes::address, Option<String>>,
    diesel::dsl::Eq<nodes::sealed_owner, Option<Vec<u8>>>,
    diesel::dsl::Eq<nodes::sealed_reach, Option<Vec<u8>>>,
);
