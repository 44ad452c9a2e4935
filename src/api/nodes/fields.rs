//! A server as programs see it.

use chrono::{DateTime, Utc};
use domain::FieldErrors;
use serde::{Deserialize, Serialize};
use services::nodes::{self, Look, Node};
use utoipa::ToSchema;

/// A server to be added.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewNode {
    /// As it will be called: 2 to 40 small letters, digits and hyphens.
    pub name: String,
    /// The address of whoever makes databases there, as `postgresql://owner:password@db2.example.com:5432/postgres`. It is
    /// kept sealed and never shown again.
    pub address: String,
    /// The most databases that it may hold; as many as come where nothing is said.
    #[schema(minimum = 0, maximum = 10_000)]
    pub room: Option<i64>,
}

/// What changes about a server.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangeNode {
    /// Where it is from now on. It must be the same server.
    pub address: Option<String>,
    /// The most databases that it may hold.
    #[schema(minimum = 0, maximum = 10_000)]
    pub room: Option<i64>,
}

impl std::fmt::Debug for NewNode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("NewNode")
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}

impl std::fmt::Debug for ChangeNode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ChangeNode")
            .field("room", &self.room)
            .finish_non_exhaustive()
    }
}

/// All servers, the one with the catalogue first.
#[derive(Debug, Serialize, ToSchema)]
pub struct Nodes {
    /// The servers.
    pub nodes: Vec<NodeFields>,
}

/// One server.
#[derive(Debug, Serialize, ToSchema)]
pub struct OneNode {
    /// Which.
    pub node: NodeFields,
}

/// A server.
#[derive(Debug, Serialize, ToSchema)]
pub struct NodeFields {
    /// Its name.
    pub name: String,
    /// new (not ready yet), open, cordoned (no new databases) or draining (its databases are moved away).
    pub status: String,
    /// Where it is, without login and password; null for the one that holds the catalogue.
    pub address: Option<String>,
    /// The most databases that it may hold; null for as many as come.
    pub room: Option<i32>,
    /// Databases of tenants there, the old copies of moves among them.
    pub databases: i64,
    /// Tenants that live there. On the one with the catalogue these are all that do not live elsewhere.
    pub tenants: i64,
    /// When it was added.
    pub created_at: DateTime<Utc>,
    /// How it was found last; null until it was looked at.
    pub last_look: Option<LookFields>,
}

/// How a server was found.
#[derive(Debug, Serialize, ToSchema)]
pub struct LookFields {
    /// When.
    pub looked_at: DateTime<Utc>,
    /// Why it could not be used; null where it could.
    pub trouble: Option<String>,
    /// The version of PostgreSQL.
    pub server_version: Option<String>,
    /// Whether the connection was encrypted.
    pub encrypted: Option<bool>,
    /// How long a question took.
    pub answer_ms: Option<f64>,
    /// How far its clock is from the portal's.
    pub clock_apart_ms: Option<i64>,
    /// Connections of everybody.
    pub connections: Option<i32>,
    /// The most there may be.
    pub max_connections: Option<i32>,
    /// What the databases of tenants there take; null where that may not be asked.
    pub bytes: Option<i64>,
}

/// A server that was removed.
#[derive(Debug, Serialize, ToSchema)]
pub struct RemovedNode {
    /// Its name.
    pub node: String,
    /// Always true.
    pub removed: bool,
}

/// A new password of your application's login on a server, shown this once.
#[derive(Serialize, ToSchema)]
pub struct NodePassword {
    /// The server.
    pub node: String,
    /// The login.
    pub login: String,
    /// Its password.
    pub password: String,
}

impl From<Node> for OneNode {
    fn from(node: Node) -> Self {
        Self { node: node.into() }
    }
}

impl From<Node> for NodeFields {
    fn from(node: Node) -> Self {
        Self {
            name: node.name.to_string(),
            status: node.state.to_string(),
            address: node.address,
            room: node.room,
            databases: node.databases,
            tenants: node.tenants,
            created_at: node.created_at,
            last_look: node.look.map(LookFields::from),
        }
    }
}

impl From<Look> for LookFields {
    fn from(look: Look) -> Self {
        let milliseconds = |micros: i64| std::time::Duration::from_micros(micros.unsigned_abs());
        Self {
            looked_at: look.looked_at,
            trouble: look.trouble,
            server_version: look.server_version,
            encrypted: look.encrypted,
            answer_ms: look
                .answer_microseconds
                .map(|micros| milliseconds(micros).as_secs_f64() * 1000.0),
            clock_apart_ms: look.clock_apart_milliseconds,
            connections: look.connections,
            max_connections: look.connections_most,
            bytes: look.bytes,
        }
    }
}

pub(super) fn address(raw: &str) -> Result<String, FieldErrors> {
    nodes::address(raw).map_err(|words| FieldErrors::one("address", words))
}

pub(super) fn room(room: i64) -> Result<Option<i32>, FieldErrors> {
    nodes::room(Some(room)).map_err(|words| FieldErrors::one("room", words))
}
