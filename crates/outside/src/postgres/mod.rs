//! A PostgreSQL server of our own below one folder: found or fetched, initialised once, started, adopted, stopped.
//! What is kept in it, its roles and its schema, is not known here.

mod address;
mod advice;
mod archive;
mod cluster;
mod error;
mod fetch;
mod find;
mod flush;
mod initialise;
mod lock;
mod owner;
mod pid_file;
mod place;
mod server;
mod watch;

use std::path::{Path, PathBuf};
use std::time::Duration;

pub use address::Address;
pub use cluster::Cluster;
pub use error::PostgresError;
pub use find::usual_folders;

/// The oldest major version that is started.
pub const OLDEST_VERSION: u32 = 15;

/// How carefully the server writes to the disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Durability {
    /// A commit is on the disk when it returns.
    Full,
    /// For tests: nothing is flushed to the disk; a crash of the machine may lose everything, one of a process nothing.
    Throwaway,
}

/// Where the server lives, where its programs are looked for, and how it is set up.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Holds `data/`, `run/`, `postgres.log` and the locks.
    pub folder: PathBuf,
    /// Server settings beside (and over) the built-in ones, as `name` and `value`.
    pub settings: Vec<(String, String)>,
    /// How carefully the server writes to the disk.
    pub durability: Durability,
    /// The folder of `postgres` and `initdb`, where the operator names one; nothing else is tried then.
    pub binaries: Option<PathBuf>,
    /// The folders that are looked through for `postgres`, `initdb`, and `npm`.
    pub search_path: Vec<PathBuf>,
    /// Keeps fetched server programs; `binaries/` in the server's folder when absent.
    pub cache: Option<PathBuf>,
}

impl Settings {
    /// Full durability, in `folder`, with the programs of `path` (the entries of `PATH`) and of the usual folders.
    #[must_use]
    pub fn new(folder: impl Into<PathBuf>, path: Vec<PathBuf>) -> Settings {
        let mut search_path = path;
        search_path.extend(usual_folders());
        Settings {
            folder: folder.into(),
            settings: Vec::new(),
            durability: Durability::Full,
            binaries: None,
            search_path,
            cache: None,
        }
    }
}

/// What a start is doing, for the terminal. Quick steps are told too; whoever listens decides what is worth a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// The folder asked for cannot be reached by the user that the server runs as: `chosen` is used instead.
    Elsewhere {
        /// The folder asked for.
        wanted: PathBuf,
        /// The folder used.
        chosen: PathBuf,
        /// Why, as a clause.
        why: String,
    },
    /// An earlier process died, and its server is still shutting down.
    WaitingForLast,
    /// Server programs are being fetched. Told again several times a second, so that a spinner can turn.
    Fetching {
        /// The package, with its version.
        package: String,
        /// The size of what is transferred.
        size_bytes: u64,
        /// The time since it began.
        elapsed: Duration,
    },
    /// The fetched programs are checked and unpacked.
    Unpacking,
    /// The data folder is being made: only at the first start.
    Initialising,
    /// The server is starting.
    Starting,
    /// The server takes longer than usual: it replays its log after a crash.
    Recovering,
    /// A server that an earlier process left running is used.
    Adopted,
    /// The server answers.
    Ready,
}

/// The address of the server that another process runs on `folder`, if one does: what a command line tool asks
/// when [`PostgresError::AlreadyRunning`] is its answer.
#[must_use]
pub fn running_address(folder: &Path) -> Option<Address> {
    let candidates = place::candidates(folder);
    candidates
        .iter()
        .find_map(|folder| pid_file::running(&folder.join("data")).map(|found| found.address()))
}
