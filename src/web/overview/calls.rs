//! The chart of API calls, with a sentence that says what it shows.

use domain::permission::Permission;
use domain::{Features, Meter, Period, Steps};
use services::analytics;
use services::features::Feature;
use services::limits::CALLS;
use services::overview::Measured;

use crate::web::chart::{Chart, number};
use crate::web::format::Format;
use crate::web::shell::Shell;
use crate::web::usage;

/// The chart, or what there is to say where nothing was measured.
pub(super) struct Calls {
    pub(super) chart: Option<Chart>,
    pub(super) title: &'static str,
    /// Why there is none.
    pub(super) why: &'static str,
    /// What leads to the first call, for whoever may go there.
    pub(super) href: &'static str,
}

impl Calls {
    pub(super) fn of(measured: &Measured, features: &Features, shell: &Shell) -> Self {
        let reading = &measured.reading;
        let title = match reading.steps {
            Steps::Hours(..) => "API calls per hour",
            Steps::Days(..) => "API calls per day",
        };
        let is_open = features.has(Feature::ApiAccess.key());
        let (why, href) = match (is_open, shell.may(Permission::ManageKeys)) {
            (false, _) => ("The API is not part of your plan.", ""),
            (true, false) => ("No program has called the API yet.", ""),
            (true, true) => (
                "No program has called the API yet. It needs a key to do so.",
                "/keys/new",
            ),
        };
        Self {
            chart: (!measured.is_silent()).then(|| chart(measured, title, &shell.format)),
            title,
            why,
            href,
        }
    }
}

fn chart(measured: &Measured, title: &str, format: &Format) -> Chart {
    let (reading, meter) = (&measured.reading, &Meter::API_CALLS);
    let mut stands = measured.stands.iter();
    let daily = stands.find(|stand| stand.resource.key.as_str() == CALLS);
    let expected = daily.and_then(|stand| measured.expects(stand));
    let limit = daily.and_then(|stand| stand.limit);
    let area = usage::area(reading, expected, (meter, "calls"), limit);
    Chart::area(
        "calls",
        title,
        &sentence(measured, format),
        usage::start(reading.steps),
        area,
        format.clone(),
    )
}

/// `15,420 a day on average, 18 % more than in the 30 days before`
fn sentence(measured: &Measured, format: &Format) -> String {
    let reading = &measured.reading;
    let (step, before) = match reading.period {
        Period::Hour => ("an hour", "hour"),
        Period::Day => ("an hour", "24 hours"),
        Period::Week => ("a day", "7 days"),
        Period::Month => ("a day", "30 days"),
        Period::Quarter => ("a day", "90 days"),
    };
    let mean = analytics::calls_a_step(reading);
    let mean = format.decimal(mean, usize::from((0.05..10.0).contains(&mean)));
    let compared = match reading.total_before(&Meter::API_CALLS) {
        None | Some(0) => format!(". None were measured in the {before} before"),
        Some(then) => {
            let share = number(reading.total(&Meter::API_CALLS)) / number(then) - 1.0;
            let part = format.percent(share.abs(), 0);
            match share {
                share if share >= 0.005 => format!(", {part} more than in the {before} before"),
                share if share <= -0.005 => format!(", {part} less than in the {before} before"),
                _ => format!(", as many as in the {before} before"),
            }
        }
    };
    format!("{mean} {step} on average{compared}")
}
