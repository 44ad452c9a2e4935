//! Floor 2: the product's verbs. A verb takes a transaction that proves its right, checks the rules,
//! and writes the change, the audit entry, the event and the job together. No HTTP, no environment.

pub mod adopt;
pub mod analytics;
pub mod answers;
pub mod attempt;
pub mod audit;
pub mod checkups;
pub mod comparison;
pub mod console;
mod credentials;
pub mod demo;
pub mod directory;
pub mod error;
pub mod events;
pub mod features;
pub mod invitation;
pub mod jobs;
pub mod keeping;
pub mod keys;
pub mod letters;
pub mod limits;
pub mod links;
pub mod mailbox;
pub mod me;
pub mod mode;
pub mod moves;
pub mod nodes;
pub mod overview;
pub mod own_jobs;
pub mod ownership;
pub mod password_lane;
pub mod password_reset;
mod places;
pub mod platform_audit;
pub mod platform_keys;
pub mod platform_letters;
pub mod queue;
pub mod rates;
pub mod resources;
pub mod roles;
pub mod rollouts;
pub mod scalings;
pub mod sessions;
pub mod settings;
pub mod sign_in;
pub mod sign_up;
pub mod staff;
pub mod structure;
mod sweep;
pub mod tenants;
pub mod throttle;
pub mod tokens;
pub mod usage;
pub mod users;
pub mod vendor;
pub mod visits;
pub mod worker;

pub use domain::FieldErrors;
pub use error::{Reached, VerbError};
pub use password_lane::{LaneError, LaneState, PasswordLane, Verdict};
pub use store::brands;
pub use store::catalogue::TenantEntry;
/// Making, checking and watching the database itself: for the command line and the start.
pub use store::context::{ApplicationKey, ContextKey};
pub use store::{
    Actor, Asked, Credential, DedicatedState, Failure, KeyHolder, PlatformKey, PlatformTx,
    PoolSettings, PoolState, Request, SealKey, SignedInStaff, SignedInUser, StaffActor,
    StaffCredential, StaffTx, Statements, Store, StoreError, TenantScope, TenantTx, Visitor,
};
pub use store::{address, boot, listen};
