//! One server with who lives there and how far its emptying is, and servers as others choose or name them: for pages.

use std::collections::HashMap;

use domain::{NodeId, NodeName, NodeState};
use serde_json::json;
use store::nodes::{Living, Node};
use store::{PlatformTx, StoreError};

use super::takes_more;
use crate::jobs::JobKind;
use crate::platform_audit::Action;

/// How many tenants of a server are listed.
const LISTED: i64 = 50;

/// What the servers are called.
pub type Names = HashMap<NodeId, NodeName>;

/// What the page of a server shows.
#[derive(Debug)]
pub struct Whole {
    /// The server.
    pub node: Node,
    /// Who lives in a database there, by their names; the first of them.
    pub living: Vec<Living>,
    /// How many live so.
    pub all: i64,
    /// Old copies of moves that are kept there.
    pub copies: i64,
    /// The other servers that take databases.
    pub others: Vec<Node>,
    /// Whether it is being made ready.
    pub prepares: bool,
    /// How many left since it began to be emptied, while it is.
    pub left: Option<i64>,
}

/// The server of this name with all of that.
///
/// # Errors
/// [`StoreError::NotFound`], or the database's.
pub fn whole(tx: &mut PlatformTx<'_>, name: &str) -> Result<Whole, StoreError> {
    let mut others = tx.nodes()?;
    let at = others.iter().position(|node| node.name.as_str() == name);
    let node = others.remove(at.ok_or(StoreError::NotFound)?);
    others.retain(takes_more);
    let (living, all) = tx.living_on(node.id, LISTED)?;
    Ok(Whole {
        living,
        all,
        copies: tx.copies_on(node.id)?,
        others,
        prepares: node.state == NodeState::New
            && tx.works_on(JobKind::NodeReady.key(), &json!({ "node": node.name }))?,
        left: match node.state {
            NodeState::Draining => tx.left_since(node.id, Action::NodeDrained.key())?,
            _ => None,
        },
        node,
    })
}

/// The servers that take databases.
///
/// # Errors
/// The database's.
pub fn taking(tx: &mut PlatformTx<'_>) -> Result<Vec<Node>, StoreError> {
    let mut all = tx.nodes()?;
    all.retain(takes_more);
    Ok(all)
}

/// What the servers are called, where there are several; where there is one, nothing is said of it.
///
/// # Errors
/// The database's.
pub fn names(tx: &mut PlatformTx<'_>) -> Result<Names, StoreError> {
    let mut names = tx.node_names()?;
    if names.len() < 2 {
        names.clear();
    }
    Ok(names)
}
