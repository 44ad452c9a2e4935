//! The one notice of the overview.

use chrono::NaiveDate;
use domain::Standing;
use domain::permission::Permission;
use domain::plan::title;
use services::limits::{Pressing, Stand};
use services::overview::{Measured, Overview};

use crate::web::format::{Format, plural};
use crate::web::shell::Shell;

/// One thing that somebody should do something about.
pub(super) struct Notice {
    pub(super) tone: &'static str,
    pub(super) words: String,
    pub(super) then: String,
    pub(super) href: &'static str,
    pub(super) link: &'static str,
}

/// The most pressing thing, if there is one for this reader.
pub(super) fn notice(
    found: &Overview,
    measured: Option<&Measured>,
    shell: &Shell,
) -> Option<Notice> {
    let full = found.seats.filter(|seats| seats.used >= seats.hard);
    if let Some(seats) = full.filter(|_| shell.may(Permission::ManageUsers)) {
        let count = shell.format.count(seats.hard);
        return Some(Notice {
            tone: "warn",
            words: format!("All {count} seats are taken."),
            then: "Nobody can be invited until one is free.".to_owned(),
            href: "/users",
            link: "See who has one",
        });
    }
    let (href, link) = match measured.is_some_and(|measured| measured.may_ask) {
        true => ("/scalings/new", "Ask for more"),
        false => ("/usage", "Usage and limits"),
    };
    if let Some(pressing) = &found.pressing {
        return Some(Notice {
            href,
            link,
            ..near(pressing, &shell.format)
        });
    }
    if let Some((stand, day)) = measured.and_then(|measured| measured.soon.as_ref()) {
        return Some(Notice {
            href,
            link,
            ..soon(stand, *day, &shell.format)
        });
    }
    let failed = found.log.as_ref().map_or(0, |log| log.letters_failed);
    (failed > 0).then(|| Notice {
        tone: "bad",
        words: format!(
            "{} {} could not be sent",
            shell.format.count(failed),
            plural(failed, "letter", "letters")
        ),
        then: "in the last 14 days.".to_owned(),
        href: "/audit?action=letter.failed",
        link: "See which",
    })
}

/// A limit that will be reached.
fn soon(stand: &Stand, day: NaiveDate, format: &Format) -> Notice {
    let limit = format.count(stand.limit.unwrap_or(i64::MAX));
    Notice {
        tone: "warn",
        words: format!(
            "{}: the limit of {limit} will be reached around {}",
            stand.resource.name,
            format.day_short(day)
        ),
        then: "if it goes on like this.".to_owned(),
        href: "",
        link: "",
    }
}

/// A limit that is near, reached or passed.
fn near(pressing: &Pressing, format: &Format) -> Notice {
    let (taken, limit) = (format.count(pressing.taken), format.count(pressing.limit));
    let then = match (pressing.resets_at, pressing.standing) {
        (Some(at), Standing::Exceeded) => {
            format!("More is refused until {}.", format.date_time(at))
        }
        (Some(at), _) => format!("It begins anew {}.", format.date_time(at)),
        (None, Standing::Exceeded) => "More is refused.".to_owned(),
        (None, _) => String::new(),
    };
    Notice {
        tone: if pressing.standing == Standing::Warning {
            "warn"
        } else {
            "bad"
        },
        words: format!(
            "{}: {taken} of {limit} are in use ({} %).",
            title(&pressing.resource),
            pressing.percent
        ),
        then,
        href: "",
        link: "",
    }
}
