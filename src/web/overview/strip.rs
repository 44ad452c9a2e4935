//! The strip of numbers: what there was in the period, how that changed, and its line.

use domain::{Meter, Period};
use services::analytics::{self, Figure};
use services::overview::Measured;
use services::usage::Reading;

use super::change::{Change, SLOWER, STEADY, part};
use crate::web::chart::{Svg, Tone, number, spark, values};
use crate::web::format::Format;

/// A number of the strip.
pub(super) struct Stat {
    pub(super) label: &'static str,
    pub(super) href: String,
    pub(super) value: String,
    pub(super) unit: &'static str,
    pub(super) change: String,
    /// Whether the change is good; empty where it is neither.
    pub(super) tone: &'static str,
    pub(super) icon: &'static str,
    pub(super) spark: Svg,
}

/// Where there is no number.
const NONE: &str = "–";

/// The four numbers.
pub(super) fn stats(measured: &Measured, format: &Format) -> Vec<Stat> {
    let (now, before) = (&measured.reading, measured.reading.earlier());
    vec![
        active(measured, format),
        calls(measured, format),
        errors(now, &before, format),
        response(now, &before, format),
    ]
}

fn active(measured: &Measured, format: &Format) -> Stat {
    let coming = &measured.coming;
    let plain = Stat::new("Active people", format.count(coming.active));
    if coming.active == 0 && coming.active_before.is_none() {
        return plain.none("Nobody used pages");
    }
    let stat = match coming.active_before {
        _ if measured.reading.period == Period::Day => plain.note("today and yesterday"),
        None => plain.note("nothing known before"),
        Some(then) => plain.changed(part(number(coming.active), number(then), STEADY, format), 1),
    };
    stat.line("active", &values(&coming.actives), Tone::Brand)
}

fn calls(measured: &Measured, format: &Format) -> Stat {
    let (reading, meter) = (&measured.reading, &Meter::API_CALLS);
    let total = reading.total(meter);
    let plain = Stat::new("API calls", format.count(total));
    if measured.is_silent() {
        return plain.none("None measured yet");
    }
    let stat = match reading.total_before(meter) {
        None | Some(0) => plain.note("none before"),
        Some(then) => plain.changed(part(number(total), number(then), STEADY, format), 1),
    };
    stat.line("calls", &values(&reading.values(meter)), Tone::Brand)
}

fn errors(now: &Reading, before: &Reading, format: &Format) -> Stat {
    let hundredths = |rate: f64| format.decimal(rate * 100.0, 2);
    told(
        "Error rate",
        "%",
        analytics::error_rate(now),
        hundredths,
        |now| {
            let then = analytics::error_rate(before).ok()?;
            let points = (now - then) * 100.0;
            let words = format!("{}\u{a0}pt", format.decimal(points.abs(), 2));
            Some(Change::of(points, 0.005, words))
        },
    )
    .line("errors", &analytics::error_line(now), Tone::Muted)
}

fn response(now: &Reading, before: &Reading, format: &Format) -> Stat {
    let whole = |ms: f64| format.decimal(ms, usize::from(ms < 10.0));
    let figure = analytics::response_ms(now);
    told("Average answer", "ms", figure, whole, |now| {
        let then = analytics::response_ms(before).ok()?;
        Some(part(now, then, SLOWER, format))
    })
    .line("response", &analytics::response_line(now), Tone::Muted)
}

/// A figure of which less is better, or why there is none.
fn told(
    label: &'static str,
    unit: &'static str,
    figure: Figure<f64>,
    words: impl Fn(f64) -> String,
    change: impl Fn(f64) -> Option<Change>,
) -> Stat {
    match figure {
        Err(_) => Stat::new(label, NONE.to_owned()).none("Nothing was asked for"),
        Ok(now) => {
            let stat = Stat {
                unit,
                ..Stat::new(label, words(now))
            };
            match change(now) {
                Some(change) => stat.changed(change, -1),
                None => stat.note("nothing before"),
            }
        }
    }
}

impl Stat {
    fn new(label: &'static str, value: String) -> Self {
        Self {
            label,
            href: String::new(),
            value,
            unit: "",
            change: String::new(),
            tone: "",
            icon: "",
            spark: Svg::default(),
        }
    }

    /// With how it changed; `good` is the way in which it should.
    fn changed(self, change: Change, good: i8) -> Self {
        Self {
            icon: match change.way {
                1 => "up-right",
                -1 => "down-right",
                _ => "flat",
            },
            tone: match change.way * good {
                1 => "ok",
                // Fewer people or calls are no fault.
                -1 if good < 0 => "bad",
                _ => "",
            },
            change: change.words,
            ..self
        }
    }

    fn note(self, words: &str) -> Self {
        Self {
            change: words.to_owned(),
            ..self
        }
    }

    fn none(self, why: &str) -> Self {
        Self {
            value: NONE.to_owned(),
            ..self.note(why)
        }
    }

    fn line(self, id: &str, values: &[f64], tone: Tone) -> Self {
        Self {
            spark: spark(&format!("spark-{id}"), values, tone),
            ..self
        }
    }
}
