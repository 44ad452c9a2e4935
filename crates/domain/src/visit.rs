//! Visits: somebody of the platform in a tenant, for support. States, what a visit reaches, and which
//! permissions that is. Who decides is told in services.

use chrono::TimeDelta;

use crate::column::text_enum;
use crate::permission::{Permission, Permissions};

/// The most hours that may be asked for.
pub const MOST_HOURS: i32 = 72;

text_enum! {
    /// Where a visit stands.
    pub enum VisitState {
        /// Waits for somebody of the tenant.
        Asked = "asked",
        /// May begin.
        Approved = "approved",
        /// Was refused.
        Declined = "declined",
        /// Has begun.
        Running = "running",
        /// Was ended before its time, by either side.
        Ended = "ended",
        /// Its time ran out.
        Expired = "expired",
    }
}

impl VisitState {
    /// As it is shown.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Asked => "Waits for you",
            Self::Approved => "Let in",
            Self::Declined => "Declined",
            Self::Running => "Running",
            Self::Ended => "Ended",
            Self::Expired => "Expired",
        }
    }

    /// Whether something can still come of it.
    #[must_use]
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Asked | Self::Approved | Self::Running)
    }
}

text_enum! {
    /// What a visitor may do.
    pub enum VisitReach {
        /// Read pages.
        Read = "read",
        /// Read pages and change what is on them.
        Write = "write",
    }
}

impl VisitReach {
    /// As it is shown, after a name: "Sam Reed …".
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Read => "sees your pages and changes nothing",
            Self::Write => "sees your pages and may change what is on them",
        }
    }

    /// What the visitor may do. Visits, keys and ownership stay with the tenant whatever was granted; who
    /// only reads takes no files along.
    #[must_use]
    pub fn permissions(self) -> Permissions {
        let all = Permission::ALL.iter().copied();
        let allowed: Vec<Permission> = all
            .filter(|permission| match self {
                Self::Read => permission.only_reads(),
                Self::Write => !permission.stays_with_the_tenant(),
            })
            .collect();
        Permissions::of(&allowed)
    }
}

text_enum! {
    /// What a tenant says to those who ask to enter.
    #[derive(Default)]
    pub enum VisitPolicy {
        /// Somebody of the tenant decides each time.
        #[default]
        AskFirst = "ask_first",
        /// They may come in, and are seen.
        Allow = "allow",
    }
}

/// A number of hours that is no visit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("Choose between 1 and {MOST_HOURS} hours.")]
pub struct NoVisit;

/// How long a visit lasts from the moment it is approved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct VisitHours(i32);

impl VisitHours {
    /// Between one hour and three days.
    ///
    /// # Errors
    /// Anything else.
    pub fn new(hours: i32) -> Result<Self, NoVisit> {
        if (1..=MOST_HOURS).contains(&hours) {
            Ok(Self(hours))
        } else {
            Err(NoVisit)
        }
    }

    /// As it was typed.
    ///
    /// # Errors
    /// What is no number, or not between one hour and three days.
    pub fn parse(typed: &str) -> Result<Self, NoVisit> {
        typed
            .trim()
            .parse()
            .map_err(|_| NoVisit)
            .and_then(Self::new)
    }

    /// The number.
    #[must_use]
    pub const fn count(self) -> i32 {
        self.0
    }

    /// The time.
    #[must_use]
    pub fn span(self) -> TimeDelta {
        TimeDelta::hours(i64::from(self.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn authz_06_who_only_reads_changes_nothing_and_takes_nothing_along() {
        let reads = VisitReach::Read.permissions();
        assert!(reads.allow(Permission::ReadUsers) && reads.allow(Permission::ReadAudit));
        for permission in reads.iter() {
            assert!(permission.key().ends_with(":read"), "{permission}");
        }
    }

    #[test]
    fn authz_06_visits_keys_and_ownership_stay_with_the_tenant() {
        let writes = VisitReach::Write.permissions();
        assert!(writes.cover(&VisitReach::Read.permissions()));
        assert!(writes.allow(Permission::ManageUsers));
        for key in ["visits:manage", "keys:manage", "tenant:own"] {
            let held = Permission::from_key(key).is_some_and(|one| writes.allow(one));
            assert!(!held, "{key}");
        }
    }

    #[test]
    fn a_visit_lasts_between_an_hour_and_three_days() {
        for typed in ["", "0", "-1", "73", "1.5", "2h", "99999999999"] {
            assert_eq!(VisitHours::parse(typed), Err(NoVisit), "{typed:?}");
        }
        assert_eq!(VisitHours::parse(" 72 ").map(VisitHours::count), Ok(72));
    }
}
