//! The lane that hashes passwords: how many at once, and how long the queue before it may be.

use std::time::Duration;

use super::{
    sheet::Sheet,
    units::{Span, number, span},
};

/// Each permit owns 19 MiB of work area, so permits bound memory as well.
#[derive(Debug, Clone, Copy)]
pub struct Passwords {
    /// Hashes at once.
    pub permits: usize,
    /// How many may wait for a permit before the next is refused.
    pub queue: usize,
    /// How long one may wait.
    pub wait: Duration,
}

impl Passwords {
    pub(super) fn read(sheet: &mut Sheet) -> Self {
        Self {
            permits: sheet.value("passwords.permits", sheet.cores, number(1, 256)),
            queue: sheet.value("passwords.queue", 64, number(0, 10_000)),
            wait: sheet
                .value(
                    "passwords.wait",
                    Span::seconds(2),
                    span(Span(Duration::from_millis(10)), Span::seconds(30)),
                )
                .0,
        }
    }
}
