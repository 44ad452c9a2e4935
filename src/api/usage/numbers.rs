//! Numbers as they are sent: milliseconds and parts of a whole, rounded.

/// Milliseconds with one decimal.
pub(super) fn ms(micros: u64) -> f64 {
    f64::from(u32::try_from(micros.saturating_add(50) / 100).unwrap_or(u32::MAX)) / 10.0
}

pub(super) fn mean(micros: i64, count: i64) -> Option<f64> {
    micros
        .checked_div(count)
        .and_then(|mean| u64::try_from(mean).ok())
        .map(ms)
}

/// A part of a whole with four decimals; none of nothing.
pub(super) fn ratio(part: i64, whole: i64) -> Option<f64> {
    let parts = i128::from(part) * 10_000 / i128::from(whole.max(1));
    (whole > 0).then(|| f64::from(u32::try_from(parts).unwrap_or(u32::MAX)) / 10_000.0)
}

/// GB with six decimals, as disks and bills count them.
pub(in crate::api) fn gigabytes(bytes: i64) -> f64 {
    let kilobytes = bytes.max(0) / 1_000;
    let whole = u32::try_from(kilobytes / 1_000_000).unwrap_or(u32::MAX);
    let rest = u32::try_from(kilobytes % 1_000_000).unwrap_or(0);
    f64::from(whole) + f64::from(rest) / 1e6
}
