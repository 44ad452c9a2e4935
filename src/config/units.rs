//! How numbers, durations and sizes are written in the configuration.

use std::{fmt, str::FromStr, time::Duration};

/// A duration that shows itself as it may be typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Span(pub(super) Duration);

impl Span {
    pub(super) const fn seconds(seconds: u64) -> Self {
        Self(Duration::from_secs(seconds))
    }
}

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (seconds, millis) = (self.0.as_secs(), self.0.subsec_millis());
        match (seconds, millis) {
            (_, 1..) => write!(f, "{}ms", self.0.as_millis()),
            (86_400.., 0) if seconds % 86_400 == 0 => write!(f, "{}d", seconds / 86_400),
            (3_600.., 0) if seconds % 3_600 == 0 => write!(f, "{}h", seconds / 3_600),
            (60.., 0) if seconds % 60 == 0 => write!(f, "{}m", seconds / 60),
            _ => write!(f, "{seconds}s"),
        }
    }
}

/// Reads `250ms`, `30s`, `10m`, `12h` or `30d`, within bounds.
pub(super) fn span(least: Span, most: Span) -> impl FnOnce(&str) -> Result<Span, String> {
    move |text| {
        let (number, unit) = split(text);
        let number: u64 = number.parse().map_err(|_| not_a_span(text))?;
        let millis = match unit {
            "ms" => Some(1),
            "s" => Some(1_000),
            "m" | "min" => Some(60_000),
            "h" => Some(3_600_000),
            "d" => Some(86_400_000),
            _ => None,
        };
        let millis = millis.ok_or_else(|| not_a_span(text))?;
        let duration =
            Duration::from_millis(number.checked_mul(millis).ok_or_else(|| not_a_span(text))?);
        if duration < least.0 || duration > most.0 {
            return Err(format!(
                "\"{text}\" is out of range; give {least} to {most}"
            ));
        }
        Ok(Span(duration))
    }
}

fn not_a_span(text: &str) -> String {
    format!(
        "\"{text}\" is not a duration; write a number with its unit, like 250ms, 30s, 10m, 12h or 30d"
    )
}

/// A size in bytes that shows itself as it may be typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Size(pub(super) usize);

pub(super) const KIB: usize = 1_024;
pub(super) const MIB: usize = 1_024 * KIB;

impl fmt::Display for Size {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            MIB.. if self.0.is_multiple_of(MIB) => write!(f, "{}MiB", self.0 / MIB),
            KIB.. if self.0.is_multiple_of(KIB) => write!(f, "{}KiB", self.0 / KIB),
            bytes => write!(f, "{bytes}"),
        }
    }
}

/// Reads `65536`, `64KiB` or `10 MiB`, within bounds.
pub(super) fn size(least: Size, most: Size) -> impl FnOnce(&str) -> Result<Size, String> {
    move |text| {
        let wrong = || format!("\"{text}\" is not a size; write bytes, like 65536, 64KiB or 10MiB");
        let (number, unit) = split(text);
        let number: usize = number.parse().map_err(|_| wrong())?;
        let factor = match unit {
            "" | "B" => 1,
            "KiB" => KIB,
            "MiB" => MIB,
            _ => return Err(wrong()),
        };
        let bytes = number.checked_mul(factor).ok_or_else(wrong)?;
        if bytes < least.0 || bytes > most.0 {
            return Err(format!(
                "\"{text}\" is out of range; give {least} to {most}"
            ));
        }
        Ok(Size(bytes))
    }
}

/// Reads a whole number within bounds.
pub(super) fn number<T>(least: T, most: T) -> impl FnOnce(&str) -> Result<T, String>
where
    T: FromStr + PartialOrd + fmt::Display,
{
    move |text| match text.parse::<T>() {
        Ok(value) if value >= least && value <= most => Ok(value),
        Ok(_) => Err(format!(
            "\"{text}\" is out of range; give {least} to {most}"
        )),
        Err(_) => Err(format!(
            "\"{text}\" is not a whole number from {least} to {most}"
        )),
    }
}

fn split(text: &str) -> (&str, &str) {
    let at = text
        .find(|letter: char| !letter.is_ascii_digit())
        .unwrap_or(text.len());
    let (number, unit) = text.split_at(at);
    (number, unit.trim_start())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]
    use super::*;

    #[test]
    fn durations_are_read_with_their_unit() {
        let any = || span(Span::seconds(0), Span::seconds(90 * 86_400));
        for (text, shown) in [
            ("250ms", "250ms"),
            ("90s", "90s"),
            ("30 min", "30m"),
            ("12h", "12h"),
            ("30d", "30d"),
            ("60m", "1h"),
        ] {
            assert_eq!(any()(text).unwrap().to_string(), shown);
        }
        for text in [
            "30",
            "m",
            "-3s",
            "1.5h",
            "3 weeks",
            "99999999999999999999d",
            "91d",
        ] {
            assert!(any()(text).is_err(), "{text}");
        }
    }

    #[test]
    fn sizes_are_read_with_their_unit() {
        let any = || size(Size(1), Size(64 * MIB));
        for (text, shown) in [("65536", "64KiB"), ("10 MiB", "10MiB"), ("1000", "1000")] {
            assert_eq!(any()(text).unwrap().to_string(), shown);
        }
        for text in ["0", "10GB", "-1", "65MiB", "x"] {
            assert!(any()(text).is_err(), "{text}");
        }
    }
}
