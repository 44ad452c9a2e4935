//! The life of a tenant: made in steps, changed, renamed, put to rest, deleted after days of grace. Each verb
//! changes the catalogue, writes the platform's log, and tells the tenant by a job of the same transaction.

pub mod change;
pub mod create;
pub mod deletion;
pub mod export;
pub mod find;
pub(crate) mod furnish;
pub mod list;
pub(crate) mod maker;
pub mod note;
pub mod notices;
pub mod numbers;
pub mod own_limits;
pub(crate) mod own_limits_end;
pub mod placement;
pub mod plan;
pub mod plan_differences;
pub mod plan_moves;
pub mod plan_whole;
pub mod plan_wish;
pub mod plans;
pub mod pool;
pub mod progress;
pub mod rename;
pub mod rest;
pub mod steps;
pub mod trial;
pub mod whole;

pub use change::change;
pub use create::{FirstOwner, NewTenant, Trial, create};
pub use find::{Found, find};
pub use note::Doer;
pub use plan::change_plan;
pub use progress::{Provisioning, provisioning};
pub use rename::rename;
pub use steps::{Step, provision, retry};
pub use store::catalogue::{
    Change, Contact, LimitTerms, OnVersion, Placement, Plan, Seats, StepRow, StepState,
    TenantRecord, Terms,
};
