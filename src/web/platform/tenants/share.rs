//! What a tenant takes of the database's connections, on its page: of this process, as it counts them itself.

use std::time::Duration;

use chrono::{DateTime, Utc};

use crate::gate::{Pool, ShareState};
use crate::web::format::{Format, plural};

/// Terms and figures of the card, with the pool that the catalogue gives the tenant; only that while nobody asked in it.
pub(super) fn lines(
    share: Option<(ShareState, DateTime<Utc>)>,
    given: Option<u32>,
    format: &Format,
) -> Vec<(&'static str, String)> {
    let given = given.map(|size| {
        let words = plural(i64::from(size), "connection", "connections");
        format!("{} {words}", format.count(i64::from(size)))
    });
    let Some((share, since)) = share else {
        let given = given.map(|size| ("Pool", format!("Dedicated, {size} in each process")));
        return given.into_iter().collect();
    };
    let pool = match (share.pool, given) {
        (Pool::Dedicated, Some(size)) => format!("Dedicated, {size} in each process"),
        (Pool::Dedicated, None) => "Dedicated until its next request".to_owned(),
        (_, Some(size)) if share.answers > 0 => {
            format!("Dedicated, {size}; shared as long as this process has no room for them")
        }
        (_, Some(size)) => format!("Dedicated, {size} from its next request on"),
        (Pool::Shared, None) => "Shared with other tenants".to_owned(),
        (Pool::Database, None) => "Its own database's".to_owned(),
    };
    let ms = |time: Duration| {
        let number = format.decimal(time.as_secs_f64() * 1_000.0, 1);
        format!("{number} ms")
    };
    let of = |number: usize| count(format, number);
    vec![
        ("Pool", pool),
        (
            "In use",
            format!("{} of {}", of(share.busy), of(share.places)),
        ),
        ("Waiting", of(share.waiting)),
        ("Most at once", of(share.peak)),
        ("Average wait", ms(share.average_wait)),
        ("Longest wait", ms(share.worst_wait)),
        ("Average answer", ms(share.average)),
        ("Answered", count(format, share.answers)),
        ("Turned away", count(format, share.turned_away)),
        ("Counted since", format.date_time(since)),
    ]
}

/// A number of this process, in words.
fn count(format: &Format, number: impl TryInto<i64>) -> String {
    format.count(number.try_into().unwrap_or(i64::MAX))
}
