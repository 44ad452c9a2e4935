//! What a tenant takes of the database's connections, on its page: of this process, as it counts them itself.

use crate::gate::ShareState;
use crate::web::format::Format;

/// Terms and figures of the card; none while nobody asked in the tenant.
pub(super) fn lines(share: Option<ShareState>, format: &Format) -> Vec<(&'static str, String)> {
    let Some(share) = share else {
        return Vec::new();
    };
    let count = |number: usize| format.count(i64::try_from(number).unwrap_or(i64::MAX));
    let total = |number: u64| format.count(i64::try_from(number).unwrap_or(i64::MAX));
    let average = format.decimal(share.average.as_secs_f64() * 1_000.0, 1);
    vec![
        (
            "In use",
            format!("{} of {}", count(share.busy), count(share.places)),
        ),
        ("Waiting", count(share.waiting)),
        ("Most at once", count(share.peak)),
        ("Average answer", format!("{average} ms")),
        ("Answered", total(share.answers)),
        ("Turned away", total(share.turned_away)),
    ]
}
