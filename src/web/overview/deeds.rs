//! What the log says of the last days: sign-ins as bars, and who did what.

use domain::TimeZone;
use domain::permission::Permission;
use services::overview::{DAYS, Day, Entry, Log};

use crate::web::audit::Line;
use crate::web::chart::{Bars, Chart, values};
use crate::web::format::Format;
use crate::web::list::Address;
use crate::web::shell::Shell;

/// Who did what, a while ago.
pub(super) struct Deed {
    pub(super) line: Line,
    /// Links only where the reader may go.
    pub(super) target_href: String,
}

/// The newest deeds, as this reader may see them.
pub(super) fn deeds(log: &Log, shell: &Shell) -> Vec<Deed> {
    log.recent
        .iter()
        .map(|entry| Deed::new(entry, shell))
        .collect()
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

impl Deed {
    fn new(entry: &Entry, shell: &Shell) -> Self {
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
}
