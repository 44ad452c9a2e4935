//! Visits: somebody of the platform in a tenant, for support. The platform's side is in `ask`, the tenant's
//! in `decide`, coming in and leaving in `enter`. There is no other way from the platform to a tenant's rows.

mod ask;
mod decide;
mod enter;
mod read;
mod watch;
mod withdraw;

pub use ask::{Announced, Guest, Wish, announce, ask, ticket};
pub(crate) use decide::expire;
pub use decide::{approve, decline, end, set_policy};
pub use enter::{Entered, enter, leave, look, path};
pub use read::{Detail, Overview, detail, list, standing};
pub use store::visits::{Page, Policy, Visit, policy};
pub use watch::{Listed, UnderWay, of_tenant, under_way};
pub(crate) use watch::{ask_out, work};
pub use withdraw::withdraw;
