//! Moving a tenant from one place to another: where a move stands, and its steps.

use crate::column::text_enum;

text_enum! {
    /// Where a move stands.
    pub enum MoveState {
        /// Asked for; no worker has begun.
        Waiting = "waiting",
        /// Under way. People go on working.
        Running = "running",
        /// The tenant lives in the new place.
        Done = "done",
        /// It could not be done; the tenant lives where it lived.
        Failed = "failed",
        /// Somebody stopped it; the tenant lives where it lived.
        Cancelled = "cancelled",
    }
}

impl MoveState {
    /// Those from which it may still end in the new place.
    pub const OPEN: [Self; 2] = [Self::Waiting, Self::Running];

    /// Whether it may still end in the new place.
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
            Self::Done => "Done",
            Self::Failed => "Failed",
            Self::Cancelled => "Stopped",
        }
    }
}

text_enum! {
    /// A step of a move. Each is done again from its start after an interruption.
    pub enum MoveStep {
        /// The new place is made.
        Prepare = "prepare",
        /// The rows are copied from one moment of the database.
        Copy = "copy",
        /// What was written meanwhile follows, and both places are compared.
        Compare = "compare",
        /// The last changes follow while requests wait, and the tenant lives in the new place.
        HandOver = "hand_over",
    }
}

impl MoveStep {
    /// As it is shown.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Prepare => "Make the new place",
            Self::Copy => "Copy everything",
            Self::Compare => "Catch up and compare",
            Self::HandOver => "Hand over",
        }
    }
}

/// The most days for which the old copy is kept.
pub const MAX_KEEP_DAYS: i32 = 90;
/// For how many days it is kept where nothing is said.
pub const KEEP_DAYS: i32 = 7;
