//! The parts of the overview in words and drawings.

use domain::permission::Permission;
use domain::{TimeZone, UserStatus};
use services::audit::Action;
use services::overview::{DAYS, Day, Entry, Limit, Log, Overview};

use crate::web::audit::Line;
use crate::web::chart::{Bars, Chart, Meter, Svg, Tone, spark, values};
use crate::web::format::{Format, plural};
use crate::web::list::Address;
use crate::web::shell::Shell;

/// A number of the strip.
pub(super) struct Stat {
    pub(super) label: &'static str,
    pub(super) href: String,
    pub(super) value: String,
    pub(super) change: String,
    pub(super) icon: &'static str,
    pub(super) spark: Svg,
}

/// A line of the last days.
pub(super) struct Fact {
    pub(super) term: &'static str,
    pub(super) value: String,
    pub(super) href: String,
    pub(super) bad: bool,
}

/// Who did what, a while ago.
pub(super) struct Deed {
    pub(super) line: Line,
    /// Links only where the reader may go.
    pub(super) target_href: String,
}

/// People by status, each with its days where the reader may read the log.
pub(super) fn stats(found: &Overview, shell: &Shell) -> Vec<Stat> {
    let stat = |(label, status): (&'static str, UserStatus)| {
        let days = found
            .log
            .as_ref()
            .map_or(&[][..], |log| log.days.as_slice());
        let counts: Vec<i64> = days.iter().map(|day| day.people.of(status)).collect();
        let (change, icon) = change(&counts, &shell.format);
        let tone = if status == UserStatus::Active {
            Tone::Brand
        } else {
            Tone::Muted
        };
        Stat {
            label,
            href: if shell.may(Permission::ReadUsers) {
                format!("/users?status={status}")
            } else {
                String::new()
            },
            value: shell.format.count(found.people.of(status)),
            change,
            icon,
            spark: if counts.is_empty() {
                Svg::default()
            } else {
                spark(status.as_str(), &values(&counts), tone)
            },
        }
    };
    [
        ("Active", UserStatus::Active),
        ("Invited", UserStatus::Invited),
        ("Suspended", UserStatus::Suspended),
        ("Inactive", UserStatus::Inactive),
    ]
    .map(stat)
    .into()
}

/// How much more or less there are than at the end of the first day.
fn change(counts: &[i64], format: &Format) -> (String, &'static str) {
    let (Some(first), Some(last)) = (counts.first(), counts.last()) else {
        return (String::new(), "flat");
    };
    let more = last - first;
    let told = format.count(more.abs());
    match more {
        0 => ("steady".to_owned(), "flat"),
        1.. => (format!("{told} more in {DAYS} days"), "up-right"),
        _ => (format!("{told} fewer in {DAYS} days"), "down-right"),
    }
}

/// Seats in use.
pub(super) fn seats(seats: Option<Limit>, format: &Format) -> Option<Meter> {
    let seats = seats?;
    let number = |count| u32::try_from(count).unwrap_or(u32::MAX);
    Some(Meter::new(
        "In use",
        number(seats.used),
        number(seats.hard),
        format,
    ))
}

/// What is left, and who holds one.
pub(super) fn seats_note(seats: Option<Limit>, format: &Format) -> String {
    let free = seats.map_or(0, |seats| (seats.hard - seats.used).max(0));
    let verb = plural(free, "is", "are");
    format!(
        "{} {verb} free. Active, invited and suspended people hold one.",
        format.count(free)
    )
}

/// Sign-ins by day, failures in red.
pub(super) fn chart(log: &Log, zone: TimeZone, format: &Format) -> Chart {
    let pick = |of: fn(&Day) -> i64| log.days.iter().map(of).collect::<Vec<_>>();
    let bars = Bars {
        unit: "signed in".to_owned(),
        values: values(&pick(|day| day.signed_in)),
        bad_unit: "failed".to_owned(),
        bad: values(&pick(|day| day.refused)),
    };
    let compared = compared(log, format);
    let sentence = format!(
        "The last {DAYS} days of {}{compared}",
        zone.as_str().replace('_', " ")
    );
    Chart::bars(
        "sign-ins",
        "Sign-ins",
        &sentence,
        log.first_day,
        bars,
        format.clone(),
    )
}

