//! Visits: somebody of the platform in a tenant, for support. The platform's side is in `ask`, the tenant's
//! in `decide`, coming in and leaving in `enter`, who it is in `guest`. There is no other way from the platform to a tenant's rows.

mod ask;
mod decide;
mod enter;
mod guest;
mod read;
mod watch;
mod withdraw;

pub use ask::{Announced, MAX_REASON, Wish, announce, ask, ticket};
pub(crate) use decide::expire;
pub use decide::{approve, decline, end, set_policy};
pub use enter::{Entered, enter, leave, look, path};
pub use guest::{Guest, Leaver};
pub use read::{Detail, Overview, after, detail, list, standing};
pub use store::visits::{Page, Policy, Visit, policy, read as one};
pub use watch::{Listed, Place, UnderWay, listed_after, of_tenant, one_listed, under_way};
pub(crate) use watch::{ask_out, work};
pub use withdraw::withdraw;
