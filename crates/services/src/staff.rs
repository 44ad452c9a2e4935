//! Who runs the platform: inviting them, what they may, their sessions and passwords. Nothing here is about
//! a tenant's people. Verbs take a `StaffTx` that proves the right; the platform's log tells of each.

pub mod deeds;
pub mod invitation;
pub mod invite;
mod links;
pub mod me;
pub mod password_reset;
pub mod sessions;
pub mod sign_in;

pub use store::staff::people::Person;

use domain::staff::ReadStaff;
use store::staff::people;
use store::{StaffTx, StoreError};

/// Everybody who runs the platform, by name.
///
/// # Errors
/// The database's.
pub fn list(tx: &mut StaffTx<'_, ReadStaff>) -> Result<Vec<Person>, StoreError> {
    people::list(tx)
}
