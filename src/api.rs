//! The JSON API: who asks and for which tenant, how often, once or again, and how it is answered. What each
//! route does is in the files beside this; which routes there are is in `routes::api`.

pub mod analytics;
pub mod answer;
pub mod audit;
pub mod body;
mod caller;
mod calls;
pub mod checkups;
pub mod comparison;
mod conditions;
pub mod console;
mod cursor;
pub mod docs;
mod door;
pub mod dress;
pub mod either;
mod errors;
pub mod fault;
pub mod fields;
pub mod groups;
mod host;
pub mod jobs;
pub mod keys;
pub mod limits;
pub mod nodes;
pub mod openapi;
pub mod ownership;
pub mod people;
pub mod people_deeds;
mod permissions;
pub mod plans;
pub mod platform;
pub mod platform_audit;
pub mod platform_jobs;
pub mod platform_keys;
pub mod rates;
pub mod resources;
pub mod roles;
pub mod rollouts;
pub mod route;
pub mod scalings;
pub mod sessions;
pub mod sheet;
pub mod sign_up;
pub mod signals;
pub mod staff;
pub mod staff_deeds;
pub mod stranger;
pub mod structure;
pub mod tenant;
pub mod tenants;
pub mod usage;
pub mod visits;

pub use answer::Answer;
pub use body::{Body, Query};
pub use either::Either;
pub use fault::Fault;
pub use platform::PlatformApi;
pub use stranger::Stranger;
pub use tenant::Api;

/// What a handler answers.
pub type Outcome<T, const STATUS: u16 = 200> = Result<Answer<T, STATUS>, Fault>;
