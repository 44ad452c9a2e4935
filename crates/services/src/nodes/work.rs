//! What has to be done on servers, and over all of them: making one ready, looking how they are, emptying one.

use chrono::TimeDelta;
use domain::staff::{ManageNodes, ManageTenants};
use domain::{NodeState, PlacementKind};
use serde::Deserialize;
use serde_json::json;
use store::nodes::Node;
use store::{StaffCredential, StaffTx, StoreError};

use super::{in_words, not_ready, record, target};
use crate::VerbError;
use crate::moves::{self, Asked};
use crate::platform_audit::{self, Action, Entry};
use crate::worker::work::{Outcome, Work, WorkError};

/// So many tenants leave a server at once: a move reads all that one has.
const AT_ONCE: i64 = 2;
/// How long a tenant whose move failed is not asked to leave again.
const LEFT_ALONE: TimeDelta = TimeDelta::hours(1);

#[derive(Deserialize)]
struct Payload {
    node: String,
}

/// Makes a server ready and opens it, or notes why it is not.
pub(crate) fn ready(work: &Work<'_>) -> Outcome {
    let Ok(Payload { node: name }) = Payload::deserialize(work.payload()) else {
        return Outcome::GiveUp("the job says nothing".to_owned());
    };
    let store = &work.bench.store;
    let node = match store.platform(work.now(), |tx| tx.node(&name)) {
        Ok(node) if node.state == NodeState::New => node,
        // It was removed, or is ready.
        Ok(_) | Err(StoreError::NotFound) => return Outcome::Done,
        Err(error) => return Outcome::Retry(error.to_string()),
    };
    let made = work.while_held(|| store.make_ready(node.id));
    let noted = match &made {
        Ok(()) => as_staff(work, |tx| {
            if tx.lock_node(&name)?.state == NodeState::New {
                tx.turn_node(node.id, NodeState::Open)?;
                record(
                    tx,
                    Action::NodeReady,
                    &node,
                    json!({ "state": NodeState::Open }),
                )?;
            }
            Ok(())
        }),
        Err(error) => {
            let words = not_ready(error);
            as_staff(work, |tx| {
                tx.note_look(node.id, Err(&words))?;
                let entry = Entry::refused(Action::NodeNotReady, target(&node));
                Ok(platform_audit::record(
                    tx,
                    entry.after(json!({ "reason": words })),
                )?)
            })
        }
    };
    match noted {
        Ok(()) => {
            // Else the look would take the place of why it is not ready, which whoever added it reads, mends and asks again.
            if made.is_ok() {
                look_at(work, &node);
            }
            Outcome::Done
        }
        Err(error) => Outcome::Retry(error.to_string()),
    }
}

/// Looks at each server and writes down how it was found.
pub(crate) fn look(work: &Work<'_>) -> Outcome {
    let looked = || -> Result<(), WorkError> {
        let store = &work.bench.store;
        for node in store.platform(work.now(), |tx| tx.nodes())? {
            // That of the catalogue is looked at where its owner's address is known.
            let known = !node.is_home() || store.makes_schemas();
            if known && node.state != NodeState::New {
                look_at(work, &node);
                work.renew()?;
            }
        }
        Ok(())
    };
    looked().map_or_else(Outcome::from, |()| Outcome::Done)
}

fn look_at(work: &Work<'_>, node: &Node) {
    let store = &work.bench.store;
    let found = store.look_at(node.id);
    let noted = store.platform(work.now(), |tx| match &found {
        Ok(found) => tx.note_look(node.id, Ok(found)),
        Err(error) => tx.note_look(node.id, Err(&in_words(error))),
    });
    if let Err(error) = noted {
        tracing::warn!(node = %node.name, %error, "how a server was found could not be noted");
    }
}

/// Asks for moves away from the servers that are to be empty, a few at a time.
pub(crate) fn drain(work: &Work<'_>) -> Outcome {
    let drained = || -> Result<(), VerbError> {
        let store = &work.bench.store;
        let nodes = store.platform(work.now(), |tx| tx.nodes())?;
        for node in nodes {
            if node.state == NodeState::Draining {
                drain_one(work, &node)?;
            }
        }
        Ok(())
    };
    match drained() {
        Ok(()) => Outcome::Done,
        Err(error) => Outcome::Retry(error.to_string()),
    }
}

fn drain_one(work: &Work<'_>, node: &Node) -> Result<(), VerbError> {
    let store = &work.bench.store;
    let since = work.now() - LEFT_ALONE;
    let leaving = store.platform(work.now(), |tx| tx.leaving(node.id, since, AT_ONCE))?;
    if leaving.left == 0 {
        return as_staff(work, |tx| {
            if tx.lock_node(node.name.as_str())?.state == NodeState::Draining {
                tx.turn_node(node.id, NodeState::Cordoned)?;
                let after = json!({ "state": NodeState::Cordoned });
                record(tx, Action::NodeEmptied, node, after)?;
            }
            Ok(())
        });
    }
    for tenant in leaving.next {
        let asked = store.staff::<ManageTenants, _, _>(
            StaffCredential::System("drain"),
            &work.request(),
            |tx| {
                let Some(to) = tx.open_node(node.id)? else {
                    return Ok(());
                };
                let asked = Asked {
                    to: PlacementKind::Database,
                    node: Some(to),
                    keep_days: None,
                };
                moves::ask(tx, tenant, asked).map(drop)
            },
        );
        match asked {
            Ok(()) => {}
            // It is about to go, or somebody else moves it: it is asked again.
            Err(VerbError::Conflict(why)) => tracing::info!(%tenant, why, "not moved yet"),
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

fn as_staff(
    work: &Work<'_>,
    deed: impl FnMut(&mut StaffTx<'_, ManageNodes>) -> Result<(), VerbError>,
) -> Result<(), VerbError> {
    let credential = StaffCredential::System("nodes");
    work.bench.store.staff(credential, &work.request(), deed)
}
