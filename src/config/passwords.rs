//! The lane that hashes passwords: how many at once. How long the queue before it may be follows from how
//! long a hash takes, and is the lane's own.

use super::{sheet::Sheet, units::number};

/// Each permit owns 19 MiB of work area, so permits bound memory as well.
#[derive(Debug, Clone, Copy)]
pub struct Passwords {
    /// Hashes at once.
    pub permits: usize,
}

impl Passwords {
    pub(super) fn read(sheet: &mut Sheet) -> Self {
        Self {
            permits: sheet.value("passwords.permits", sheet.cores, number(1, 256)),
        }
    }
}
