//! The states of a person in a tenant and which follows which. Last owners and seats are counted
//! where the rows are.

use crate::column::text_enum;

text_enum! {
    /// Where a person stands in the tenant.
    pub enum UserStatus {
        /// Asked to join, has not come yet.
        Invited = "invited",
        /// Works here.
        Active = "active",
        /// Shut out for now by an admin; keeps the seat.
        Suspended = "suspended",
        /// Deactivated: has given the seat back, its record stays.
        Inactive = "inactive",
        /// Taken off the list; comes back only by undo.
        Removed = "removed",
    }
}

/// A step that a person cannot take.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("A person who is {from} cannot become {to}.")]
pub struct UserStep {
    /// The status they have.
    pub from: UserStatus,
    /// The status that was asked for.
    pub to: UserStatus,
}

impl UserStatus {
    /// As people read it.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Invited => "Invited",
            Self::Active => "Active",
            Self::Suspended => "Suspended",
            Self::Inactive => "Inactive",
            Self::Removed => "Removed",
        }
    }

    /// Each status and those that may follow it. An undone removal leads back to where it came from.
    #[must_use]
    pub const fn followers(self) -> &'static [Self] {
        use UserStatus::{Active, Inactive, Invited, Removed, Suspended};
        match self {
            Invited => &[Active, Removed],
            Active => &[Suspended, Inactive, Removed],
            Suspended => &[Active, Inactive, Removed],
            Inactive => &[Active, Removed],
            Removed => &[Invited, Active, Suspended, Inactive],
        }
    }

    /// The next status, or why not.
    pub fn step(self, to: Self) -> Result<Self, UserStep> {
        if self.followers().contains(&to) {
            Ok(to)
        } else {
            Err(UserStep { from: self, to })
        }
    }

    /// Whether a sign-in can succeed.
    #[must_use]
    pub const fn may_sign_in(self) -> bool {
        matches!(self, Self::Active)
    }

    /// Whether the person counts against the plan's seats.
    #[must_use]
    pub const fn holds_seat(self) -> bool {
        matches!(self, Self::Invited | Self::Active | Self::Suspended)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::UserStatus::{self, *};

    #[test]
    fn the_steps_are_this_table() {
        let table = [
            (Invited, ".x..x"),
            (Active, "..xxx"),
            (Suspended, ".x.xx"),
            (Inactive, ".x..x"),
            (Removed, "xxxx."),
        ];
        for (from, row) in table {
            for (to, mark) in UserStatus::ALL.iter().zip(row.chars()) {
                assert_eq!(from.step(*to).is_ok(), mark == 'x', "{from} to {to}");
            }
        }
        assert_eq!(UserStatus::ALL.len(), table.len());
    }

    #[test]
    fn words_go_round() {
        for status in UserStatus::ALL {
            assert_eq!(UserStatus::parse(status.as_str()), Ok(*status));
        }
        assert_eq!(
            UserStatus::parse("Active").unwrap_err().to_string(),
            "\"Active\" is not one of the words that are known here."
        );
    }
}
