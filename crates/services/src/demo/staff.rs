//! Who runs the platform in the demo: one person for each role.

use chrono::{DateTime, Utc};
use domain::{EmailAddress, PersonName, StaffRole, StaffStatus};
use store::staff::{credentials, people};
use store::{Store, StoreError};

use super::{hash, refused};
use crate::{PasswordLane, VerbError};

/// The address of its owner.
pub(super) const OWNER: &str = "sam.reed@tenantry.example";

const STAFF: [(&str, &str, StaffRole); 3] = [
    ("Sam Reed", OWNER, StaffRole::Owner),
    (
        "Noor Haddad",
        "noor.haddad@tenantry.example",
        StaffRole::Operator,
    ),
    (
        "Emil Berg",
        "emil.berg@tenantry.example",
        StaffRole::Analyst,
    ),
];

/// Makes those of them who are missing.
pub(super) fn settle(
    store: &Store,
    passwords: &PasswordLane,
    now: DateTime<Utc>,
) -> Result<(), VerbError> {
    let known = store.platform(now, people::list)?;
    let owner = EmailAddress::parse(OWNER).map_err(refused)?;
    if known.iter().any(|person| person.email == owner) {
        return Ok(());
    }
    let hash = hash(passwords)?;
    for (name, email, role) in STAFF {
        let email = EmailAddress::parse(email).map_err(refused)?;
        let name = PersonName::parse(name).map_err(refused)?;
        store.platform(now, |tx| {
            if let Some(id) = people::add(tx, &email, &name, role)? {
                people::set_status(tx, id, StaffStatus::Active)?;
                credentials::set(tx, id, &hash)?;
            }
            Ok::<_, StoreError>(())
        })?;
    }
    Ok(())
}
