//! Exit codes, one a reason, after sysexits.h where it has one. docs/OPERATIONS.md lists them for the operator.

use std::process::{ExitCode, Termination};

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
}

impl Exit {
    const fn code(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::Usage => 64,
            Self::Database => 69,
            Self::Output => 74,
            Self::Listen => 71,
            Self::Config => 78,
        }
    }
}

impl Termination for Exit {
    fn report(self) -> ExitCode {
        ExitCode::from(self.code())
    }
}
