//! A resource on the page of usage: its bar with what is expected, and what there is to say of it.

use domain::{Meter as Measure, ResourceKind, Standing, Steps, Window};
use services::limits::{self, Stand};
use services::usage::Look;

use crate::web::chart::{Meter, number};
use crate::web::format::Format;

/// One resource.
pub(super) struct Line {
    pub(super) name: String,
    /// Where it is limited and counted.
    pub(super) meter: Option<Meter>,
    /// Where it is not: what there is to say.
    pub(super) told: String,
    /// What is expected, the peak, what is set aside, when it begins anew, until when more is let through.
    pub(super) note: String,
}

impl Line {
    pub(super) fn of(stand: &Stand, look: &Look, format: &Format) -> Self {
        let told = match (stand.used, stand.limit) {
            (None, Some(limit)) => format!(
                "{} at most. How much is in use is not measured yet.",
                format.count(limit)
            ),
            (None, None) => "Not limited, and not measured yet.".to_owned(),
            (Some(used), None) => format!("{} in use. Not limited.", format.count(used)),
            (Some(_), Some(_)) => String::new(),
        };
        Self {
            name: stand.resource.name.clone(),
            meter: limited(stand, look, format),
            told,
            note: sentences([
                look.comes_to(stand)
                    .map(|amount| coming(stand, amount, format)),
                ahead(stand, look, format),
                peak(stand, look, format),
                note(stand, format),
            ]),
        }
    }
}

/// The bar, which shows hundredths; the numbers beside it are exact.
pub(in crate::web) fn meter(stand: &Stand, used: i64, limit: i64, format: &Format) -> Meter {
    let share = u32::try_from(stand.percent.unwrap_or(0)).unwrap_or(u32::MAX);
    let mut meter = Meter::new(&*stand.resource.name, share.min(100), 100, format);
    let unit = match is_stored(stand) {
        true => "\u{a0}GB",
        false => "",
    };
    meter.told = format!("{} of {}{unit}", format.count(used), format.count(limit));
    (meter.level, meter.word) = match stand.standing {
        Standing::Healthy => ("", ""),
        Standing::Warning => ("warn", "Near limit"),
        Standing::Grace => ("bad", "Beyond the limit"),
        Standing::Exceeded => ("bad", "Full"),
    };
    meter
}

/// The bar with what is expected, where there is a limit and something is counted.
fn limited(stand: &Stand, look: &Look, format: &Format) -> Option<Meter> {
    let (used, limit) = stand.used.zip(stand.limit)?;
    let meter = meter(stand, used, limit, format);
    let share = |amount: f64| amount / number(limit).max(1.0) * 100.0;
    Some(match look.comes_to(stand) {
        Some(amount) => meter.expecting(share(amount)),
        None => meter,
    })
}

/// What is expected of a resource, and by when.
pub(in crate::web) fn coming(stand: &Stand, amount: f64, format: &Format) -> String {
    let amount = match is_stored(stand) {
        true => size(amount * number(Measure::STORAGE.unit()), format),
        false => format.decimal(amount, 0),
    };
    match (stand.resource.window, stand.resets_at) {
        (Some(Window::Day), _) => format!("{amount} expected by midnight"),
        (_, Some(at)) => format!("{amount} expected by {}", format.date(at)),
        (_, None) => format!("{amount} expected in 30 days"),
    }
}

fn is_stored(stand: &Stand) -> bool {
    Measure::of(&stand.resource.key) == Measure::STORAGE
}

/// An expected number of bytes, which has no exact ones.
fn size(bytes: f64, format: &Format) -> String {
    match bytes {
        bytes if bytes >= 1e9 => format!("{}\u{a0}GB", format.decimal(bytes / 1e9, 1)),
        bytes if bytes >= 1e6 => format!("{}\u{a0}MB", format.decimal(bytes / 1e6, 1)),
        bytes => format!("{}\u{a0}kB", format.decimal(bytes / 1e3, 0)),
    }
}

/// When the limit will be reached, if it goes on so.
fn ahead(stand: &Stand, look: &Look, format: &Format) -> Option<String> {
    let day = look.reaches(stand)?;
    Some(format!(
        "If it goes on so, the limit is reached on {}",
        format.day(day)
    ))
}

/// The most there was in one step of the period, where it has more than one.
fn peak(stand: &Stand, look: &Look, format: &Format) -> Option<String> {
    let steps = look.reading.steps;
    let meter = Measure::of(&stand.resource.key);
    let most = look.reading.peak(&meter);
    if most == 0 || steps.count() < 2 {
        return None;
    }
    let most = match is_stored(stand) {
        true => format.bytes(most),
        false => format.count(most),
    };
    Some(match (stand.resource.kind, steps) {
        (ResourceKind::Counter, Steps::Days(..)) => format!("Peak {most} in a day"),
        (ResourceKind::Counter, Steps::Hours(..)) => format!("Peak {most} in an hour"),
        _ => format!("Peak {most}"),
    })
}

/// As sentences one behind the other.
fn sentences(all: [Option<String>; 4]) -> String {
    let ended = all.into_iter().flatten().filter(|one| !one.is_empty());
    let ended = ended.map(|one| match one.ends_with('.') {
        true => one,
        false => format!("{one}."),
    });
    ended.collect::<Vec<_>>().join(" ")
}

fn note(stand: &Stand, format: &Format) -> Option<String> {
    let mut notes = Vec::new();
    if stand.held > 0 {
        notes.push(format!(
            "{} more set aside by your application.",
            format.count(stand.held)
        ));
    }
    if let Some(until) = stand.grace_until {
        notes.push(format!(
            "More than the limit is let through until {}.",
            format.date_time(until)
        ));
    }
    if stand.resource.key.as_str() == limits::CALLS && stand.used > Some(0) {
        notes.push("Taken in blocks of up to 200, so a few more than were made.".to_owned());
    }
    if let Some(at) = stand.measured_at {
        notes.push(format!("Measured {}.", format.date_time(at)));
    }
    if let Some(at) = stand.resets_at {
        notes.push(format!("Begins anew {}.", format.date_time(at)));
    }
    Some(notes.join(" "))
}
