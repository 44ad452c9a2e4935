//! What is measured of a tenant's work: words for it, and times as pieces of a histogram, which add up over hours,
//! processes and tenants.

use std::borrow::Cow;

use crate::column::text_enum;
use crate::resource::ResourceKey;

/// What is measured. A word with a point in it is the product's own, one without is the key of a resource.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Meter(Cow<'static, str>);

impl Meter {
    /// Calls of the API that were answered, whatever came of them.
    pub const API_CALLS: Self = Self(Cow::Borrowed("api.calls"));
    /// Of these: failed by our fault, with a status from 500.
    pub const API_ERRORS: Self = Self(Cow::Borrowed("api.errors"));
    /// Of these: refused with a status of 429, because a limit or a rate was reached.
    pub const API_REFUSED: Self = Self(Cow::Borrowed("api.refused"));
    /// How long all calls took together, in microseconds.
    pub const API_MICROS: Self = Self(Cow::Borrowed("api.micros"));
    /// How many calls took how long, as a histogram.
    pub const API_TIMES: Self = Self(Cow::Borrowed("api.times"));
    /// Pages that were asked for or sent, whatever came of them.
    pub const PAGE_VIEWS: Self = Self(Cow::Borrowed("page.views"));
    /// Of these: failed by our fault.
    pub const PAGE_ERRORS: Self = Self(Cow::Borrowed("page.errors"));
    /// How long all pages took together, in microseconds.
    pub const PAGE_MICROS: Self = Self(Cow::Borrowed("page.micros"));
    /// How many pages took how long, as a histogram.
    pub const PAGE_TIMES: Self = Self(Cow::Borrowed("page.times"));
    /// People who signed in.
    pub const SIGN_INS: Self = Self(Cow::Borrowed("people.sign_ins"));
    /// Tries to sign in that were refused.
    pub const SIGN_INS_REFUSED: Self = Self(Cow::Borrowed("people.refused"));
    /// Bytes of bodies that came.
    pub const BYTES_IN: Self = Self(Cow::Borrowed("bytes.in"));
    /// Bytes of answers, before they are compressed.
    pub const BYTES_OUT: Self = Self(Cow::Borrowed("bytes.out"));
    /// Pieces of work on a connection to the database.
    pub const DB_RUNS: Self = Self(Cow::Borrowed("db.runs"));
    /// How long they took together, in microseconds.
    pub const DB_MICROS: Self = Self(Cow::Borrowed("db.micros"));
    /// Of these: those that took longer than [`SLOW_MICROS`].
    pub const DB_SLOW: Self = Self(Cow::Borrowed("db.slow"));
    /// Jobs that were done.
    pub const JOBS: Self = Self(Cow::Borrowed("jobs.done"));
    /// Jobs that were given up.
    pub const JOBS_GIVEN_UP: Self = Self(Cow::Borrowed("jobs.given_up"));
    /// Letters that a mail server took.
    pub const LETTERS: Self = Self(Cow::Borrowed("letters.sent"));
    /// How often it was tried whether the tenant is there.
    pub const PROBES: Self = Self(Cow::Borrowed("probes.made"));
    /// Of these: found that it is not.
    pub const PROBES_FAILED: Self = Self(Cow::Borrowed("probes.failed"));
    /// People who take a seat.
    pub const USERS: Self = Self(Cow::Borrowed("users"));
    /// Bytes of the tenant's rows and their indexes, as they were measured last.
    pub const STORAGE: Self = Self(Cow::Borrowed("storage.bytes"));
    /// The most connections to the database that one process held for the tenant at once.
    pub const CONNECTIONS: Self = Self(Cow::Borrowed("database_connections"));

    /// The most people who used pages within five minutes of each other, as one process saw them.
    pub const AT_ONCE: Self = Self(Cow::Borrowed("people.at_once"));
    /// Runs of pages of one person, with no half hour between two of them.
    pub const STAYS: Self = Self(Cow::Borrowed("people.stays"));
    /// How long all of these were, in seconds.
    pub const STAY_SECONDS: Self = Self(Cow::Borrowed("people.seconds"));
    /// People who used pages in a span: only where spans are added up.
    pub const ACTIVE: Self = Self(Cow::Borrowed("people.active"));

    /// How often something was used that this feature opens.
    #[must_use]
    pub fn feature(key: &str) -> Self {
        Self(Cow::Owned(format!("feature.{key}")))
    }

    /// What is measured of this resource.
    #[must_use]
    pub fn of(resource: &ResourceKey) -> Self {
        match resource.as_str() {
            "api_calls_per_day" => Self::API_CALLS,
            "storage_gb" => Self::STORAGE,
            other => Self(Cow::Owned(other.to_owned())),
        }
    }

    /// The key of the resource of whose limit it says something.
    #[must_use]
    pub fn resource(&self) -> Option<&str> {
        match self {
            meter if *meter == Self::API_CALLS => Some("api_calls_per_day"),
            meter if *meter == Self::STORAGE => Some("storage_gb"),
            meter if meter.as_str().contains('.') => None,
            meter => Some(meter.as_str()),
        }
    }

