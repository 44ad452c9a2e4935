//! The servers that tenants' own databases are on: added, opened and closed to newcomers, emptied, removed. What has to be
//! done on a server itself is done by jobs, in `work`; what must be known at once is asked of it beforehand.

mod deeds;
mod whole;
mod wish;
mod work;

use domain::staff::{ManageNodes, ReadNodes};
use domain::{FieldErrors, NodeId, NodeState};
use serde_json::json;
pub use store::nodes::{Found, Leave, Living, Look, Node};
use store::nodes::{NewNode, NotReady, Passwords, probe};
use store::{PlatformTx, StaffTx, Store, StoreError};

use crate::boot::BootError;
use crate::jobs::{self, JobKind, NewJob};
use crate::platform_audit::{self, Action, Entry, Target, TargetKind};
use crate::{VerbError, tokens};

pub use deeds::{cordon, empty, give_room, open, readdress, remove};
pub use whole::{Names, Whole, names, taking, whole};
pub use wish::{Wish, address, room};
pub(crate) use work::{drain, look, ready};

/// Said beside a server that was chosen for anything but a database.
pub const DATABASES_ALONE: &str = "Only a database of its own is on a server of your choice.";
/// Said where no process here may make databases anyway.
pub const NO_OWNER: &str =
    "Servers are added once the address of the database's owner is configured: database.owner_url.";
/// Said of the server with the catalogue, which has no address of its own to change.
pub const HOME_ADDRESS: &str = "The server with the catalogue is where the configuration says.";
/// Said of it when it is to be removed.
pub const HOME_STAYS: &str = "The server with the catalogue cannot be removed.";
/// Said of it when the application's login is to get another password.
pub const HOME_PASSWORD: &str =
    "On the server with the catalogue `tenantry migrate --renew-passwords` gives it one.";

/// All servers, the one with the catalogue first.
///
/// # Errors
/// The database's.
pub fn list(tx: &mut StaffTx<'_, ReadNodes>) -> Result<Vec<Node>, VerbError> {
    Ok(tx.nodes()?)
}

/// One of them.
///
/// # Errors
/// [`StoreError::NotFound`], or the database's.
pub fn find(tx: &mut PlatformTx<'_>, name: &str) -> Result<Node, VerbError> {
    Ok(tx.node(name)?)
}

/// Looks at a server before it is added, or gets another address: what it is, or why it cannot be used. Nothing is changed there.
///
/// # Errors
/// [`VerbError::Invalid`] at `address` when it does not answer or tenants cannot live there, [`VerbError::Conflict`] where this
/// installation makes no databases.
pub fn try_address(
    store: &Store,
    owner_url: &str,
    known_as: Option<NodeId>,
) -> Result<Found, VerbError> {
    if !store.makes_schemas() {
        return Err(VerbError::Conflict(NO_OWNER.to_owned()));
    }
    let wrong = |words: String| VerbError::Invalid(FieldErrors::one("address", words));
    let found = probe(owner_url).map_err(|error| wrong(in_words(&error)))?;
    if let Some(trouble) = found.trouble() {
        return Err(wrong(trouble));
    }
    let mark = found.mark.as_deref();
    match known_as.map(|node| node.to_string()) {
        Some(node) if mark != Some(&node) => Err(wrong(
            "That is another server: the one that is known here has roles that are marked as its own.".to_owned(),
        )),
        None if found.has_roles => Err(wrong(NotReady::Taken.to_string())),
        _ => Ok(found),
    }
}

/// Writes a server down and asks the worker to make it ready. Nobody is led there before it is.
///
/// # Errors
/// [`VerbError::Invalid`] at `name` for one that is taken, or the database's.
pub fn add(tx: &mut StaffTx<'_, ManageNodes>, wish: &Wish) -> Result<Node, VerbError> {
    let passwords = drawn();
    let written = tx.write_node(&NewNode {
        name: &wish.name,
        owner_url: &wish.owner_url,
        passwords: &passwords,
        room: wish.room,
    })?;
    if !written {
        return Err(FieldErrors::one("name", "Another server has this name.").into());
    }
    let node = tx.node(wish.name.as_str())?;
    prepare(tx, &node)?;
    let after = json!({ "address": node.address, "room": node.room });
    record(tx, Action::NodeAdded, &node, after)?;
    Ok(node)
}

