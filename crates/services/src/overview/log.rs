//! The last days out of the audit log: sign-ins, people by status, what was done last.

use chrono::{DateTime, Days, NaiveDate, TimeZone as _, Utc};
use domain::permission::ReadOverview;
use domain::{StatusCounts, TimeZone, UserStatus};
use store::overview::{self as stored, DayCount, DaySteps};
use store::{StoreError, TenantTx};

use crate::audit::Action;
pub use store::audit::log::Entry;

/// How many days the overview looks back, today included.
pub const DAYS: u32 = 14;
/// How many entries it shows.
const ENTRIES: i64 = 8;

const SIGNED_IN: Action = Action::SessionCreated;
const NOT_SIGNED_IN: Action = Action::SessionRefused;
/// What the chart shows already.
const COUNTED: &[Action] = &[SIGNED_IN, NOT_SIGNED_IN, Action::SessionEnded];
/// What takes people from one status to another.
const STEPS: &[Action] = &[
    Action::UserInvited,
    Action::InvitationRevoked,
    Action::UserJoined,
    Action::UserCreated,
    Action::UserSuspended,
    Action::UserRestored,
    Action::UserDeactivated,
    Action::UserRemoved,
    Action::UserRemovalUndone,
];

/// The last [`DAYS`] days by the tenant's time zone, today last.
#[derive(Debug)]
pub struct Log {
    /// The first of them.
    pub first_day: NaiveDate,
    /// What was counted on each.
    pub days: Vec<Day>,
    /// Sign-ins of as many days before them; none where the log does not reach back that far.
    pub signed_in_before: Option<i64>,
    /// How many people accepted an invitation.
    pub joined: i64,
    /// How many letters could not be sent.
    pub letters_failed: i64,
    /// The newest entries that are no sign-ins.
    pub recent: Vec<Entry>,
}

/// A day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Day {
    /// Sign-ins.
    pub signed_in: i64,
    /// Sign-ins that were refused.
    pub refused: i64,
    /// People by status at its end, where that was asked for.
    pub people: StatusCounts,
}

/// How the days are told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Of {
    /// Sign-ins and deeds.
    Deeds,
    /// How many people were there on each day besides.
    DeedsAndPeople,
}

pub(super) fn read(
    tx: &mut TenantTx<'_, ReadOverview>,
    zone: TimeZone,
    people: StatusCounts,
    of: Of,
) -> Result<Log, StoreError> {
    let span = Span::until(tx.now(), zone);
    let counted = [
        SIGNED_IN,
        NOT_SIGNED_IN,
        Action::UserJoined,
        Action::LetterFailed,
    ];
    let counts = stored::count_by_day(tx, &keys(&counted), span.start(span.before), zone.as_str())?;
    let recent = stored::recent(tx, &keys(COUNTED), ENTRIES)?;
    let tally = Tally(&counts);
    let mut days: Vec<Day> = span
        .days()
        .map(|day| Day {
            signed_in: tally.of(SIGNED_IN, |one| one == day),
            refused: tally.of(NOT_SIGNED_IN, |one| one == day),
            people,
        })
        .collect();
    if of == Of::DeedsAndPeople {
        let since = span.start(span.first);
        let steps = stored::steps_by_day(tx, &keys(STEPS), since, zone.as_str())?;
        look_back(&mut days, span.first, &steps);
    }
    let now = |day| day >= span.first;
    let before = tally.of(SIGNED_IN, |day| day < span.first);
    Ok(Log {
        first_day: span.first,
        signed_in_before: (before > 0).then_some(before),
        joined: tally.of(Action::UserJoined, now),
        letters_failed: tally.of(Action::LetterFailed, now),
        days,
        recent,
    })
}

fn keys(actions: &[Action]) -> Vec<&'static str> {
    actions.iter().map(|action| action.key()).collect()
}

/// The days and as many before them.
struct Span {
    zone: TimeZone,
    before: NaiveDate,
    first: NaiveDate,
}

impl Span {
    fn until(now: DateTime<Utc>, zone: TimeZone) -> Self {
        let today = now.with_timezone(&zone.tz()).date_naive();
        let back = |days: u32| {
            today
                .checked_sub_days(Days::new(u64::from(days)))
                .unwrap_or(today)
        };
        Self {
            zone,
            before: back(2 * DAYS - 1),
            first: back(DAYS - 1),
        }
    }

