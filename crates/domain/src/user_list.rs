//! What a list of people can be narrowed down to and sorted by. How it is read, and from which
//! columns, is the store's.

use crate::column::text_enum;
use crate::role::Role;
use crate::text;
use crate::user_status::UserStatus;

text_enum! {
    /// What a list of people is sorted by.
    pub enum UserSort {
        /// The name, without regard to case and accents.
        Name = "name",
        /// The e-mail address.
        Email = "email",
        /// The role.
        Role = "role",
        /// The status.
        Status = "status",
        /// The department.
        Department = "department",
        /// When the person last signed in; those who never did are the longest ago.
        LastSignIn = "last_sign_in",
        /// When the person was added.
        Created = "created_at",
    }
}

/// Where in a name or an address a search looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum SearchIn {
    /// At the beginning of each word: what an index answers.
    #[default]
    Beginnings,
    /// Anywhere: every row is read.
    Anywhere,
}

/// Which people of a tenant a list shows. Removed people are in none.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct UserFilter {
    /// What was typed into the search, as typed.
    pub search: String,
    /// Where it is looked for.
    pub search_in: SearchIn,
    /// Any of these; all where empty.
    pub statuses: Vec<UserStatus>,
    /// Any of these; all where empty.
    pub roles: Vec<Role>,
    /// Any of these, folded; all where empty.
    pub departments: Vec<String>,
}

impl UserFilter {
    /// The most characters that are searched for.
    pub const MAX_SEARCH: usize = 100;
    /// The most words that are searched for.
    pub const MAX_TERMS: usize = 6;

    /// The folded beginnings that must all be found. A term with an `@` is the beginning of an
    /// address as it stands; any other is taken apart as names and addresses were.
    #[must_use]
    pub fn terms(&self) -> Vec<String> {
        let folded = text::fold(&self.search);
        let mut terms: Vec<String> = Vec::new();
        for part in folded.split_whitespace() {
            if part.contains('@') {
                terms.push(part.to_owned());
            } else {
                terms.extend(text::words(part));
            }
        }
        terms.truncate(Self::MAX_TERMS);
        terms
    }

    /// The search as one folded piece, for a look anywhere.
    #[must_use]
    pub fn piece(&self) -> String {
        text::fold(self.search.trim())
    }

    /// Whether something is searched for.
    #[must_use]
    pub fn searches(&self) -> bool {
        !self.search.trim().is_empty()
    }

    /// Whether anything narrows the list down.
    #[must_use]
    pub fn narrows(&self) -> bool {
        self.searches()
            || !self.statuses.is_empty()
            || !self.roles.is_empty()
            || !self.departments.is_empty()
    }
}

/// How many people there are in each status; removed ones are not counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct StatusCounts {
    /// Invited.
    pub invited: i64,
    /// Active.
    pub active: i64,
    /// Suspended.
    pub suspended: i64,
    /// Inactive.
    pub inactive: i64,
}

impl StatusCounts {
    /// Those in this status.
    #[must_use]
    pub const fn of(self, status: UserStatus) -> i64 {
        match status {
            UserStatus::Invited => self.invited,
            UserStatus::Active => self.active,
            UserStatus::Suspended => self.suspended,
            UserStatus::Inactive => self.inactive,
            UserStatus::Removed => 0,
        }
    }

    /// Sets one of them.
    pub fn set(&mut self, status: UserStatus, count: i64) {
        match status {
            UserStatus::Invited => self.invited = count,
            UserStatus::Active => self.active = count,
            UserStatus::Suspended => self.suspended = count,
            UserStatus::Inactive => self.inactive = count,
            UserStatus::Removed => {}
        }
    }

    /// All of them.
    #[must_use]
    pub const fn total(self) -> i64 {
        self.invited + self.active + self.suspended + self.inactive
    }

    /// Those in any of these; all where none is named.
    #[must_use]
    pub fn of_any(self, statuses: &[UserStatus]) -> i64 {
        if statuses.is_empty() {
            return self.total();
        }
        UserStatus::ALL
            .iter()
            .filter(|status| statuses.contains(status))
            .map(|status| self.of(*status))
            .sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn terms(search: &str) -> Vec<String> {
        UserFilter {
            search: search.to_owned(),
            ..UserFilter::default()
        }
        .terms()
    }

    #[test]
    fn a_search_is_taken_apart_as_names_are() {
        assert_eq!(terms("  Zoë  O'Bri "), ["zoe", "bri", "o"]);
        assert_eq!(terms("amara.nwosu"), ["amara", "nwosu"]);
        assert_eq!(terms("Amara@AC"), ["amara@ac"]);
        assert!(terms(" ' ").is_empty());
        assert_eq!(terms("a b c d e f g h").len(), UserFilter::MAX_TERMS);
    }

    #[test]
    fn counts_add_up() {
        let counts = StatusCounts {
            invited: 1,
            active: 20,
            suspended: 300,
            inactive: 4000,
        };
        assert_eq!(counts.total(), 4321);
        assert_eq!(counts.of_any(&[]), 4321);
        let twice = [UserStatus::Active, UserStatus::Active, UserStatus::Invited];
        assert_eq!(counts.of_any(&twice), 21);
    }
}
