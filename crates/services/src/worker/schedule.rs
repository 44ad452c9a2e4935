//! What is done by the clock. A slot is taken in the database by one process and enqueued in the same
//! transaction; slots that were missed meanwhile are one.

use chrono::{DateTime, Utc};
use croner::Cron;
use domain::TimeZone;
use serde_json::json;
use store::{Store, StoreError, schedules};

use crate::jobs::{self, JobKind, NewJob};

/// When something is done.
#[derive(Debug, Clone, Copy)]
pub struct Schedule {
    /// Its name in the database.
    pub name: &'static str,
    /// Minute, hour, day, month, weekday.
    pub pattern: &'static str,
    /// In this zone.
    pub zone: TimeZone,
    /// What is done.
    pub kind: JobKind,
}

/// The schedules of every installation.
pub const OURS: &[Schedule] = &[
    Schedule {
        name: "sign_in.sweep_all",
        pattern: "*/15 * * * *",
        zone: TimeZone::UTC,
        kind: JobKind::SignInSweepAll,
    },
    Schedule {
        name: "staff.sweep",
        pattern: "*/15 * * * *",
        zone: TimeZone::UTC,
        kind: JobKind::StaffSweep,
    },
    Schedule {
        name: "tenant.trials_end",
        pattern: "*/5 * * * *",
        zone: TimeZone::UTC,
        kind: JobKind::TrialsEnd,
    },
    Schedule {
        name: "limits.check_all",
        pattern: "0 * * * *",
        zone: TimeZone::UTC,
        kind: JobKind::LimitsCheckAll,
    },
    Schedule {
        name: "tenant.own_limits_end",
        pattern: "17 * * * *",
        zone: TimeZone::UTC,
        kind: JobKind::OwnLimitsEnd,
    },
    Schedule {
        name: "scalings.due",
        pattern: "*/5 * * * *",
        zone: TimeZone::UTC,
        kind: JobKind::ScalingsDue,
    },
    Schedule {
        name: "copies.discard",
        pattern: "37 * * * *",
        zone: TimeZone::UTC,
        kind: JobKind::CopiesDiscard,
    },
    Schedule {
        name: "places.settle",
        pattern: "* * * * *",
        zone: TimeZone::UTC,
        kind: JobKind::PlacesSettle,
    },
    Schedule {
        name: "usage.keep",
        pattern: "23 3 * * *",
        zone: TimeZone::UTC,
        kind: JobKind::UsageKeep,
    },
    Schedule {
        name: "usage.gather",
        pattern: "11 * * * *",
        zone: TimeZone::UTC,
        kind: JobKind::UsageGather,
    },
    Schedule {
        name: "checkups.run",
        pattern: "*/5 * * * *",
        zone: TimeZone::UTC,
        kind: JobKind::CheckupsRun,
    },
    Schedule {
        name: "jobs.prune",
        pattern: "7 * * * *",
        zone: TimeZone::UTC,
        kind: JobKind::JobsPrune,
    },
    Schedule {
        name: "nodes.look",
        pattern: "* * * * *",
        zone: TimeZone::UTC,
        kind: JobKind::NodesLook,
    },
    Schedule {
        name: "databases.stock",
        pattern: "* * * * *",
        zone: TimeZone::UTC,
        kind: JobKind::StockKeep,
    },
    Schedule {
        name: "nodes.drain",
        pattern: "* * * * *",
        zone: TimeZone::UTC,
        kind: JobKind::NodesDrain,
    },
];

/// Enqueues what has come due since the slots that were taken last.
///
/// # Errors
/// The database's.
pub fn tick(store: &Store, now: DateTime<Utc>, schedules: &[Schedule]) -> Result<(), StoreError> {
    for schedule in schedules {
        store.platform(now, |tx| {
            let last = schedules::last_slot(tx, schedule.name)?;
            let Some(slot) = due(schedule, last, now) else {
                return Ok(());
            };
            if schedules::take_slot(tx, schedule.name, slot)? {
                jobs::enqueue_for_platform(tx, &NewJob::now(schedule.kind, json!({})))?;
            }
            Ok::<_, StoreError>(())
        })?;
    }
    Ok(())
}

