//! Who of the staff a visit is for, and who asks for it or ends it from the platform's side. A program may do both
//! for a person; coming in is the person's own, in a browser.

use domain::staff::VisitTenants;
use domain::{FieldErrors, StaffId, StaffPermission, StaffRole, StaffStatus};
use store::staff::people;
use store::{StaffActor, StaffTx, StoreError};

use crate::VerbError;

/// Somebody of the staff who was proven to be allowed to visit. Only a transaction of the platform makes one.
#[derive(Debug, Clone)]
pub struct Guest {
    pub(super) id: StaffId,
    pub(super) name: String,
    pub(super) email: String,
    pub(super) role: StaffRole,
    /// The key that asks for them, by its name.
    pub(super) key: Option<String>,
}

impl Guest {
    /// Whoever acts in this transaction.
    ///
    /// # Errors
    /// [`VerbError::Refused`] for a key or a command: only a person visits.
    pub fn of(tx: &StaffTx<'_, VisitTenants>) -> Result<Self, VerbError> {
        let staff = tx.staff().map_err(|_| {
            VerbError::Refused("Only a person of the staff can visit a tenant.".to_owned())
        })?;
        Ok(Self {
            id: staff.id,
            name: staff.name.clone(),
            email: staff.email.clone(),
            role: staff.role,
            key: None,
        })
    }

    /// Whom the key that acts asks for: whoever made it and nobody else. One that nobody of the staff made says whom.
    ///
    /// # Errors
    /// [`VerbError::Refused`] for somebody who did not make the key, [`VerbError::Invalid`] beside `staff_id` for
    /// nobody, or for somebody who may not visit; or the database's.
    pub fn asked_for(
        tx: &mut StaffTx<'_, VisitTenants>,
        wanted: Option<StaffId>,
    ) -> Result<Self, VerbError> {
        let StaffActor::Key(key) = tx.actor() else {
            return Self::of(tx);
        };
        let name = key.name.clone();
        let id = match (key.made_by, wanted) {
            (Some(maker), Some(wanted)) if maker != wanted => {
                let words = "A key asks for whoever made it and for nobody else.";
                return Err(VerbError::Refused(words.to_owned()));
            }
            (Some(id), _) | (None, Some(id)) => id,
            (None, None) => {
                let words = "Nobody of the staff made this key: say who is to visit.";
                return Err(FieldErrors::one("staff_id", words).into());
            }
        };
        let found = match people::read(tx, id) {
            Err(StoreError::NotFound) => None,
            found => Some(found?),
        };
        let may = |one: &people::Person| {
            let permissions = one.role.permissions();
            one.status == StaffStatus::Active && permissions.allow(StaffPermission::VisitTenants)
        };
        let Some(person) = found.filter(may) else {
            let words = "Nobody active of the staff who may visit has this id.";
            return Err(FieldErrors::one("staff_id", words).into());
        };
        Ok(Self {
            id,
            name: person.name,
            email: person.email.to_string(),
            role: person.role,
            key: Some(name),
        })
    }

    /// As the tenant's log names them.
    pub(super) fn told(&self) -> String {
        told(&self.name, self.key.as_deref())
    }
}

/// Who ends a visit from the platform's side.
#[derive(Debug, Clone)]
pub struct Leaver {
    /// Whose visits; `None` for a key that nobody of the staff made, which may end any.
    pub(super) own: Option<StaffId>,
    /// The key, by its name.
    pub(super) key: Option<String>,
}

impl Leaver {
    /// Whoever acts in this transaction.
    ///
    /// # Errors
    /// [`VerbError::Refused`] for a command.
    pub fn of(tx: &StaffTx<'_, VisitTenants>) -> Result<Self, VerbError> {
        match tx.actor() {
            StaffActor::Key(key) => Ok(Self {
                own: key.made_by,
                key: Some(key.name.clone()),
            }),
            _ => Ok(Self {
                own: Some(Guest::of(tx)?.id),
                key: None,
            }),
        }
    }
}

/// A person of the platform, and the key that acts for them.
pub(super) fn told(person: &str, key: Option<&str>) -> String {
    match key {
        Some(key) => format!("{person} (by the key {key})"),
        None => person.to_owned(),
    }
}
