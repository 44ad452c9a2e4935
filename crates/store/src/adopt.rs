//! The work on somebody else's tables, in their own database: what they are like, the statements that make them tables of many
//! tenants, and the ledger beside them that knows which were run. When to go on, wait or stop is decided above.

mod fault;
mod fill;
mod finish;
mod ledger;
mod plan;
mod quote;
mod run;
mod session;
mod survey;
mod undo;
mod verify;

pub use fault::NoAdoption;
pub use fill::{Filled, Filling};
pub use ledger::{Adoption, Done};
pub use plan::{More, Plan, Step, plan};
pub use run::Tried;
pub use session::Adopter;
pub use verify::Counted;
