//! Sizes in the unit in which they are short.

use super::{Format, NBSP};

const UNITS: [(i64, &str); 3] = [(1 << 30, "GB"), (1 << 20, "MB"), (1 << 10, "KB")];

impl Format {
    /// `12.5 MB`
    #[must_use]
    pub fn bytes(&self, size: i64) -> String {
        let found = UNITS.iter().find(|(unit, _)| size >= *unit);
        let Some((unit, name)) = found else {
            return format!("{}{NBSP}bytes", self.count(size));
        };
        let tenths = size.saturating_mul(10) / unit;
        let number = f64::from(u32::try_from(tenths).unwrap_or(u32::MAX)) / 10.0;
        let decimals = usize::from(tenths < 1_000 && tenths % 10 != 0);
        format!("{}{NBSP}{name}", self.decimal(number, decimals))
    }
}
