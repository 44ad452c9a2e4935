//! Exit codes, one a reason, after sysexits.h where it has one. docs/OPERATIONS.md lists them for the operator.

use std::process::{ExitCode, Termination};

use services::boot::Refusal;

/// The codes, as `--help` lists them.
pub(super) const HELP: &str = "\
Exit codes:
   0  done
   1  what was to be proven does not hold, or the answer to a question was no
  64  the command line is wrong
  65  what was given is wrong: an address, a name, a role
  66  there is no such tenant, person, key or job
  69  the database cannot be reached or started
  71  the address or port cannot be listened on
  73  it cannot be done to the thing as it is now, or a limit is reached
  74  output, or a file in the data folder, could not be written
  75  the database is busy, or the mode was changed: the same may succeed in a moment
  77  a rule forbids it
  78  the configuration is wrong
  80 to 90  the database is not safe to serve from; docs/OPERATIONS.md lists them";

/// Why the process ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// What was asked for is done.
    Done,
    /// The command line is wrong.
    Usage,
    /// The database cannot be reached or started.
    Database,
    /// Output or a file of ours could not be written.
    Output,
    /// The port or address cannot be listened on.
    Listen,
    /// The configuration is wrong.
    Config,
    /// What was to be proven does not hold, or the answer to a question was no.
    Disproved,
    /// What was given is wrong: an address, a name, a role.
    Invalid,
    /// There is no such tenant, person, key or job.
    Missing,
    /// It cannot be done to the thing as it is now, or a limit is reached.
    Conflict,
    /// The database is busy: the same may succeed in a moment.
    Busy,
    /// A rule forbids it.
    Forbidden,
    /// The database is there and not safe to serve from.
    Refused(Unsafe),
}

/// In which way a database is not safe to serve from; each has a code, past those of sysexits.h.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unsafe {
    /// The login is a superuser.
    Superuser,
    /// The login owns the tables.
    Owner,
    /// The login bypasses row-level security.
    BypassesRls,
    /// The login can do more or less than its part.
    WrongPart,
    /// A table lacks its policies.
    Unprotected,
    /// The server is too old.
    OldServer,
    /// A newer version migrated the database.
    NewerSchema,
    /// The database has to be migrated.
    OlderSchema,
    /// A Citus cluster that is not set up for it.
    Citus,
    /// The server does not speak English.
    Language,
    /// The database does not know the key of this installation.
    UnknownKey,
}

impl From<&Refusal> for Unsafe {
    fn from(refusal: &Refusal) -> Self {
        match refusal {
            Refusal::Superuser(_) => Self::Superuser,
            Refusal::Owner(_) => Self::Owner,
            Refusal::BypassesRls(_) => Self::BypassesRls,
            Refusal::WrongPart { .. } => Self::WrongPart,
            Refusal::Unprotected(_) => Self::Unprotected,
            Refusal::OldServer(_) => Self::OldServer,
            Refusal::NewerSchema(_) => Self::NewerSchema,
            Refusal::OlderSchema(_) => Self::OlderSchema,
            Refusal::Citus(_) => Self::Citus,
            Refusal::Language { .. } => Self::Language,
            Refusal::UnknownKey => Self::UnknownKey,
        }
    }
}

impl Unsafe {
    const fn code(self) -> u8 {
        match self {
            Self::Superuser => 80,
            Self::Owner => 81,
            Self::BypassesRls => 82,
            Self::WrongPart => 83,
            Self::Unprotected => 84,
            Self::OldServer => 85,
            Self::NewerSchema => 86,
            Self::OlderSchema => 87,
            Self::Citus => 88,
            Self::Language => 89,
            Self::UnknownKey => 90,
        }
    }
}

impl Exit {
    const fn code(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::Disproved => 1,
            Self::Usage => 64,
            Self::Invalid => 65,
            Self::Missing => 66,
            Self::Database => 69,
            Self::Listen => 71,
            Self::Conflict => 73,
            Self::Output => 74,
            Self::Busy => 75,
            Self::Forbidden => 77,
            Self::Config => 78,
            Self::Refused(how) => how.code(),
        }
    }
}

impl Termination for Exit {
    fn report(self) -> ExitCode {
        ExitCode::from(self.code())
    }
}