    /// Whether it is in the pieces of a histogram, and no number.
    #[must_use]
    pub fn is_histogram(&self) -> bool {
        [Self::API_TIMES, Self::PAGE_TIMES].contains(self)
    }

    /// How many of what is measured one of its resource's limit is: a GB has so many bytes.
    #[must_use]
    pub fn unit(&self) -> i64 {
        if *self == Self::STORAGE { GB } else { 1 }
    }

    /// As it is stored.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// How many bytes a GB has, as disks and bills count it.
const GB: i64 = 1_000_000_000;

/// From when on a piece of work in the database is called slow, in microseconds.
pub const SLOW_MICROS: u64 = 500_000;

text_enum! {
    /// Whose part of something it was.
    pub enum Sharer {
        /// A person, by id.
        User = "user",
        /// A key, by id.
        Key = "key",
        /// A route of the pages or the API, by its pattern.
        Endpoint = "endpoint",
    }
}

/// Where each piece of a histogram ends, in microseconds: half a millisecond, and each time longer by the root of two,
/// so that a quantile is wrong by a fifth at most. The last piece has no end.
const ENDS: [u64; 33] = [
    500, 707, 1_000, 1_414, 2_000, 2_828, 4_000, 5_657, 8_000, 11_314, 16_000, 22_627, 32_000,
    45_255, 64_000, 90_510, 128_000, 181_019, 256_000, 362_039, 512_000, 724_077, 1_024_000,
    1_448_155, 2_048_000, 2_896_309, 4_096_000, 5_792_619, 8_192_000, 11_585_238, 16_384_000,
    23_170_475, 32_768_000,
];

/// The piece of a histogram into which a time falls.
#[must_use]
pub fn piece(micros: u64) -> i16 {
    let place = ENDS.partition_point(|end| *end < micros);
    i16::try_from(place).unwrap_or(i16::MAX)
}

/// The time within which this many hundredths of what is in the pieces was done, in microseconds; `None` where there is
/// nothing. Within a piece all are taken to lie evenly.
#[must_use]
pub fn quantile(pieces: &[(i16, i64)], hundredths: u32) -> Option<u64> {
    let mut pieces: Vec<(usize, u128)> = pieces
        .iter()
        .filter_map(|(piece, count)| {
            Some((usize::try_from(*piece).ok()?, u128::try_from(*count).ok()?))
        })
        .filter(|(_, count)| *count > 0)
        .collect();
    pieces.sort_unstable();
    let all: u128 = pieces.iter().map(|(_, count)| count).sum();
    let wanted = all * u128::from(hundredths.min(100));
    let mut below = 0;
    for (piece, count) in &pieces {
        let reached = below + count * 100;
        if reached >= wanted {
            return Some(within(*piece, wanted - below, count * 100));
        }
        below = reached;
    }
    None
}

/// The time so far into a piece.
fn within(piece: usize, part: u128, whole: u128) -> u64 {
    let end = ENDS.get(piece).or(ENDS.last()).copied().unwrap_or(0);
    let begin = piece.checked_sub(1).and_then(|before| ENDS.get(before));
    let begin = begin.copied().unwrap_or(0).min(end);
    let into = u128::from(end - begin) * part / whole.max(1);
    begin + u64::try_from(into).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_time_falls_into_the_piece_that_ends_behind_it() {
        assert_eq!(piece(0), 0);
        assert_eq!(piece(500), 0);
        assert_eq!(piece(501), 1);
        assert_eq!(piece(32_768_000), 32);
        assert_eq!(piece(u64::MAX), 33);
        assert_eq!(quantile(&[], 50), None);
        assert_eq!(quantile(&[(3, 0)], 50), None);
        assert_eq!(quantile(&[(33, 5)], 99), Some(32_768_000));
    }

    proptest! {
        #[test]
        fn a_quantile_is_wrong_by_no_more_than_its_piece_is_wide(
            mut times in prop::collection::vec(500_u64..30_000_000, 1..200),
            hundredths in 1_u32..=100,
        ) {
            let mut pieces = BTreeMap::new();
            for time in &times {
                *pieces.entry(piece(*time)).or_insert(0_i64) += 1;
            }
            let pieces: Vec<(i16, i64)> = pieces.into_iter().collect();
            let told = quantile(&pieces, hundredths).unwrap();
            times.sort_unstable();
            let place = (times.len() * usize::try_from(hundredths).unwrap()).div_ceil(100).max(1);
            let exact = *times.get(place - 1).unwrap();
            prop_assert!(told * 1000 >= exact * 706 && told * 1000 <= exact * 1416, "{} for {}", told, exact);
        }

        #[test]
        fn histograms_add_up(
            one in prop::collection::vec(0_u64..60_000_000, 0..50),
            other in prop::collection::vec(0_u64..60_000_000, 0..50),
        ) {
            let count = |times: &[u64]| {
                let mut pieces = BTreeMap::new();
                for time in times {
                    *pieces.entry(piece(*time)).or_insert(0_i64) += 1;
                }
                pieces
            };
            let mut merged = count(&one);
            for (piece, more) in count(&other) {
                *merged.entry(piece).or_insert(0) += more;
            }
            let both: Vec<u64> = one.iter().chain(&other).copied().collect();
            prop_assert_eq!(merged, count(&both));
        }
    }
}
