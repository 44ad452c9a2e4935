//! Spans in which something that was measured is missing, as programs see them.

use chrono::{DateTime, Utc};
use serde::Serialize;
use services::usage::{Cause, Gap};
use utoipa::ToSchema;

/// A span in which something may be missing.
#[derive(Debug, Serialize, ToSchema)]
pub struct GapFields {
    /// What was measured before is there.
    pub from: DateTime<Utc>,
    /// From here on nothing is missing any more.
    pub until: DateTime<Utc>,
    /// Why: `process_ended` without a word, so that up to a second is missing; or `database_away` for so long that there was no
    /// room for more.
    pub reason: &'static str,
}

impl GapFields {
    pub(super) fn of(gap: &Gap) -> Self {
        Self {
            from: gap.from,
            until: gap.until,
            reason: match gap.cause {
                Cause::Ended => "process_ended",
                Cause::Away => "database_away",
            },
        }
    }
}
