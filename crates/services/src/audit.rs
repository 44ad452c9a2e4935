//! The audit log as verbs write it: one entry for each change and each refusal, in the transaction of
//! the change. No secret gets in, whoever composes the entry. Reading it is in the files beside this.

pub mod action;
pub(crate) mod clean;
pub mod entry;
pub mod export;
pub mod import;
pub mod log;
mod refusal;

use domain::{KeyId, UserId, VisitId};
use serde_json::Value as Json;
use store::audit::{ManyTarget, NewEntry};
use store::{Actor, StoreError, TenantTx};
use uuid::Uuid;

pub use action::{Action, TargetKind};
pub use entry::Outcome;
pub use refusal::refusal;

/// What something was done to, named as it was called then.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// What kind of thing.
    pub kind: TargetKind,
    /// Which one, where it is a row.
    pub id: Option<Uuid>,
    /// What it was called.
    pub name: String,
}

impl Target {
    /// A person.
    #[must_use]
    pub fn user(id: UserId, name: impl Into<String>) -> Self {
        Self::of(TargetKind::User, id.uuid(), name)
    }

    /// A row of any kind.
    #[must_use]
    pub fn of(kind: TargetKind, id: Uuid, name: impl Into<String>) -> Self {
        Self {
            kind,
            id: Some(id),
            name: name.into(),
        }
    }

    /// Something that is no single row: a list, a page.
    #[must_use]
    pub fn named(kind: TargetKind, name: impl Into<String>) -> Self {
        Self {
            kind,
            id: None,
            name: name.into(),
        }
    }
}

/// An entry of a tenant's log.
pub type Entry = entry::Entry<Action, Target, By>;

/// Somebody whom the transaction does not know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum By {
    /// A person of the tenant.
    User(UserId, String),
    /// A program with a key of the tenant.
    Key(KeyId, String),
    /// Somebody of the platform, for this visit.
    Visitor(VisitId, String),
}

impl Entry {
    /// Done by this person, whom the transaction does not know yet.
    #[must_use]
    pub fn by(mut self, id: UserId, name: impl Into<String>) -> Self {
        self.by = Some(By::User(id, name.into()));
        self
    }

    /// Done by a program with this key, before this transaction.
    #[must_use]
    pub fn by_key(mut self, id: KeyId, name: impl Into<String>) -> Self {
        self.by = Some(By::Key(id, name.into()));
        self
    }

    /// Done by somebody of the platform for this visit, which has not begun.
    #[must_use]
    pub fn by_visitor(mut self, visit: VisitId, name: impl Into<String>) -> Self {
        self.by = Some(By::Visitor(visit, name.into()));
        self
    }
}

/// Writes the entry: no entry, no change. It holds the tenant's chain until the transaction ends, so
/// it comes last in a verb.
///
/// # Errors
/// The database's.
pub fn record<P>(tx: &mut TenantTx<'_, P>, entry: Entry) -> Result<(), StoreError> {
    let (actor_kind, actor_id, actor_name) = actor(tx, entry.by.as_ref());
    let before = entry.before.map(clean::fields);
    let after = entry.after.map(clean::fields);
    let device = clean::line(&tx.request().device);
    let entry = NewEntry {
        actor_kind,
        actor_id,
        actor_name: &clean::line(&actor_name),
        action: entry.action.key(),
        outcome: entry.outcome.key(),
        target_kind: entry.target.kind.key(),
        target_id: entry.target.id,
        target_name: &clean::line(&entry.target.name),
        before: before.as_ref(),
        after: after.as_ref(),
        device: &device,
    };
    store::audit::append(tx, &entry).map(drop)
}

/// One of the people that one deed was done to.
#[derive(Debug, Clone)]
pub struct Done {
    /// Who.
    pub id: UserId,
    /// Their name.
    pub name: String,
    /// What changed, as it was.
    pub before: Json,
    /// What changed, as it is.
    pub after: Json,
}

/// Writes an entry for each person of one deed, many to a statement. Like [`record`], it comes last.
///
/// # Errors
/// The database's.
pub fn record_many<P>(
    tx: &mut TenantTx<'_, P>,
    action: Action,
    people: Vec<Done>,
) -> Result<(), StoreError> {
    if people.is_empty() {
        return Ok(());
    }
    let (actor_kind, actor_id, actor_name) = actor(tx, None);
    let targets: Vec<_> = people
        .into_iter()
        .map(|person| ManyTarget {
            id: tx.fresh_uuid(),
            target_id: person.id.uuid(),
            target_name: clean::line(&person.name),
            before: Some(clean::fields(person.before)).filter(|fields| !fields.is_null()),
            after: Some(clean::fields(person.after)).filter(|fields| !fields.is_null()),
        })
        .collect();
    let device = clean::line(&tx.request().device);
    let deed = NewEntry {
        actor_kind,
        actor_id,
        actor_name: &clean::line(&actor_name),
        action: action.key(),
        outcome: Outcome::Done.key(),
        target_kind: TargetKind::User.key(),
        target_id: None,
        target_name: "",
        before: None,
        after: None,
        device: &device,
    };
    store::audit::append_many(tx, &deed, &targets)
}

fn actor<P>(tx: &TenantTx<'_, P>, by: Option<&By>) -> (&'static str, Option<Uuid>, String) {
    match (by, tx.actor()) {
        (Some(By::User(id, name)), _) => ("user", Some(id.uuid()), name.clone()),
        (Some(By::Key(key, name)), _) => ("key", Some(key.uuid()), name.clone()),
        (Some(By::Visitor(visit, name)), _) => ("visitor", Some(visit.uuid()), name.clone()),
        (None, Actor::User(user)) => ("user", Some(user.id.uuid()), user.name.clone()),
        (None, Actor::Key(key)) => ("key", Some(key.id.uuid()), key.name.clone()),
        (None, Actor::Visitor(visitor)) => {
            let name = both(&visitor.name, visitor.let_in_by.as_deref());
            ("visitor", Some(visitor.visit.uuid()), name)
        }
        (None, Actor::System(name)) => ("system", None, (*name).to_owned()),
        (None, Actor::Anonymous) => ("anonymous", None, String::new()),
    }
}

/// The two people of a visit, in every entry of it: who came, and who let them in.
#[must_use]
pub fn both(visitor: &str, let_in_by: Option<&str>) -> String {
    match let_in_by {
        Some(name) => format!("{visitor} (let in by {name})"),
        None => format!("{visitor} (let in by the policy)"),
    }
}
