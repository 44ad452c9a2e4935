//! A meter for each limit, with what is expected as a lighter bar and a note below.

use domain::Meter as Measure;
use services::limits::Stand;
use services::overview::Measured;

use crate::web::chart::{Meter, number};
use crate::web::format::Format;
use crate::web::usage;

/// How many are shown: those that are nearest to their limits.
const MOST: usize = 5;

/// One limit.
pub(super) struct Line {
    pub(super) meter: Meter,
    pub(super) note: String,
}

/// What is limited and counted, in its order.
pub(super) fn lines(measured: &Measured, format: &Format) -> Vec<Line> {
    let known = measured.stands.iter().enumerate();
    let mut known: Vec<_> = known
        .filter(|(_, stand)| stand.used.is_some() && stand.limit.is_some())
        .collect();
    known.sort_by_key(|(place, stand)| (std::cmp::Reverse(stand.percent), *place));
    known.truncate(MOST);
    known.sort_by_key(|(place, _)| *place);
    let line = |(_, stand): (usize, &Stand)| {
        let (used, limit) = stand.used.zip(stand.limit)?;
        let mut meter = usage::meter(stand, used, limit, format);
        let (ahead, note) = ahead(stand, (used, limit), measured, format);
        if let Some(ahead) = ahead {
            meter = meter.expecting(ahead);
        }
        Some(Line { meter, note })
    };
    known.into_iter().filter_map(line).collect()
}

/// How many hundredths of the limit are expected, and what there is to say of it.
fn ahead(
    stand: &Stand,
    (used, limit): (i64, i64),
    measured: &Measured,
    format: &Format,
) -> (Option<f64>, String) {
    let of_limit = |amount: f64| amount / number(limit).max(1.0) * 100.0;
    let coming = measured.comes_to(stand);
    let meter = Measure::of(&stand.resource.key);
    if meter == Measure::CONNECTIONS {
        let peak = measured.days.values(&meter).last().copied().unwrap_or(0);
        let peak = peak.max(used);
        return (
            Some(of_limit(number(peak))),
            format!("Peak today {}", format.count(peak)),
        );
    }
    let then = coming.map(|amount| usage::coming(stand, amount, format));
    let note = if meter == Measure::STORAGE {
        let stored = measured.days.newest(&meter);
        let stored = stored.map(|bytes| format!("{} stored", format.bytes(bytes)));
        stored
            .into_iter()
            .chain(then)
            .collect::<Vec<_>>()
            .join(", ")
    } else {
        then.unwrap_or_else(|| anew(stand, format))
    };
    (coming.map(of_limit), note)
}

fn anew(stand: &Stand, format: &Format) -> String {
    let at = stand.resets_at;
    at.map_or_else(String::new, |at| {
        format!("Begins anew {}", format.date_time(at))
    })
}
