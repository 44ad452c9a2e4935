//! The platform's audit log as verbs write it: one entry for each change and each refusal, in the
//! transaction of the change. Entries about a tenant carry its id; the tenant reads its own log.

pub mod action;
pub mod log;
mod refusal;

use domain::{KeyId, StaffId, TenantId};
use store::staff::log::{self as stored, NewEntry};
use store::{StaffActor, StaffTx, StoreError};
use uuid::Uuid;

pub use crate::audit::Outcome;
use crate::audit::{clean, entry};
pub use action::{Action, TargetKind};
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
    /// The tenant that it is, or belongs to.
    pub tenant: Option<TenantId>,
}

impl Target {
    /// Somebody of the staff.
    #[must_use]
    pub fn staff(id: StaffId, name: impl Into<String>) -> Self {
        Self::of(TargetKind::Staff, id.uuid(), name)
    }

    /// A tenant.
    #[must_use]
    pub fn tenant(id: TenantId, name: impl Into<String>) -> Self {
        Self::of(TargetKind::Tenant, id.uuid(), name).at(id)
    }

    /// A platform key.
    #[must_use]
    pub fn key(id: KeyId, name: impl Into<String>) -> Self {
        Self::of(TargetKind::Key, id.uuid(), name)
    }

    /// A row of any kind.
    #[must_use]
    pub fn of(kind: TargetKind, id: Uuid, name: impl Into<String>) -> Self {
        Self {
            kind,
            id: Some(id),
            name: name.into(),
            tenant: None,
        }
    }

    /// Something that is no single row: a list, a page.
    #[must_use]
    pub fn named(kind: TargetKind, name: impl Into<String>) -> Self {
        Self {
            kind,
            id: None,
            name: name.into(),
            tenant: None,
        }
    }

    /// Something of this tenant: a visit, a job.
    #[must_use]
    pub fn at(mut self, tenant: TenantId) -> Self {
        self.tenant = Some(tenant);
        self
    }
}

/// An entry of the platform's log; who did it is named where nobody is signed in yet.
pub type Entry = entry::Entry<Action, Target, Who>;

/// Who did something: the kind, the id and the name.
#[derive(Debug, Clone)]
pub struct Who {
    kind: &'static str,
    id: Option<Uuid>,
    pub(crate) name: String,
}

impl Who {
    /// Whoever acts in this transaction.
    pub(crate) fn acts<P>(tx: &StaffTx<'_, P>) -> Self {
        let (kind, id, name) = match tx.actor() {
            StaffActor::Staff(staff) => ("staff", Some(staff.id.uuid()), staff.name.clone()),
            StaffActor::Key(key) => ("key", Some(key.id.uuid()), key.name.clone()),
            StaffActor::System(name) => ("system", None, (*name).to_owned()),
            StaffActor::Anonymous => ("anonymous", None, String::new()),
        };
        Self { kind, id, name }
    }
}

impl Entry {
    /// Done by this person, whom the transaction does not know yet.
    #[must_use]
    pub fn by(mut self, id: StaffId, name: impl Into<String>) -> Self {
        self.by = Some(Who {
            kind: "staff",
            id: Some(id.uuid()),
            name: name.into(),
        });
        self
    }

    /// Done by whoever acted in another transaction, which took back what it did.
    #[must_use]
    pub(crate) fn of(mut self, who: Who) -> Self {
        self.by = Some(who);
        self
    }
}

/// Writes the entry: no entry, no change. It holds the platform's chain until the transaction ends, so it
/// comes last in a verb.
///
/// # Errors
/// The database's.
pub fn record<P>(tx: &mut StaffTx<'_, P>, entry: Entry) -> Result<(), StoreError> {
    let who = entry.by.unwrap_or_else(|| Who::acts(tx));
    let before = entry.before.map(clean::fields);
    let after = entry.after.map(clean::fields);
    let request = tx.request().clone();
    let entry = NewEntry {
        actor_kind: who.kind,
        actor_id: who.id,
        actor_name: &clean::line(&who.name),
        action: entry.action.key(),
        outcome: entry.outcome.key(),
        tenant: entry.target.tenant,
        target_kind: entry.target.kind.key(),
        target_id: entry.target.id,
        target_name: &clean::line(&entry.target.name),
        before: before.as_ref(),
        after: after.as_ref(),
        device: &clean::line(&request.device),
    };
    stored::append(tx, &request, &entry).map(drop)
}
