//! The console: a tenant's own words, asked of its own tables by a login that is the tenant's alone. Here is the one place
//! where text that somebody typed reaches the database; the login decides what it may do, and nothing reads the text to judge it.

mod ask;
mod fault;
mod leash;
mod login;
mod place;
mod queries;
mod runs;
mod tables;
mod value;
mod watchdog;

pub use ask::{Answer, Column, Question};
pub use fault::ConsoleFault;
pub use leash::{Holder, Leash};
pub use login::{ConsoleKey, Login, NoConsole};
pub use place::{ConsolePlace, place};
pub use queries::{SavedQuery, forget, keep, kept, kept_one};
pub use runs::{Ending, NewRun, Run, begin, end, forget_old, left_running, of_actor, one};
pub use tables::{Readable, tables};
