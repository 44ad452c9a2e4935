//! Floor 1: the only SQL. One way in, the guard; one file a family of tables. What a limit or a role
//! means is decided above; nothing here calls the outside world.

pub mod address;
pub mod adopt;
pub mod answers;
pub mod audit;
pub mod boot;
pub mod brands;
pub mod catalogue;
pub mod checkups;
pub mod claims;
pub mod console;
pub mod context;
pub mod credentials;
mod databases;
mod dedicated;
pub mod error;
pub mod events;
pub mod guard;
mod health;
pub mod imports;
pub mod jobs;
pub mod joining;
pub mod keys;
pub mod known_devices;
pub mod letters;
pub mod limits;
pub mod links;
pub mod listen;
pub mod moves;
pub mod nodes;
pub mod overview;
pub mod own_jobs;
pub mod ownership;
pub mod past;
mod placements;
mod places;
pub mod platform;
pub mod platform_keys;
pub mod platform_letters;
mod pool;
mod pools;
pub mod queue;
pub mod rates;
mod raw;
pub mod reservations;
mod residue;
pub mod roles;
pub mod rollouts;
pub mod schedules;
#[allow(
    missing_docs,
    unreachable_pub,
    reason = "printed by the Diesel command line"
)]
mod schema;
mod scope;
mod seal;
pub mod sessions;
pub mod staff;
mod stock;
pub mod structure;
pub mod sweep;
pub mod throttles;
pub mod usage;
pub mod usage_events;
pub mod users;
pub mod vendor;
pub mod visits;
mod window;

pub use dedicated::DedicatedState;
pub use error::{Failure, StoreError};
pub use guard::{Actor, Asked, Credential, KeyHolder, Request, SignedInUser, TenantTx, Visitor};
pub use health::Health;
pub use placements::NoSchema;
pub use places::Place;
pub use platform::{Others, PlatformTx};
pub use pool::{PoolSettings, Statements, Store};
pub use pools::PoolState;
pub use residue::Residue;
pub use scope::TenantScope;
pub use seal::SealKey;
pub use staff::{PlatformKey, SignedInStaff, StaffActor, StaffCredential, StaffTx};
