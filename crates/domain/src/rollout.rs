//! Rollouts: the vendor's own migrations brought to every schema of tenants. Their states, how they go about it, and
//! what a migration of the vendor's is called.

use crate::FieldErrors;
use crate::column::text_enum;

text_enum! {
    /// Forward or back.
    pub enum Direction {
        /// To a newer version.
        Up = "up",
        /// To an older one: what newer versions made is gone.
        Down = "down",
    }
}

text_enum! {
    /// Where a rollout stands.
    pub enum RolloutState {
        /// Asked for; no worker has begun.
        Waiting = "waiting",
        /// Under way.
        Running = "running",
        /// Stands still until somebody lets it go on.
        Paused = "paused",
        /// Every schema is at the version.
        Done = "done",
        /// Over, and not every schema is at the version.
        Failed = "failed",
        /// Somebody ended it.
        Cancelled = "cancelled",
    }
}

impl RolloutState {
    /// Those from which it may go on by itself or be let go on.
    pub const OPEN: [Self; 3] = [Self::Waiting, Self::Running, Self::Paused];

    /// Whether more of it may come.
    #[must_use]
    pub fn is_open(self) -> bool {
        Self::OPEN.contains(&self)
    }

    /// As it is shown.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Waiting => "Waiting",
            Self::Running => "Under way",
            Self::Paused => "Paused",
            Self::Done => "Done",
            Self::Failed => "Ended with failures",
            Self::Cancelled => "Ended early",
        }
    }
}

text_enum! {
    /// Where one schema of a rollout stands.
    pub enum TargetState {
        /// Not begun, or to be tried again.
        Waiting = "waiting",
        /// Under way.
        Running = "running",
        /// At the version.
        Done = "done",
        /// Could not be brought there; it is as it was.
        Failed = "failed",
    }
}

impl TargetState {
    /// As it is shown.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Waiting => "Waiting",
            Self::Running => "Under way",
            Self::Done => "Done",
            Self::Failed => "Failed",
        }
    }
}

/// The most schemas at once.
pub const MOST_PARALLEL: i32 = 16;

/// How a rollout goes about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pace {
    /// Schemas at once.
    pub parallel: i32,
    /// How many of all schemas one wave has, in percent; the canaries are a wave before.
    pub wave_percent: i32,
    /// At how many failures, in percent of what was tried, it stands still.
    pub stop_percent: i32,
}

impl Default for Pace {
    fn default() -> Self {
        Self {
            parallel: 2,
            wave_percent: 25,
            stop_percent: 5,
        }
    }
}

impl Pace {
    /// The pace, within its bounds.
    ///
    /// # Errors
    /// An error beside each number that is out of bounds.
    pub fn checked(self) -> Result<Self, FieldErrors> {
        let mut errors = FieldErrors::new();
        for (field, number, least, most) in [
            ("parallel", self.parallel, 1, MOST_PARALLEL),
            ("wave_percent", self.wave_percent, 1, 100),
            ("stop_percent", self.stop_percent, 0, 100),
        ] {
            if !(least..=most).contains(&number) {
                errors.add(field, format!("Choose {least} to {most}."));
            }
        }
        errors.into_result().map(|()| self)
    }

    /// Whether so many failures are too many.
    #[must_use]
    pub fn stops_at(self, failed: i64, tried: i64) -> bool {
        failed > 0
            && failed.saturating_mul(100) > i64::from(self.stop_percent).saturating_mul(tried)
    }

    /// How many schemas one wave has, of so many.
    #[must_use]
    pub fn wave_of(self, all: usize) -> usize {
        let percent = usize::try_from(self.wave_percent).unwrap_or(100);
        all.saturating_mul(percent).div_ceil(100).max(1)
    }
}

/// The longest script of a vendor's migration, in bytes.
pub const LONGEST_SCRIPT: usize = 1 << 20;

/// The parts of the name of a migration's folder, `2026-11-22-101500_add_orders`: the version, by which migrations are
/// ordered, and what it is called.
///
/// # Errors
/// What is wrong with it, in words.
pub fn version_and_name(folder: &str) -> Result<(&str, String), &'static str> {
    const SHAPE: &str =
        "is not named like 2026-11-22-101500_add_orders: a moment in digits, an underscore, a name";
    let (version, name) = folder.split_once('_').ok_or(SHAPE)?;
    let digits = version.bytes().filter(u8::is_ascii_digit).count();
    let alike = version
        .bytes()
        .all(|byte| byte.is_ascii_digit() || byte == b'-')
        && version.starts_with(|first: char| first.is_ascii_digit());
    if !alike || digits < 8 || version.len() > 40 || name.is_empty() || name.len() > 100 {
        return Err(SHAPE);
    }
    if !name
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'))
    {
        return Err("has a name with other characters than letters, digits, _ and -");
    }
    Ok((version, name.replace(['_', '-'], " ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_names_a_version() {
        assert_eq!(
            version_and_name("2026-11-22-101500_add_orders"),
            Ok(("2026-11-22-101500", "add orders".to_owned()))
        );
        for bad in [
            "add_orders",
            "1_x",
            "20261122101500",
            "20261122101500_",
            "2026-11-22-101500_a b",
            "-2026112210_x",
            "",
            "_",
        ] {
            assert!(version_and_name(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_rollout_stops_at_too_many_failures() {
        let pace = Pace {
            stop_percent: 5,
            ..Pace::default()
        };
        assert!(!pace.stops_at(0, 0));
        assert!(!pace.stops_at(1, 20));
        assert!(pace.stops_at(1, 19));
        assert!(
            Pace {
                stop_percent: 0,
                ..pace
            }
            .stops_at(1, 1000)
        );
        assert!(
            !Pace {
                stop_percent: 100,
                ..pace
            }
            .stops_at(5, 5)
        );
    }

    #[test]
    fn a_wave_has_a_share_of_all() {
        let pace = Pace {
            wave_percent: 25,
            ..Pace::default()
        };
        assert_eq!(
            [0, 1, 4, 10, 1000].map(|all| pace.wave_of(all)),
            [1, 1, 1, 3, 250]
        );
    }
}
