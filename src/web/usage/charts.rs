//! Charts of what was measured, and words for what is missing in them.

use domain::{Meter, Steps};
use services::limits::{CALLS, Stand};
use services::usage::{self, Cause, Expectation, Gap, Look, Reading};

use crate::web::chart::{Area, Chart, Start, values};
use crate::web::format::Format;

/// A chart wherever there is more than one step.
pub(super) fn charts(look: &Look, stands: &[Stand], format: &Format) -> Vec<Chart> {
    let reading = &look.reading;
    if matches!(reading.steps, Steps::Hours(_, 1)) {
        return Vec::new();
    }
    let chart = |id, title, unit: &str, meter: &Meter, limit: Option<i64>| {
        let area = area(reading, look.expected(meter), (meter, unit), limit);
        Chart::area(
            id,
            title,
            &sentence(reading, meter, unit, format),
            start(reading.steps),
            area,
            format.clone(),
        )
    };
    let daily = stands
        .iter()
        .find(|stand| stand.resource.key.as_str() == CALLS);
    let limit = daily.and_then(|stand| stand.limit);
    let mut charts = vec![
        chart("calls", "API calls", "calls", &Meter::API_CALLS, limit),
        chart("pages", "Pages", "pages", &Meter::PAGE_VIEWS, None),
    ];
    for resource in usage::told(&look.resources) {
        let meter = Meter::of(&resource.key);
        if reading.total(&meter) > 0 || reading.total_before(&meter).is_some() {
            let (id, title) = (resource.key.as_str(), resource.name.as_str());
            charts.push(chart(id, title, &resource.unit, &meter, None));
        }
    }
    charts
}

/// Where the steps of a chart begin.
pub(in crate::web) const fn start(steps: Steps) -> Start {
    match steps {
        Steps::Hours(first, _) => Start::Hour(first),
        Steps::Days(first, _) => Start::Day(first),
    }
}

/// What was measured as a line, with the period before, what is expected and the limit of a day.
pub(in crate::web) fn area(
    reading: &Reading,
    expected: Option<&Expectation>,
    (meter, unit): (&Meter, &str),
    limit: Option<i64>,
) -> Area {
    let by_day = matches!(reading.steps, Steps::Days(..));
    // The line of the limit would press everything to the ground where little of it is used.
    let near = limit.filter(|limit| by_day && reading.peak(meter) >= limit / 4);
    let counted = values(&reading.values(meter));
    let so_far = counted.last().copied().unwrap_or_default();
    let today = expected.and_then(|one| one.days.first()).filter(|_| by_day);
    Area {
        unit: unit.to_owned(),
        whole: today.map(|day| day.amount.round().max(so_far)),
        values: counted,
        before: reading
            .values_before(meter)
            .map(|all| values(&all))
            .unwrap_or_default(),
        ahead: ahead(reading.steps, expected),
        limit: near.and_then(|limit| values(&[limit]).first().copied()),
    }
}

/// What is expected of the days after today, as many as a quarter of those that are shown.
fn ahead(steps: Steps, expected: Option<&Expectation>) -> Vec<f64> {
    let days = match steps {
        Steps::Days(_, count) if count > 7 => usize::try_from(count / 4).unwrap_or(0).min(14),
        Steps::Days(..) | Steps::Hours(..) => return Vec::new(),
    };
    let expected = expected.map(|one| one.days.iter().skip(1).take(days));
    expected
        .into_iter()
        .flatten()
        .map(|day| day.amount.round())
        .collect()
}

fn sentence(reading: &Reading, meter: &Meter, unit: &str, format: &Format) -> String {
    let total = reading.total(meter);
    let all = format!("{} {unit}", format.count(total));
    match reading.total_before(meter) {
        None => format!("{all}. Nothing was measured in the period before."),
        Some(before) => format!("{all}, {} in the period before.", format.count(before)),
    }
}

pub(in crate::web) fn told(gap: &Gap, format: &Format) -> String {
    let (from, until) = (format.utc(gap.from), format.utc(gap.until));
    match gap.cause {
        Cause::Ended => format!(
            "Between {from} and {until} a process ended without a word: up to a second of what was measured is missing."
        ),
        Cause::Away => format!(
            "Between {from} and {until} the database was away for so long that some of what was used could not be kept: it is missing here."
        ),
    }
}
