//! Opening a server, closing it to newcomers, emptying and removing it.

use domain::NodeState;
use domain::staff::ManageNodes;
use serde_json::json;
use store::StaffTx;
use store::nodes::Node;

use super::{HOME_ADDRESS, HOME_STAYS, drawn, prepare, record, takes_more, target};
use crate::VerbError;
use crate::jobs::{self, JobKind, NewJob};
use crate::platform_audit::{self, Action, Entry};

/// Lets new tenants and moves be led there, again.
///
/// # Errors
/// [`VerbError::Conflict`] for one that is not ready, or the database's.
pub fn open(tx: &mut StaffTx<'_, ManageNodes>, name: &str) -> Result<Node, VerbError> {
    turn(tx, name, NodeState::Open, Action::NodeOpened)
}

/// Lets nobody else be led there; whoever lives there stays.
///
/// # Errors
/// [`VerbError::Conflict`] for one that is not ready, or the database's.
pub fn cordon(tx: &mut StaffTx<'_, ManageNodes>, name: &str) -> Result<Node, VerbError> {
    turn(tx, name, NodeState::Cordoned, Action::NodeCordoned)
}

/// Lets nobody else be led there, and asks for moves of those who have databases there to other servers.
///
/// # Errors
/// [`VerbError::Conflict`] for one that is not ready, or where no other server takes databases; or the database's.
pub fn empty(tx: &mut StaffTx<'_, ManageNodes>, name: &str) -> Result<Node, VerbError> {
    let others = tx.nodes()?;
    let others = others.iter().filter(|node| node.name.as_str() != name);
    if !others.into_iter().any(takes_more) {
        return Err(VerbError::Conflict(
            "No other server takes databases. Add or open one first.".to_owned(),
        ));
    }
    let node = turn(tx, name, NodeState::Draining, Action::NodeDrained)?;
    jobs::enqueue_for_platform(tx, &NewJob::now(JobKind::NodesDrain, json!({})))?;
    Ok(node)
}

fn turn(
    tx: &mut StaffTx<'_, ManageNodes>,
    name: &str,
    to: NodeState,
    action: Action,
) -> Result<Node, VerbError> {
    let mut node = tx.lock_node(name)?;
    if node.state == NodeState::New {
        let words = format!("{} is not ready yet.", node.name);
        return Err(VerbError::Conflict(words));
    }
    if node.state != to {
        tx.turn_node(node.id, to)?;
        let after = json!({ "state": to });
        let entry = Entry::done(action, target(&node)).before(json!({ "state": node.state }));
        platform_audit::record(tx, entry.after(after))?;
        node.state = to;
    }
    Ok(node)
}

/// Says how many databases a server may hold.
///
/// # Errors
/// The database's.
pub fn give_room(
    tx: &mut StaffTx<'_, ManageNodes>,
    name: &str,
    room: Option<i32>,
) -> Result<Node, VerbError> {
    let mut node = tx.lock_node(name)?;
    if node.room != room {
        tx.give_node_room(node.id, room)?;
        let entry = Entry::done(Action::NodeChanged, target(&node));
        let entry = entry.before(json!({ "room": node.room }));
        platform_audit::record(tx, entry.after(json!({ "room": room })))?;
        node.room = room;
    }
    Ok(node)
}

/// Writes down another address of a server, after [`try_address`](super::try_address) found it there. Processes go there within half a minute.
///
/// # Errors
/// [`VerbError::Conflict`] for the one with the catalogue, or the database's.
pub fn readdress(
    tx: &mut StaffTx<'_, ManageNodes>,
    name: &str,
    owner_url: &str,
) -> Result<Node, VerbError> {
    let node = tx.lock_node(name)?;
    if node.is_home() {
        return Err(VerbError::Conflict(HOME_ADDRESS.to_owned()));
    }
    match tx.node_passwords(node.id)? {
        Some(passwords) => tx.readdress_node(node.id, owner_url, &passwords)?,
        // Sealed with a secret that is lost: the logins get new ones when the server is made ready anew.
        None => {
            tx.readdress_node(node.id, owner_url, &drawn())?;
            tx.turn_node(node.id, NodeState::New)?;
            prepare(tx, &node)?;
        }
    }
    let after = tx.node(name)?;
    let entry = Entry::done(Action::NodeChanged, target(&node));
    let entry = entry.before(json!({ "address": node.address }));
    platform_audit::record(tx, entry.after(json!({ "address": after.address })))?;
    Ok(after)
}

/// Forgets a server on which there is nothing, and takes the roles from it if it answers.
///
/// # Errors
/// [`VerbError::Conflict`] while there is anything, or for the one with the catalogue; or the database's.
pub fn remove(tx: &mut StaffTx<'_, ManageNodes>, name: &str) -> Result<Node, VerbError> {
    let node = tx.lock_node(name)?;
    if node.is_home() {
        return Err(VerbError::Conflict(HOME_STAYS.to_owned()));
    }
    if node.databases > 0 {
        let words = format!(
            "There are {} databases on {}. Empty it first; the old copies of moves are deleted when their days are over.",
            node.databases, node.name
        );
        return Err(VerbError::Conflict(words));
    }
    // It may be gone for good: then nothing has to be taken from it.
    let roles = match tx.unmake_node(node.id) {
        Ok(()) => "dropped",
        Err(error) => {
            tracing::warn!(node = %node.name, %error, "the roles of a server that was removed stay on it");
            "left"
        }
    };
    tx.forget_node(node.id)?;
    let after = json!({ "address": node.address, "roles": roles });
    record(tx, Action::NodeRemoved, &node, after)?;
    Ok(node)
}