/// The newest slot up to now, if one came behind `last`. A pattern with a fixed time has one slot a day,
/// also on the day on which its hour comes twice or never.
#[must_use]
pub fn due(
    schedule: &Schedule,
    last: Option<DateTime<Utc>>,
    now: DateTime<Utc>,
) -> Option<DateTime<Utc>> {
    let cron: Cron = schedule.pattern.parse().ok()?;
    let zone = schedule.zone.tz();
    let next = match last {
        // Looking ahead decides whether there is one: it knows that a repeated hour is the same slot.
        Some(last) => Some(
            cron.find_next_occurrence(&last.with_timezone(&zone), false)
                .ok()?,
        ),
        None => None,
    };
    if next.as_ref().is_some_and(|next| *next > now) {
        return None;
    }
    let newest = cron
        .find_previous_occurrence(&now.with_timezone(&zone), true)
        .ok()?;
    let newest = next.map_or(newest, |next| next.max(newest));
    Some(newest.to_utc()).filter(|slot| *slot <= now)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use chrono::TimeDelta;

    use super::*;

    fn slots(pattern: &'static str, from: &str, hours: i64, step: TimeDelta) -> Vec<String> {
        let zone = TimeZone::parse("Europe/Berlin").unwrap();
        let schedule = Schedule {
            name: "test",
            pattern,
            zone,
            kind: JobKind::JobsPrune,
        };
        let mut now: DateTime<Utc> = from.parse().unwrap();
        let end = now + TimeDelta::hours(hours);
        let (mut last, mut taken) = (Some(now), Vec::new());
        while now < end {
            if let Some(slot) = due(&schedule, last, now) {
                assert!(last.is_none_or(|last| slot > last));
                taken.push(slot.with_timezone(&zone.tz()).to_rfc3339());
                last = Some(slot);
            }
            now += step;
        }
        taken
    }

    #[test]
    fn job_09_a_day_of_23_and_of_25_hours_has_each_slot_once() {
        let minute = TimeDelta::minutes(1);
        // The clock goes from 3 back to 2 on 25 October 2026: half past two comes twice.
        let autumn = slots("30 2 * * *", "2026-10-24T00:00:00Z", 72, minute);
        assert_eq!(autumn.len(), 3, "{autumn:?}");
        // It goes from 2 to 3 on 29 March 2026: half past two never comes.
        let spring = slots("30 2 * * *", "2026-03-28T00:00:00Z", 72, minute);
        assert_eq!(spring.len(), 3, "{spring:?}");
        // A pattern by the interval runs in every hour that there is.
        let autumn = slots("0 * * * *", "2026-10-24T22:00:01Z", 25, minute);
        assert_eq!(autumn.len(), 24, "{autumn:?}");
    }

    #[test]
    fn job_09_missed_slots_are_one_and_a_clock_set_back_takes_none_twice() {
        let day_off = slots(
            "*/15 * * * *",
            "2026-10-20T00:00:00Z",
            48,
            TimeDelta::hours(24),
        );
        assert_eq!(day_off.len(), 1, "{day_off:?}");
        let schedule = OURS.first().unwrap();
        let slot: DateTime<Utc> = "2026-11-21T10:15:00Z".parse().unwrap();
        assert_eq!(
            due(schedule, None, slot + TimeDelta::minutes(3)),
            Some(slot)
        );
        for ago in [0, 1, 20, 3600] {
            assert_eq!(
                due(schedule, Some(slot), slot - TimeDelta::minutes(ago)),
                None
            );
        }
        assert_eq!(
            due(schedule, Some(slot), slot + TimeDelta::minutes(14)),
            None
        );
    }

    #[test]
    fn our_patterns_are_read() {
        for schedule in OURS {
            assert!(
                schedule.pattern.parse::<Cron>().is_ok(),
                "{}",
                schedule.name
            );
        }
    }
}
