//! Roles: the six built-in ones and the tenant's own, who may give which, and the verbs on custom ones.

mod book;
mod verbs;

pub use book::{RoleBook, RoleInfo};
pub use store::roles::{CustomRole, RoleText};
pub use verbs::{MAX_CUSTOM, Matrix, change, create, matrix, read, remove, text_of};
