//! Whose log is asked for: what can be done in it, by whom and to what.

use domain::{LetterId, RoleId, SessionId, UserId};
use services::audit::Action;
use uuid::Uuid;

use super::id;

/// What differs between a tenant's log and the platform's.
pub(in crate::web) trait Log {
    /// Whether its entries are of many tenants, by which it can be narrowed.
    const OF_TENANTS: bool;
    /// Follows how many entries there are.
    const TOLD: &'static str;

    /// Everything that can be done, by key.
    fn actions() -> Vec<&'static str>;

    /// Whoever can have done it.
    fn actor(text: &str) -> Option<Uuid>;

    /// Any of the things that have a page or an entry.
    fn thing(text: &str) -> Option<Uuid>;
}

/// A tenant's log.
#[derive(Debug, Clone, Default)]
pub(in crate::web) struct OfTenant;

impl Log for OfTenant {
    const OF_TENANTS: bool = false;
    const TOLD: &'static str = "";

    fn actions() -> Vec<&'static str> {
        Action::ALL.iter().map(|action| action.key()).collect()
    }

    fn actor(text: &str) -> Option<Uuid> {
        id(text, UserId::uuid)
    }

    fn thing(text: &str) -> Option<Uuid> {
        id(text, UserId::uuid)
            .or_else(|| id(text, RoleId::uuid))
            .or_else(|| id(text, SessionId::uuid))
            .or_else(|| id(text, LetterId::uuid))
    }
}
