//! Background work: how much at once, and how soon a job of a dead worker is taken over.

use std::time::Duration;

use super::{
    sheet::Sheet,
    units::{Span, number, span},
};

/// The worker's size and rhythm.
#[derive(Debug, Clone, Copy)]
pub struct Jobs {
    /// Jobs at once; 0 leaves them to other processes.
    pub workers: usize,
    /// How often the queue is asked when nothing woke the worker.
    pub poll: Duration,
    /// How long a claimed job belongs to its worker without a sign of life.
    pub lease: Duration,
}

impl Jobs {
    pub(super) fn read(sheet: &mut Sheet) -> Self {
        Self {
            workers: sheet.value("jobs.workers", 2, number(0, 256)),
            poll: sheet
                .value(
                    "jobs.poll",
                    Span::seconds(1),
                    span(Span(Duration::from_millis(50)), Span::seconds(60)),
                )
                .0,
            lease: sheet
                .value(
                    "jobs.lease",
                    Span::seconds(60),
                    span(Span::seconds(5), Span::seconds(3_600)),
                )
                .0,
        }
    }
}
