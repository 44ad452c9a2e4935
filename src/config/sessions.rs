//! How long people stay signed in.

use std::time::Duration;

use super::{
    sheet::Sheet,
    units::{Span, span},
};

/// The ends of a session, whichever comes first.
#[derive(Debug, Clone, Copy)]
pub struct Sessions {
    /// After this time without a request.
    pub idle: Duration,
    /// After this time in any case.
    pub absolute: Duration,
    /// The time in both places for who asked to be kept signed in.
    pub keep: Duration,
}

impl Sessions {
    pub(super) fn read(sheet: &mut Sheet) -> Self {
        let any = || span(Span::seconds(60), Span::seconds(365 * 86_400));
        let read = Self {
            idle: sheet
                .value("sessions.idle", Span::seconds(30 * 60), any())
                .0,
            absolute: sheet
                .value("sessions.absolute", Span::seconds(12 * 3_600), any())
                .0,
            keep: sheet
                .value("sessions.keep", Span::seconds(30 * 86_400), any())
                .0,
        };
        if read.idle > read.absolute {
            sheet.fault(
                "sessions.idle",
                "is longer than sessions.absolute, so it would never hold",
            );
        }
        read
    }
}
