//! Why a process does not start or serves no longer: a sentence for the operator, and the exit code.

use services::boot::Refusal;
use services::mode::Disagreement;

use super::Exit;
use crate::database::NoDatabase;
use crate::watch::Stop;

pub(super) fn no_database(error: &NoDatabase) -> Exit {
    eprintln!("tenantry: {error}");
    Exit::Database
}

/// One sentence and an exit code of its own.
pub(super) fn refused(refusal: &Refusal) -> Exit {
    eprintln!("tenantry: {refusal}");
    Exit::Refused(refusal.into())
}

/// The same for a process that served already.
pub(super) fn stopped(stop: &Stop) -> Exit {
    match stop {
        Stop::Unsafe(refusal) => refused(refusal),
        // Started again it reads its configuration anew, which may be right by then.
        Stop::Mode(disagreement) => {
            eprintln!("tenantry: {disagreement}");
            Exit::Busy
        }
    }
}

/// The configuration is right by itself, and wrong for this database.
fn disagreeing(disagreement: &Disagreement) -> Exit {
    eprintln!("tenantry: {disagreement}");
    Exit::Config
}

pub(super) fn failed(error: &anyhow::Error) -> Exit {
    if let Some(disagreement) = error.downcast_ref() {
        return disagreeing(disagreement);
    }
    eprintln!("tenantry: {error:#}");
    Exit::Database
}
