//! Figures in words: the strip above, what stands beside the charts, and why something is not known.

use domain::Trend;
use services::analytics::{Analytics, Figure, Series};

use crate::web::chart::{Meter, Svg, Tone, spark};
use crate::web::format::Format;

/// A number of the strip.
pub(super) struct Stat {
    pub(super) label: &'static str,
    pub(super) value: String,
    pub(super) unit: &'static str,
    pub(super) change: String,
    pub(super) icon: &'static str,
    pub(super) spark: Svg,
}

/// A line: what it is, what there is of it or a dash, and why there is none.
pub(super) struct Fact {
    pub(super) term: String,
    pub(super) value: String,
    pub(super) note: &'static str,
}

/// Where there is nothing to say.
const NONE: &str = "–";

fn fact<T>(term: &str, figure: Figure<T>, told: impl Fn(T) -> String) -> Fact {
    let (value, note) = match figure {
        Ok(figure) => (told(figure), ""),
        Err(why) => (NONE.to_owned(), why),
    };
    Fact {
        term: term.to_owned(),
        value,
        note,
    }
}

pub(super) fn stats(found: &Analytics, format: &Format) -> Vec<Stat> {
    let people = &found.people;
    let series = found.series();
    let line = |key: &str| {
        let one = series.iter().find(|one| one.key == key);
        one.map_or_else(Svg::default, |one| {
            spark(&format!("spark-{key}"), &one.values, Tone::Brand)
        })
    };
    let growth = people.growth.map(|rate| signed(rate, format));
    let growth = growth.map(|rate| format!("{rate} in this period"));
    let plain = |label, value: String, unit, change: String, spark| Stat {
        label,
        value,
        unit,
        change,
        icon: "flat",
        spark,
    };
    let icon = match people.growth {
        Ok(rate) if rate > 0.0 => "up",
        Ok(rate) if rate < 0.0 => "down",
        _ => "flat",
    };
    vec![
        Stat {
            icon,
            ..plain(
                "People",
                format.count(people.total),
                "",
                growth.unwrap_or_default(),
                line("people"),
            )
        },
        plain(
            "Active people",
            format.count(people.active),
            "",
            format!("{} new", format.count(people.new)),
            line("active"),
        ),
        plain(
            "Came again",
            told(people.retention, |rate| format.percent(rate, 0)),
            "",
            String::new(),
            Svg::default(),
        ),
        plain(
            "API calls a day",
            format.decimal(
                found.calls_a_day(),
                usize::from((0.05..10.0).contains(&found.calls_a_day())),
            ),
            "",
            format!("{} in all", format.count(found.calls())),
            line("calls"),
        ),
    ]
}

fn told<T>(figure: Figure<T>, words: impl Fn(T) -> String) -> String {
    figure.map_or_else(|_| NONE.to_owned(), words)
}

fn signed(rate: f64, format: &Format) -> String {
    let sign = if rate > 0.0 { "+" } else { "" };
    format!("{sign}{}", format.percent(rate, 0))
}

/// What it comes to, in a sentence.
pub(super) fn sentence(one: &Series, format: &Format) -> String {
    let peak = one.values.iter().copied().fold(0.0, f64::max);
    let last = one.values.last().copied().unwrap_or(0.0);
    let told = |value: f64| format!("{} {}", format.decimal(value, 0), one.unit);
    let now = match one.key {
        "calls" => format!("{} in this time.", told(one.values.iter().sum())),
        "active" => format!("{} at most on one day.", told(peak)),
        _ => format!("{} today.", told(last)),
    };
    if one.values.is_empty() {
        return "Not measured yet in this time.".to_owned();
    }
    match one.before.is_empty() {
        true => format!("{now} Nothing is known of the period before."),
        false => now,
    }
}

pub(super) fn trends(found: &Analytics) -> Vec<Fact> {
    let word = |trend: Trend| match trend {
        Trend::Increasing => "Increasing".to_owned(),
        Trend::Steady => "Steady".to_owned(),
        Trend::Decreasing => "Decreasing".to_owned(),
    };
    let rate = |trend: Trend| match trend {
        Trend::Steady => "Stable".to_owned(),
        other => word(other),
    };
    vec![
        fact("People", found.trends.users, word),
        fact("Stored", found.trends.storage, word),
        fact("API calls", found.trends.calls, word),
        fact("Error rate", found.trends.errors, rate),
    ]
}

pub(super) fn facts(found: &Analytics, format: &Format) -> Vec<Fact> {
    let ms = |ms: f64| format!("{}\u{a0}ms", format.decimal(ms, 1));
    let minutes = |minutes: f64| format!("{}\u{a0}min", format.decimal(minutes, 1));
    let gb = |gb: f64| format!("{}\u{a0}GB", format.decimal(gb, 3));
    let percent = |rate: f64| format.percent(rate, 1);
    let at_once = format.count(found.at_once());
    vec![
        fact("Came again", found.people.retention, percent),
        fact("An average stay", found.people.stay_minutes, minutes),
        fact("Most people at once", Ok(at_once), |count| count),
        fact("Grown by", found.storage_growth(), gb),
        fact("An average answer", found.response_ms(), ms),
        fact(
            "An average piece of work in the database",
            found.database_ms(),
            ms,
        ),
        fact("Failed by our fault", found.error_rate(), |rate| {
            format.percent(rate, 2)
        }),
        fact("Answered from outside", found.uptime(), |up| {
            format.percent(up / 100.0, 2)
        }),
        fact("Answered from a cache", found.cache_hits(), percent),
    ]
}

/// Features whose use is measured as bars, and the others with the reason.
pub(super) fn adoption(found: &Analytics, format: &Format) -> (Vec<Meter>, Vec<Fact>) {
    let (mut bars, mut others) = (Vec::new(), Vec::new());
    for one in &found.adoption {
        match one.rate {
            Ok(rate) => {
                let told = format.percent(rate, 0);
                let hundredths = (0_u32..100).filter(|part| f64::from(*part) < rate * 100.0);
                let used = u32::try_from(hundredths.count()).unwrap_or(0);
                let mut meter = Meter::new(one.feature.title(), used, 100, format);
                (meter.level, meter.word, meter.told) = ("", "", told);
                bars.push(meter);
            }
            Err(why) => others.push(fact(&one.feature.title(), Err::<(), _>(why), |()| {
                String::new()
            })),
        }
    }
    (bars, others)
}
