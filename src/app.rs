//! What every request may use: made once at the start, shared by all threads.

use services::Store;
use services::directory::Directory;
use services::password_lane::PasswordLane;

use crate::clock::Clock;
use crate::config::Config;
use crate::gate::Gate;

/// The application.
#[derive(Debug)]
pub struct App {
    /// What the operator set.
    pub config: Config,
    /// The database, behind its guards.
    pub store: Store,
    /// Bounds how many requests work in it at once.
    pub gate: Gate,
    /// Host to tenant.
    pub directory: Directory,
    /// Where passwords are hashed.
    pub passwords: PasswordLane,
    /// The time.
    pub clock: Clock,
}
