//! Where a resource is heading: what it comes to by the end of its span, and the day on which its limit is reached.

use chrono::{Days, NaiveDate, TimeDelta};
use domain::{Meter, Resource, ResourceKind, Window};

use super::{Expectation, Of, approximate};
use crate::limits::Stand;

/// How far is looked for the day of a limit.
const YEAR: Days = Days::new(365);

/// What is looked ahead at of everything that is limited. Connections come and go within seconds: they are heading nowhere.
pub(crate) fn meters(resources: &[Resource]) -> Vec<(Meter, Of)> {
    let lasting = resources
        .iter()
        .filter(|one| one.window != Some(Window::Hour));
    let all = lasting.map(|one| {
        let of = match one.kind {
            ResourceKind::Counter => Of::Counted,
            ResourceKind::Gauge | ResourceKind::Level => Of::Level,
        };
        (Meter::of(&one.key), of)
    });
    all.filter(|(meter, _)| *meter != Meter::CONNECTIONS)
        .collect()
}

/// How much of a resource there will be, in the units of its limit: at the end of its span of what begins anew, and in thirty days
/// of everything else. `None` where that cannot be told.
#[must_use]
pub fn comes_to(expected: &[Expectation], stand: &Stand) -> Option<f64> {
    let of = of(expected, stand)?;
    let used = approximate(stand.used?);
    match (stand.resource.window, stand.resource.kind) {
        (Some(Window::Hour), _) => None,
        (Some(Window::Day), _) => of.days.first().map(|today| today.amount.round().max(used)),
        (Some(Window::Month), _) => of.totals(used, of.last_day(stand)?).last().map(|it| it.1),
        (None, ResourceKind::Counter) => Some(used + of.month().amount),
        (None, _) => Some(of.month().amount / approximate(of.meter.unit())),
    }
}

/// On which day the limit of a resource is reached if it goes on so; `None` where it is reached already, or not within its span
/// or a year.
#[must_use]
pub fn reaches(expected: &[Expectation], stand: &Stand) -> Option<NaiveDate> {
    let of = of(expected, stand)?;
    let limit = stand.limit.filter(|limit| stand.used < Some(*limit))?;
    let last = match (stand.resource.window, stand.resource.kind) {
        (Some(Window::Hour), _) => return None,
        (Some(Window::Month), _) => Some(of.last_day(stand)?),
        (None, ResourceKind::Counter) => of.first.checked_add_days(YEAR),
        _ => None,
    };
    let Some(last) = last else {
        return of.reaches(limit.saturating_mul(of.meter.unit()));
    };
    let mut totals = of.totals(approximate(stand.used?), last).into_iter();
    let reached = totals.find(|(_, total)| *total >= approximate(limit));
    reached.map(|(day, _)| day)
}

fn of<'a>(expected: &'a [Expectation], stand: &Stand) -> Option<&'a Expectation> {
    let key = stand.resource.key.as_str();
    expected
        .iter()
        .find(|one| one.meter.resource() == Some(key))
}

impl Expectation {
    /// The last day before it begins anew.
    fn last_day(&self, stand: &Stand) -> Option<NaiveDate> {
        let end = stand.resets_at? - TimeDelta::seconds(1);
        Some(end.with_timezone(&self.zone.tz()).date_naive())
    }

    /// What there is at the end of each day up to this one, with what is in use already.
    fn totals(&self, used: f64, last: NaiveDate) -> Vec<(NaiveDate, f64)> {
        let days = self.first.iter_days().take_while(|day| *day <= last);
        let mut total = used;
        let each = days.enumerate().map(|(place, day)| {
            let amount = self.ahead(place + 1);
            // Of today only what is not used yet is still to come.
            total += match place {
                0 => (amount - approximate(self.so_far)).max(0.0),
                _ => amount,
            };
            (day, total)
        });
        each.collect()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use domain::{Projection, Standing, TimeZone};

    use super::*;

    /// Ten a day since ten days, four of them today.
    fn ten_a_day(of: Of) -> Vec<Expectation> {
        let projection = Projection::of(&[10.0; 10]).unwrap();
        vec![Expectation {
            meter: Meter::of(&"transactions".parse().unwrap()),
            known: 10,
            days: (1..=30).map(|day| projection.ahead(day)).collect(),
            first: "2026-11-21".parse().unwrap(),
            so_far: 4,
            zone: TimeZone::default(),
            of,
            projection,
        }]
    }

    fn stand(kind: ResourceKind, window: Option<Window>, limit: i64) -> Stand {
        let now = "2026-11-21T12:00:00Z".parse().unwrap();
        let ends = |window: Window| window.around(now, TimeZone::default()).end;
        Stand {
            resource: Resource {
                key: "transactions".parse().unwrap(),
                name: "Transactions".to_owned(),
                unit: "transactions".to_owned(),
                kind,
                window,
                grace_percent: 0,
                grace_days: 0,
                default_limit: None,
                built_in: false,
            },
            used: Some(100),
            held: 0,
            limit: Some(limit),
            percent: None,
            standing: Standing::Healthy,
            grace_until: None,
            resets_at: window.map(ends),
            measured_at: None,
        }
    }

    fn told(of: Of, stand: &Stand) -> (Option<i64>, Option<String>) {
        let expected = ten_a_day(of);
        let comes_to = comes_to(&expected, stand).map(|amount| format!("{amount:.0}"));
        let day = reaches(&expected, stand).map(|day| day.to_string());
        (comes_to.map(|amount| amount.parse().unwrap()), day)
    }

    #[test]
    fn what_begins_anew_each_month_adds_up_until_then() {
        // Six more today, and ten on each of the nine days after it.
        let month = |limit| stand(ResourceKind::Counter, Some(Window::Month), limit);
        let day = |text: &str| Some(text.to_owned());
        let of = Of::Counted;
        assert_eq!(told(of, &month(150)), (Some(196), day("2026-11-26")));
        assert_eq!(told(of, &month(106)), (Some(196), day("2026-11-21")));
        assert_eq!(told(of, &month(196)), (Some(196), day("2026-11-30")));
        assert_eq!(told(of, &month(197)), (Some(196), None));
        assert_eq!(told(of, &month(100)), (Some(196), None), "it is reached");
    }

    #[test]
    fn a_day_is_told_by_itself_and_an_hour_not_at_all() {
        let of = |window| stand(ResourceKind::Counter, Some(window), 150);
        assert_eq!(told(Of::Counted, &of(Window::Day)), (Some(100), None));
        assert_eq!(told(Of::Counted, &of(Window::Hour)), (None, None));
    }

    #[test]
    fn what_never_begins_anew_goes_on() {
        let all = stand(ResourceKind::Counter, None, 1_000);
        let day = Some("2027-02-19".to_owned());
        assert_eq!(told(Of::Counted, &all), (Some(400), day));
        let level = stand(ResourceKind::Level, None, 150);
        assert_eq!(told(Of::Level, &level), (Some(10), None));
    }
}
