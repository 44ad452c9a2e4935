//! People by status, with the days in which that changed.

use domain::UserStatus;
use domain::permission::Permission;
use services::overview::{DAYS, Overview};

use super::strip::Stat;
use crate::web::chart::{Svg, Tone, spark, values};
use crate::web::format::Format;
use crate::web::shell::Shell;

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
            unit: "",
            tone: "",
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
}
