//! What can go wrong with a server of our own, each as a sentence that says what to do.

use std::io;
use std::path::{Path, PathBuf};

use super::OLDEST_VERSION;

/// Why there is no server.
#[derive(Debug, thiserror::Error)]
pub enum PostgresError {
    /// Neither found nor fetched.
    #[error(
        "No PostgreSQL server of version {OLDEST_VERSION} or later was found, and {why}. Install one with `{command}`, or set DATABASE_URL to a database that you run."
    )]
    NotFound {
        /// Why none could be fetched, as a clause.
        why: String,
        /// The command that installs one on the system at hand.
        command: String,
    },
    /// The operator named a folder without what is needed.
    #[error("{} does not hold a usable PostgreSQL server of version {OLDEST_VERSION} or later (postgres and initdb). Correct PG_BIN, or leave it out.", folder.display())]
    BinariesUnusable {
        /// The folder named.
        folder: PathBuf,
    },
    /// The data was made by a major version that is not installed.
    #[error("The data in {} belongs to PostgreSQL {needed}, and no server of that version was found. Install PostgreSQL {needed} (for example with `{command}`), or name its folder with PG_BIN.", data.display())]
    VersionMissing {
        /// The data folder.
        data: PathBuf,
        /// The major version that it needs.
        needed: u32,
        /// The command that installs a server on the system at hand.
        command: String,
    },
    /// Another process of this program holds the folder.
    #[error("Tenantry is already running on {} (process {pid}). Stop that one first, or choose another data folder.", folder.display())]
    AlreadyRunning {
        /// The process that holds the lock.
        pid: u32,
        /// The folder that it holds.
        folder: PathBuf,
    },
    /// The folder cannot be made, written or searched.
    #[error("The folder {} cannot be used: {why}. Choose another data folder with TENANTRY_DATA.", folder.display())]
    FolderUnreachable {
        /// The folder.
        folder: PathBuf,
        /// Why, as a clause.
        why: String,
    },
    /// The path is too long for a socket and there is no safe short one.
    #[error("The path {} is too long for a socket, and no folder of our own could be made in /tmp: {why}. Choose a data folder with a shorter path.", folder.display())]
    PathTooLong {
        /// The folder.
        folder: PathBuf,
        /// Why there is no short one, as a clause.
        why: String,
    },
    /// The data belongs to another user of the system.
    #[error("The data in {} belongs to the user with id {owner}. Start as that user or as root, or choose another data folder.", data.display())]
    OwnedByAnother {
        /// The data folder.
        data: PathBuf,
        /// The id of the user that owns it.
        owner: u32,
    },
    /// As root, without a user to step down to.
    #[error(
        "PostgreSQL does not run as root, and this system has neither a user `postgres` nor a user `nobody`. Start as an ordinary user."
    )]
    NoUser,
    /// Something else lies where the data belongs.
    #[error("{} holds files but no PostgreSQL data. Empty it, or choose another data folder.", data.display())]
    NotData {
        /// The data folder.
        data: PathBuf,
    },
    /// `initdb` refused.
    #[error("The database could not be initialised: {why}")]
    NotInitialised {
        /// What it said.
        why: String,
    },
    /// The server ended, or did not get ready in time.
    #[error("PostgreSQL did not start: {why}. The whole story is in {}.", log.display())]
    DidNotStart {
        /// The last thing that it said, as a clause.
        why: String,
        /// The server's log.
        log: PathBuf,
    },
    /// The server did not end.
    #[error("PostgreSQL (process {pid}) did not stop. End it with `kill -QUIT {pid}`.")]
    DidNotStop {
        /// The server's process.
        pid: i32,
    },
    /// A file or process could not be handled.
    #[error("Could not {doing} {}: {source}.", path.display())]
    System {
        /// What was tried, as a verb.
        doing: &'static str,
        /// With what.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
}

/// Turns what the system said into an error that names the file.
pub(super) fn failed(doing: &'static str, path: &Path) -> impl FnOnce(io::Error) -> PostgresError {
    let path = path.to_path_buf();
    move |source| PostgresError::System {
        doing,
        path,
        source,
    }
}