/// `: 12 % more than in the 14 days before`
fn compared(log: &Log, format: &Format) -> String {
    let now: i64 = log.days.iter().map(|day| day.signed_in).sum();
    let Some(before) = log.signed_in_before else {
        return String::new();
    };
    let count = |number: i64| f64::from(u32::try_from(number).unwrap_or(u32::MAX));
    let share = count(now) / count(before.max(1)) - 1.0;
    let told = format.percent(share.abs(), 0);
    match share {
        share if share >= 0.005 => format!(": {told} more than in the {DAYS} before"),
        share if share <= -0.005 => format!(": {told} less than in the {DAYS} before"),
        _ => format!(": as many as in the {DAYS} before"),
    }
}

/// The last days in numbers, each leading to its entries.
pub(super) fn facts(log: &Log, format: &Format) -> Vec<Fact> {
    let sum = |of: fn(&Day) -> i64| log.days.iter().map(of).sum();
    let fact = |term, count: i64, action: Action| Fact {
        term,
        value: format.count(count),
        href: format!("/audit?action={}&from={}", action.key(), log.first_day),
        bad: false,
    };
    let letters = fact("Letters not sent", log.letters_failed, Action::LetterFailed);
    vec![
        fact("Sign-ins", sum(|day| day.signed_in), Action::SessionCreated),
        fact(
            "Failed sign-ins",
            sum(|day| day.refused),
            Action::SessionRefused,
        ),
        fact("People who joined", log.joined, Action::UserJoined),
        Fact {
            bad: log.letters_failed > 0,
            ..letters
        },
    ]
}

impl Deed {
    pub(super) fn new(entry: &Entry, shell: &Shell) -> Self {
        let nothing: [(&str, &str); 0] = [];
        let line = Line::new(entry, &shell.format, &Address::new("/audit", nothing));
        let may = match entry.target_kind.as_str() {
            "user" => shell.may(Permission::ReadUsers),
            "role" => shell.may(Permission::ReadRoles),
            _ => true,
        };
        Self {
            target_href: if may {
                line.target_href.clone()
            } else {
                String::new()
            },
            line,
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use domain::{Locale, Writing};

    use super::*;

    fn format() -> Format {
        let now = "2026-11-21T12:00:00Z".parse().unwrap();
        Format::new(Writing::of(Locale::EnUs, TimeZone::default()), now)
    }

    fn log(signed_in: &[i64], before: Option<i64>) -> Log {
        let day = |signed_in: &i64| Day {
            signed_in: *signed_in,
            ..Day::default()
        };
        Log {
            first_day: "2026-11-08".parse().unwrap(),
            days: signed_in.iter().map(day).collect(),
            signed_in_before: before,
            joined: 0,
            letters_failed: 0,
            recent: Vec::new(),
        }
    }

    #[test]
    fn a_change_is_told_in_words() {
        assert_eq!(
            change(&[3, 9, 5], &format()),
            ("2 more in 14 days".to_owned(), "up-right")
        );
        assert_eq!(
            change(&[5, 4], &format()),
            ("1 fewer in 14 days".to_owned(), "down-right")
        );
        assert_eq!(change(&[5, 9, 5], &format()), ("steady".to_owned(), "flat"));
        assert_eq!(change(&[], &format()).0, "");
    }

    #[test]
    fn sign_ins_are_compared_only_with_what_is_known() {
        assert_eq!(compared(&log(&[1, 2], None), &format()), "");
        assert_eq!(
            compared(&log(&[5, 6], Some(10)), &format()),
            ": 10\u{a0}% more than in the 14 before"
        );
        assert_eq!(
            compared(&log(&[5], Some(10)), &format()),
            ": 50\u{a0}% less than in the 14 before"
        );
        assert_eq!(
            compared(&log(&[10], Some(10)), &format()),
            ": as many as in the 14 before"
        );
    }

    #[test]
    fn free_seats_are_told() {
        let seats = |used| Some(Limit { used, hard: 3 });
        assert!(seats_note(seats(2), &format()).starts_with("1 is free."));
        assert!(seats_note(seats(5), &format()).starts_with("0 are free."));
        assert_eq!(super::seats(seats(3), &format()).unwrap().word, "Full");
    }
}