    fn days(&self) -> impl Iterator<Item = NaiveDate> {
        self.first.iter_days().zip(0..DAYS).map(|(day, _)| day)
    }

    /// When a day begins; where clocks are set forward over midnight, at their first moment after it.
    fn start(&self, day: NaiveDate) -> DateTime<Utc> {
        let midnight = day.and_time(chrono::NaiveTime::MIN);
        let local = (0..4).find_map(|hours| {
            let time = midnight + chrono::TimeDelta::hours(hours);
            self.zone.tz().from_local_datetime(&time).earliest()
        });
        local.map_or_else(|| midnight.and_utc(), |local| local.to_utc())
    }
}

struct Tally<'a>(&'a [DayCount]);

impl Tally<'_> {
    fn of(&self, action: Action, on: impl Fn(NaiveDate) -> bool) -> i64 {
        let these = self
            .0
            .iter()
            .filter(|one| one.action == action.key() && on(one.day));
        these.map(|one| one.count).sum()
    }
}

/// The people at the end of each day: today's are known, and the log says what each day changed.
fn look_back(days: &mut [Day], first: NaiveDate, steps: &[DaySteps]) {
    let mut after: Option<(NaiveDate, StatusCounts)> = None;
    let dates: Vec<NaiveDate> = first.iter_days().take(days.len()).collect();
    for (day, date) in days.iter_mut().zip(dates).rev() {
        if let Some((next, mut people)) = after {
            for step in steps.iter().filter(|step| step.day == next) {
                undo(&mut people, step);
            }
            day.people = people;
        }
        after = Some((date, day.people));
    }
}

fn undo(people: &mut StatusCounts, step: &DaySteps) {
    let status = |word: &Option<String>| UserStatus::parse(word.as_deref()?).ok();
    let (from, to) = (status(&step.from), status(&step.to));
    let mut add = |status: Option<UserStatus>, count: i64| {
        if let Some(status) = status {
            people.set(status, (people.of(status) + count).max(0));
        }
    };
    if from != to {
        add(to, -step.count);
        add(from, step.count);
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn step(on: &str, from: Option<&str>, to: Option<&str>, count: i64) -> DaySteps {
        DaySteps {
            day: day(on),
            from: from.map(str::to_owned),
            to: to.map(str::to_owned),
            count,
        }
    }

    #[test]
    fn the_log_tells_who_was_there_on_each_day() {
        let people = StatusCounts {
            invited: 1,
            active: 5,
            suspended: 1,
            inactive: 0,
        };
        let mut days = vec![
            Day {
                people,
                ..Day::default()
            };
            3
        ];
        let steps = [
            step("2026-11-20", Some("invited"), Some("active"), 2),
            step("2026-11-21", None, Some("invited"), 1),
            step("2026-11-21", Some("active"), Some("suspended"), 1),
            step("2026-11-21", Some("active"), Some("active"), 9),
        ];
        look_back(&mut days, day("2026-11-19"), &steps);
        let told: Vec<_> = days
            .iter()
            .map(|one| (one.people.invited, one.people.active, one.people.suspended))
            .collect();
        assert_eq!(told, [(2, 4, 0), (0, 6, 0), (1, 5, 1)]);
    }

    #[test]
    fn days_are_the_tenant_s() {
        let now = "2026-11-21T03:30:00Z".parse().unwrap();
        let span = Span::until(now, TimeZone::parse("America/New_York").unwrap());
        assert_eq!(span.days().last(), Some(day("2026-11-20")));
        assert_eq!(span.days().count(), 14);
        assert_eq!(
            span.start(day("2026-11-20")),
            "2026-11-20T05:00:00Z".parse::<DateTime<Utc>>().unwrap()
        );
        // Midnight does not exist on this day in this zone.
        let span = Span::until(now, TimeZone::parse("Africa/Cairo").unwrap());
        assert_eq!(
            span.start(day("2026-04-24")),
            "2026-04-23T22:00:00Z".parse::<DateTime<Utc>>().unwrap()
        );
    }
}
