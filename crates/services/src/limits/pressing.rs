//! The one limit that presses most, for whoever opens the overview.

use chrono::{DateTime, Utc};
use domain::standing::percent;
use domain::{ResourceKind, Standing, TimeZone};
use store::limits::Counter;

use super::{span, standing};

/// A resource that is past a threshold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pressing {
    /// Its key.
    pub resource: String,
    /// In use, with what is set aside.
    pub taken: i64,
    /// What was agreed on.
    pub limit: i64,
    /// How much of it that is, in hundredths.
    pub percent: i64,
    /// How near.
    pub standing: Standing,
    /// When it begins anew.
    pub resets_at: Option<DateTime<Utc>>,
}

/// The worst of these counters, where one is past a threshold.
pub(crate) fn worst(counters: &[Counter], zone: TimeZone, now: DateTime<Utc>) -> Option<Pressing> {
    let pressing = counters.iter().filter_map(|counter| {
        let (start, resets_at) = span(counter.every, zone, now);
        let counter = counter.clone().at(start);
        let measured = counter.kind != ResourceKind::Gauge || counter.began_at.is_some();
        let standing = standing(&counter, now);
        let taken = counter.used.saturating_add(counter.held);
        (measured && standing != Standing::Healthy).then(|| Pressing {
            taken,
            limit: counter.hard,
            percent: percent(taken, counter.hard),
            resource: counter.resource,
            standing,
            resets_at,
        })
    });
    pressing.max_by_key(|one| (one.standing, one.percent))
}
