//! `GET /nodes`: the servers that tenants' own databases are on, and how each was found last.

pub mod address;
pub mod deeds;
pub mod drain;
mod facts;
mod living;
pub mod new;
pub mod one;
pub mod password;
pub mod removal;
pub mod room;
mod typed;

use actix_web::HttpResponse;
use askama::Template;
use domain::NodeState;
use domain::staff::{ReadNodes, StaffPermission};
use services::nodes::{self, Node};

use super::shell::{StaffPlace, StaffShell};
use crate::platform::Platform;
use crate::problem::Problem;
use crate::web::answer;
use crate::web::chart::Meter;
use crate::web::format::{Format, plural};

#[derive(Template)]
#[template(path = "platform/nodes/list.html")]
struct Page {
    rows: Vec<Row>,
    alone: bool,
    manages: bool,
    adds: bool,
    shell: StaffShell,
}

struct Row {
    name: String,
    place: String,
    word: &'static str,
    tone: &'static str,
    tenants: String,
    databases: String,
    /// Both in words, where there is no room for columns.
    counts: String,
    meter: Option<Meter>,
    size: String,
    connections: String,
    looked: Looked,
}

/// When a server was looked at last, and what was wrong with it.
struct Looked {
    told: String,
    full: String,
    machine: String,
    trouble: String,
}

/// `GET /nodes`
///
/// # Errors
/// Not signed in, not allowed, or no database.
pub async fn list(platform: Platform<ReadNodes>) -> Result<HttpResponse, Problem> {
    let (all, shell) = platform.page(StaffPlace::Nodes, nodes::list).await?;
    let manages = shell.may(StaffPermission::ManageNodes);
    answer::page(&Page {
        rows: all
            .iter()
            .map(|node| Row::of(node, &shell.format))
            .collect(),
        alone: all.len() < 2,
        manages,
        adds: manages && platform.app().store.makes_schemas(),
        shell,
    })
}

impl Row {
    fn of(node: &Node, format: &Format) -> Self {
        let look = node.look.as_ref();
        Self {
            name: node.name.to_string(),
            place: place(node),
            word: node.state.words(),
            tone: tone(node.state),
            tenants: format.count(node.tenants),
            databases: format.count(node.databases),
            counts: counts(node, format),
            meter: meter(node, format),
            size: look
                .and_then(|look| look.bytes)
                .map_or_else(|| "–".to_owned(), |bytes| format.bytes(bytes)),
            connections: look
                .and_then(|look| look.connections.zip(look.connections_most))
                .map_or_else(|| "–".to_owned(), |(now, most)| of(now, most, format)),
            looked: Looked::of(node, format),
        }
    }
}

impl Looked {
    fn of(node: &Node, format: &Format) -> Self {
        let look = node.look.as_ref();
        let at = look.map(|look| look.looked_at);
        Self {
            told: format.relative_or_never(at),
            full: at.map(|at| format.utc(at)).unwrap_or_default(),
            machine: at.map(|at| format.machine(at)).unwrap_or_default(),
            trouble: look
                .and_then(|look| look.trouble.clone())
                .unwrap_or_default(),
        }
    }
}

/// Where a server is, in words.
fn place(node: &Node) -> String {
    let with_catalogue = || "With the catalogue".to_owned();
    node.address.clone().unwrap_or_else(with_catalogue)
}

/// The tone of its dot.
const fn tone(state: NodeState) -> &'static str {
    match state {
        NodeState::New => "info",
        NodeState::Open => "ok",
        NodeState::Cordoned => "",
        NodeState::Draining => "warn",
    }
}

/// Its databases of those that it may hold, where that is said.
fn meter(node: &Node, format: &Format) -> Option<Meter> {
    let room = u32::try_from(node.room?).ok()?;
    let databases = u32::try_from(node.databases).ok()?;
    Some(Meter::new("Databases", databases, room, format))
}

/// `3 tenants · 1 of 5 databases`
fn counts(node: &Node, format: &Format) -> String {
    let tenants = plural(node.tenants, "tenant", "tenants");
    let databases = match node.room {
        Some(room) => format!(
            "{} of {} databases",
            format.count(node.databases),
            format.count(room)
        ),
        None => format!(
            "{} {}",
            format.count(node.databases),
            plural(node.databases, "database", "databases")
        ),
    };
    format!("{} {tenants} · {databases}", format.count(node.tenants))
}

/// `12 of 100`
fn of(some: i32, all: i32, format: &Format) -> String {
    format!("{} of {}", format.count(some), format.count(all))
}

/// The page of a server.
fn page_of(name: impl std::fmt::Display) -> String {
    format!("/nodes/{name}")
}
