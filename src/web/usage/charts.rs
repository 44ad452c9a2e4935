//! Charts of what was measured, and words for what is missing in them.

use domain::{Meter, Steps};
use services::limits::{CALLS, Stand};
use services::usage::{self, Gap, Look, Reading};

use crate::web::chart::{Area, Chart, Start, values};
use crate::web::format::Format;

/// A chart wherever there is more than one step.
pub(super) fn charts(look: &Look, stands: &[Stand], format: &Format) -> Vec<Chart> {
    let reading = &look.reading;
    let start = match reading.steps {
        Steps::Hours(_, 1) => return Vec::new(),
        Steps::Hours(first, _) => Start::Hour(first),
        Steps::Days(first, _) => Start::Day(first),
    };
    let chart = |id, title, unit: &str, meter: &Meter, limit: Option<i64>| {
        let now = reading.values(meter);
        // The line of the limit would press everything to the ground where little of it is used.
        let near = limit.filter(|limit| reading.peak(meter) >= limit / 4);
        let area = Area {
            unit: unit.to_owned(),
            values: values(&now),
            before: reading
                .values_before(meter)
                .map(|all| values(&all))
                .unwrap_or_default(),
            ahead: ahead(look, meter),
            limit: near.and_then(|limit| values(&[limit]).first().copied()),
        };
        Chart::area(
            id,
            title,
            &sentence(reading, meter, unit, format),
            start,
            area,
            format.clone(),
        )
    };
    let daily = stands
        .iter()
        .find(|stand| stand.resource.key.as_str() == CALLS);
    let by_day = matches!(reading.steps, Steps::Days(..));
    let limit = daily.and_then(|stand| stand.limit).filter(|_| by_day);
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

/// What is expected of the next days, as many as a quarter of those that are shown: today is shown as it is so far.
fn ahead(look: &Look, meter: &Meter) -> Vec<f64> {
    let days = match look.reading.steps {
        Steps::Days(_, count) if count > 7 => usize::try_from(count / 4).unwrap_or(0).min(14),
        Steps::Days(..) | Steps::Hours(..) => return Vec::new(),
    };
    let expected = look
        .expected(meter)
        .map(|one| one.days.iter().skip(1).take(days));
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
    format!(
        "Between {} and {} a process ended without a word: up to a second of what was measured is missing.",
        format.utc(gap.from),
        format.utc(gap.until)
    )
}
