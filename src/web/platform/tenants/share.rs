//! What a tenant takes of the database's connections, on its page: of this process, as it counts them itself.

use crate::gate::ShareState;
use crate::web::format::Format;

/// Terms and figures of the card; none while nobody asked in the tenant.
pub(super) fn lines(share: Option<ShareState>, format: &Format) -> Vec<(&'static str, String)> {
    let Some(share) = share else {
        return Vec::new();
    };
    let average = format.decimal(share.average.as_secs_f64() * 1_000.0, 1);
    vec![
        (
            "In use",
            format!(
                "{} of {}",
                count(format, share.busy),
                count(format, share.places)
            ),
        ),
        ("Waiting", count(format, share.waiting)),
        ("Most at once", count(format, share.peak)),
        ("Average answer", format!("{average} ms")),
        ("Answered", count(format, share.answers)),
        ("Turned away", count(format, share.turned_away)),
    ]
}

/// A number of this process, in words.
fn count(format: &Format, number: impl TryInto<i64>) -> String {
    format.count(number.try_into().unwrap_or(i64::MAX))
}
