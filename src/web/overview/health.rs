//! Health in a few lines: how the tenant was found last, how much of the time it was there, and slow work today.

use domain::Meter;
use services::overview::Measured;

use crate::web::checkups::{Found, Line};
use crate::web::format::Format;

/// As the card shows it.
pub(super) struct Health {
    pub(super) tone: &'static str,
    pub(super) word: &'static str,
    /// What it is and how much, where that is known.
    pub(super) facts: Vec<(&'static str, String)>,
    pub(super) parts: Vec<Line>,
}

impl Health {
    pub(super) fn of(measured: &Measured, format: &Format) -> Self {
        let (checkup, uptime) = (measured.checkup.as_ref(), &measured.uptime);
        let found = Found::of(checkup, std::slice::from_ref(uptime), format);
        let share = uptime.share().and_then(|share| i32::try_from(share).ok());
        let up = share.map_or_else(
            || "Not measured yet".to_owned(),
            |tenths| format.percent(f64::from(tenths) / 1000.0, 1),
        );
        let slow = measured.days.values(&Meter::DB_SLOW);
        let slow = slow.last().copied().unwrap_or(0);
        let mut facts = vec![
            ("Uptime, 30 days", up),
            ("Slow queries today", format.count(slow)),
        ];
        if let Some(checkup) = checkup {
            facts.push(("Last checked", format.relative(checkup.checked_at)));
        }
        Self {
            tone: found.tone,
            word: found.word,
            facts,
            parts: found.parts,
        }
    }
}
