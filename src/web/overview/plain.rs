//! The overview of whoever may not read what is used: people by status, seats, and the last days for whoever may read the log.

use actix_web::HttpResponse;
use askama::Template;
use domain::TimeZone;
use domain::permission::Permission;
use services::audit::Action;
use services::overview::{Day, Limit, Log, Overview};

use super::deeds::{Deed, chart, deeds};
use super::notice::{Notice, notice};
use super::people::stats;
use super::strip::Stat;
use crate::problem::Problem;
use crate::web::answer;
use crate::web::chart::{Chart, Meter};
use crate::web::format::{Format, plural};
use crate::web::shell::Shell;

#[derive(Template)]
#[template(path = "overview/plain.html")]
struct Page {
    shell: Shell,
    hint: String,
    notice: Option<Notice>,
    stats: Vec<Stat>,
    seats: Option<Meter>,
    seats_note: String,
    /// Nobody but the reader is here.
    alone: bool,
    signs: Option<Chart>,
    facts: Vec<Fact>,
    deeds: Option<Vec<Deed>>,
}

impl Page {
    /// What leads to the people, for those who may see them.
    fn people_link(&self) -> &'static str {
        if self.shell.may(Permission::ReadUsers) {
            "People"
        } else {
            ""
        }
    }
}

/// A line of the last days.
pub(super) struct Fact {
    pub(super) term: &'static str,
    pub(super) value: String,
    pub(super) href: String,
    pub(super) bad: bool,
}

/// The page.
pub(super) fn page(
    found: &Overview,
    shell: Shell,
    zone: TimeZone,
) -> Result<HttpResponse, Problem> {
    let log = found.log.as_ref();
    answer::page(&Page {
        hint: format!("{} · {}", shell.look.name, shell.look.host),
        notice: notice(found, None, &shell),
        stats: stats(found, &shell),
        seats: seats(found.seats, &shell.format),
        seats_note: seats_note(found.seats, &shell.format),
        alone: found.people.total() <= 1,
        signs: log.map(|log| chart(log, zone, &shell.format)),
        facts: log.map_or_else(Vec::new, |log| facts(log, &shell.format)),
        deeds: log.map(|log| deeds(log, &shell)),
        shell,
    })
}

/// Seats in use.
fn seats(seats: Option<Limit>, format: &Format) -> Option<Meter> {
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
fn seats_note(seats: Option<Limit>, format: &Format) -> String {
    let free = seats.map_or(0, |seats| (seats.hard - seats.used).max(0));
    let verb = plural(free, "is", "are");
    format!(
        "{} {verb} free. Active, invited and suspended people hold one.",
        format.count(free)
    )
}

/// The last days in numbers, each leading to its entries.
fn facts(log: &Log, format: &Format) -> Vec<Fact> {
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

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use domain::{Locale, TimeZone, Writing};

    use super::*;

    fn format() -> Format {
        let now = "2026-11-21T12:00:00Z".parse().unwrap();
        Format::new(Writing::of(Locale::EnUs, TimeZone::default()), now)
    }

    #[test]
    fn free_seats_are_told() {
        let seats = |used| Some(Limit { used, hard: 3 });
        assert!(seats_note(seats(2), &format()).starts_with("1 is free."));
        assert!(seats_note(seats(5), &format()).starts_with("0 are free."));
        assert_eq!(super::seats(seats(3), &format()).unwrap().word, "Full");
    }
}
