//! What all tenants come to, in words.

use services::analytics::Figure;
use services::comparison::{Comparison, SegmentBy};

use crate::web::format::{Format, plural};

/// A number of the strip.
pub(super) struct Stat {
    pub(super) label: &'static str,
    pub(super) value: String,
    pub(super) change: String,
}

/// A line: what it is, and what there is of it.
pub(super) struct Fact {
    pub(super) term: &'static str,
    pub(super) value: String,
}

pub(super) fn stats(found: &Comparison, format: &Format) -> Vec<Stat> {
    let totals = &found.totals;
    let count = |figure: Figure<i64>| told(figure, |count| format.count(count));
    let stat = |label, value, change: String| Stat {
        label,
        value,
        change,
    };
    let tenants = plural(totals.tenants, "tenant", "tenants");
    vec![
        stat(
            "People",
            count(totals.users),
            format!("in {} {tenants}", format.count(totals.tenants)),
        ),
        stat("Active people", count(totals.active), String::new()),
        stat(
            "API calls",
            count(totals.calls),
            totals.response_ms.map_or_else(
                |_| String::new(),
                |ms| format!("{} ms on average", format.decimal(ms, 1)),
            ),
        ),
        stat(
            "Stored",
            told(totals.bytes, |bytes| format.bytes(bytes)),
            String::new(),
        ),
    ]
}

/// Each reason once.
pub(super) fn absent(found: &Comparison) -> Vec<String> {
    let (totals, health) = (&found.totals, &found.health);
    let reasons = [
        totals.users.err(),
        totals.response_ms.err(),
        totals.uptime.err(),
        health.utilization.err(),
        health.score.err(),
    ];
    let mut all: Vec<String> = Vec::new();
    for reason in reasons.into_iter().flatten() {
        if !all.iter().any(|known| known == reason) {
            all.push(reason.to_owned());
        }
    }
    all
}

pub(super) fn health(found: &Comparison, format: &Format) -> Vec<Fact> {
    let (totals, health) = (&found.totals, &found.health);
    let status = match health.silent {
        0 => format!("Healthy: {0} of {0} answer", format.count(health.places)),
        silent => format!(
            "Degraded: {} of {} do not answer",
            format.count(silent),
            format.count(health.places)
        ),
    };
    let fact = |term, value| Fact { term, value };
    vec![
        fact("Servers and databases", status),
        fact(
            "Connections in use",
            told(health.utilization, |part| format.percent(part, 1)),
        ),
        fact(
            "Failed by our fault",
            told(health.error_rate, |part| format.percent(part, 2)),
        ),
        fact(
            "Answered from outside",
            told(totals.uptime, |up| format.percent(up / 100.0, 2)),
        ),
        fact(
            "Performance score",
            told(health.score, |score| {
                format!("{} of 100", format.decimal(score, 1))
            }),
        ),
    ]
}

pub(super) fn at_risk(found: &Comparison, format: &Format) -> String {
    let count = i64::try_from(found.at_risk).unwrap_or(i64::MAX);
    format!(
        "{} {} a sign of it",
        format.count(count),
        plural(count, "tenant shows", "tenants show")
    )
}

pub(super) const fn by(by: SegmentBy) -> &'static str {
    match by {
        SegmentBy::Plan => "By plan",
        SegmentBy::Placement => "By placement",
        SegmentBy::Node => "By server",
        SegmentBy::Status => "By status",
    }
}

pub(super) fn told<T>(figure: Figure<T>, words: impl Fn(T) -> String) -> String {
    figure.map_or_else(|_| "–".to_owned(), words)
}
