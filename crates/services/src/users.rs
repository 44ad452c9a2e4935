//! People: inviting, changing, suspending, removing, importing, exporting. Each operation has its file;
//! who may do what to whom is in `rules`.

pub mod bulk;
pub mod change;
pub mod create;
pub mod deed;
pub mod export;
pub mod find;
pub mod import;
pub mod invitations;
pub mod invite;
pub mod list;
pub mod rules;

use domain::{Role, UserId};
use serde_json::{Value as Json, json};
use store::limits::{self as counters, Limit, USERS};
use store::users::User;
use store::{StoreError, TenantTx};

use crate::VerbError;
use crate::limits::{self, Taking};
use crate::roles::RoleBook;

pub use store::limits::Limit as Seats;
pub use store::users::{Change, ListedUser};

/// A person, whole, as the pages show them.
pub type Person = User;

/// Reserves seats, all or none.
fn reserve_seats<P>(tx: &mut TenantTx<'_, P>, seats: i64) -> Result<(), VerbError> {
    if seats == 0 {
        return Ok(());
    }
    limits::take(tx, USERS, seats, limits::ALWAYS, Taking::Use).map(drop)
}

/// How many seats are taken, of how many.
///
/// # Errors
/// The database's.
pub fn seats<P>(tx: &mut TenantTx<'_, P>) -> Result<Option<Limit>, StoreError> {
    counters::read(tx, USERS)
}

/// What an event says about a person.
fn told(id: UserId, email: &str, name: &str, role: Role, book: &RoleBook) -> Json {
    json!({ "id": id, "email": email, "name": name, "role": book.name(role) })
}
