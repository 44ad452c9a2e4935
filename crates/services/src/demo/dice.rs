//! Chance that falls the same way every time, so that the demo looks the same on every machine. Nothing
//! secret comes from here.

use chrono::{DateTime, Utc};
use uuid::Uuid;

/// SplitMix64: small, fast, and the same everywhere.
#[derive(Debug, Clone)]
pub(super) struct Dice(u64);

impl Dice {
    /// The dice of this name; the same name falls the same way.
    pub(super) fn named(name: &str) -> Self {
        let mix = |state: u64, byte: u8| (state ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        Self(name.bytes().fold(0xcbf2_9ce4_8422_2325, mix))
    }

    fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number from 0 up to, and without, `end`.
    pub(super) fn below(&mut self, end: i64) -> i64 {
        let end = u64::try_from(end).unwrap_or(1).max(1);
        i64::try_from(self.roll() % end).unwrap_or(0)
    }

    /// A number from `first` to `last`, both included.
    pub(super) fn between(&mut self, first: i64, last: i64) -> i64 {
        first + self.below(last - first + 1)
    }

    /// True so many times in a thousand.
    pub(super) fn falls(&mut self, per_thousand: i64) -> bool {
        self.below(1000) < per_thousand
    }

    /// One of these; the default where there is none.
    pub(super) fn one<T: Copy + Default>(&mut self, of: &[T]) -> T {
        let end = i64::try_from(of.len()).unwrap_or(0);
        let place = usize::try_from(self.below(end)).unwrap_or(0);
        of.get(place).copied().unwrap_or_default()
    }

    /// One of these by weight.
    pub(super) fn weighted<T: Copy + Default>(&mut self, of: &[(i64, T)]) -> T {
        let mut left = self.below(of.iter().map(|(weight, _)| weight).sum());
        for (weight, what) in of {
            if left < *weight {
                return *what;
            }
            left -= weight;
        }
        T::default()
    }

    /// An identifier of this moment.
    pub(super) fn uuid(&mut self, at: DateTime<Utc>) -> Uuid {
        let mut random = [0; 10];
        let rolls = [self.roll().to_be_bytes(), self.roll().to_be_bytes()];
        for (byte, rolled) in random.iter_mut().zip(rolls.iter().flatten()) {
            *byte = *rolled;
        }
        let millis = u64::try_from(at.timestamp_millis()).unwrap_or(0);
        uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_name_falls_the_same_way() {
        let rolls = |name| {
            let mut dice = Dice::named(name);
            (0..20).map(|_| dice.between(1, 6)).collect::<Vec<_>>()
        };
        assert_eq!(rolls("acme"), rolls("acme"));
        assert_ne!(rolls("acme"), rolls("globex"));
        assert!(rolls("acme").iter().all(|roll| (1..=6).contains(roll)));
        let mut dice = Dice::named("weights");
        assert!((0..200).all(|_| dice.weighted(&[(0, 'a'), (3, 'b')]) == 'b'));
    }
}