fn drawn() -> Passwords {
    Passwords {
        app: tokens::password(),
        platform: tokens::password(),
    }
}

/// Asks once more for a server to be made ready.
///
/// # Errors
/// [`VerbError::Conflict`] for one that is, or the database's.
pub fn try_again(tx: &mut StaffTx<'_, ManageNodes>, name: &str) -> Result<Node, VerbError> {
    let node = tx.lock_node(name)?;
    if node.state != NodeState::New {
        let words = format!("{} is ready.", node.name);
        return Err(VerbError::Conflict(words));
    }
    prepare(tx, &node)?;
    Ok(node)
}

fn prepare(tx: &mut StaffTx<'_, ManageNodes>, node: &Node) -> Result<(), VerbError> {
    let job = NewJob::now(JobKind::NodeReady, json!({ "node": node.name }));
    jobs::enqueue_for_platform(tx, &job)?;
    Ok(())
}

/// Gives the application's login on a server a new password, and answers it: it is kept nowhere.
///
/// # Errors
/// [`VerbError::Conflict`] with why it could not be set, or the database's.
pub fn renew_password(
    tx: &mut StaffTx<'_, ManageNodes>,
    name: &str,
) -> Result<(Node, String), VerbError> {
    let node = tx.lock_node(name)?;
    if node.is_home() {
        return Err(VerbError::Conflict(HOME_PASSWORD.to_owned()));
    }
    let word = tokens::password();
    let set = tx.set_application_password(node.id, &word);
    set.map_err(|error| VerbError::Conflict(not_ready(&error)))?;
    record(tx, Action::NodePasswordSet, &node, json!({}))?;
    Ok((node, word))
}

/// Looks at a server now, and writes down how it was found.
///
/// # Errors
/// The database's.
pub fn look_now(tx: &mut StaffTx<'_, ManageNodes>, name: &str) -> Result<Node, VerbError> {
    let node = tx.node(name)?;
    match tx.look_at_node(node.id) {
        Ok(found) => tx.note_look(node.id, Ok(&found))?,
        Err(error) => tx.note_look(node.id, Err(&in_words(&error)))?,
    }
    Ok(tx.node(name)?)
}

/// The server of this name, for a new database; `None` where none is named.
///
/// # Errors
/// The database's; what is wrong with the choice is added at `node`.
pub fn chosen(
    tx: &mut PlatformTx<'_>,
    name: Option<&str>,
    errors: &mut FieldErrors,
) -> Result<Option<NodeId>, StoreError> {
    let Some(name) = name.filter(|name| !name.is_empty()) else {
        return Ok(None);
    };
    match tx.node(name) {
        Ok(node) if takes_more(&node) => Ok(Some(node.id)),
        Ok(node) => {
            errors.add("node", format!("{} takes no more databases.", node.name));
            Ok(None)
        }
        Err(StoreError::NotFound) => {
            errors.add("node", "There is no server of this name.");
            Ok(None)
        }
        Err(error) => Err(error),
    }
}

/// Whether another database may be led there.
#[must_use]
pub fn takes_more(node: &Node) -> bool {
    node.state == NodeState::Open && node.left() != Some(0)
}

fn target(node: &Node) -> Target {
    Target::of(TargetKind::Node, node.id.uuid(), node.name.as_str())
}

fn record<P>(
    tx: &mut StaffTx<'_, P>,
    action: Action,
    node: &Node,
    after: serde_json::Value,
) -> Result<(), StoreError> {
    let entry = Entry::done(action, target(node));
    platform_audit::record(tx, entry.after(after))
}

/// What a page may say of a server that is not ready.
fn not_ready(error: &NotReady) -> String {
    match error {
        NotReady::Boot(error) => in_words(error),
        other => other.to_string(),
    }
}

/// What a page may say: the server's own words, for whoever knows its address, and no password is in them.
fn in_words(error: &BootError) -> String {
    match error {
        BootError::Connect(words) => format!("It does not answer: {words}"),
        other => {
            let words = other.to_string();
            let mut letters = words.chars();
            let first = letters
                .next()
                .map(|letter| letter.to_uppercase().to_string());
            format!("{}{}.", first.unwrap_or_default(), letters.as_str())
        }
    }
}
