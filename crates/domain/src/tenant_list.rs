//! What the platform's list of tenants can be narrowed down to and sorted by, and the mark of a place in
//! it. How it is read, and from which columns, is the store's.

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, NaiveDate, Utc};
use data_encoding::BASE64URL_NOPAD;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::column::text_enum;
use crate::page::Order;
use crate::tenant::TenantState;
use crate::text;
use crate::user_list::SearchIn;

text_enum! {
    /// What the list of tenants is sorted by.
    pub enum TenantSort {
        /// The name, without regard to case and accents.
        Name = "name",
        /// When the tenant was made.
        Created = "created_at",
        /// How many people have a seat.
        People = "people",
        /// The plan, and by name within it.
        Plan = "plan",
        /// The state, and by name within it.
        Status = "status",
        /// When the trial ends; tenants without one come last.
        TrialEnd = "trial_end",
    }
}

text_enum! {
    /// Where a tenant's tables are.
    pub enum PlacementKind {
        /// Beside other tenants' rows, under row-level security.
        Shared = "shared",
        /// In a schema of its own.
        Schema = "schema",
        /// In a database of its own.
        Database = "database",
    }
}

impl PlacementKind {
    /// As it is shown.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Shared => "Shared",
            Self::Schema => "Own schema",
            Self::Database => "Own database",
        }
    }
}

text_enum! {
    /// Whether a tenant is somebody's or made up to look around in.
    pub enum TenantKind {
        /// Somebody's.
        Real = "real",
        /// Made up to look around in.
        Demo = "demo",
    }
}

/// Which tenants a list shows. Deleted ones only where their state is asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct TenantFilter {
    /// What was typed into the search, as typed: name, slug, host, contact or billing address.
    pub search: String,
    /// Where it is looked for.
    pub search_in: SearchIn,
    /// Any of these; all but deleted where empty.
    pub statuses: Vec<TenantState>,
    /// Any of these plans, by key; all where empty.
    pub plans: Vec<String>,
    /// Any of these; all where empty.
    pub placements: Vec<PlacementKind>,
    /// Only somebody's, or only made-up ones.
    pub kind: Option<TenantKind>,
    /// Made on this day (UTC) or later.
    pub created_from: Option<NaiveDate>,
    /// With a trial that ends on this day (UTC) or earlier.
    pub trial_ends_until: Option<NaiveDate>,
}

impl TenantFilter {
    /// The most characters that are searched for.
    pub const MAX_SEARCH: usize = 100;
    /// The most words that are searched for.
    pub const MAX_TERMS: usize = 6;

    /// The folded beginnings that must all be found. A part of an address or a host stays whole; any
    /// other is taken apart as names are.
    #[must_use]
    pub fn terms(&self) -> Vec<String> {
        let folded = text::fold(&self.search);
        let mut terms: Vec<String> = Vec::new();
        for part in folded.split_whitespace() {
            let bare = part.trim_matches(|c: char| !c.is_alphanumeric());
            if bare.contains(['@', '.']) {
                terms.push(bare.to_owned());
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
        let everything = Self {
            search_in: self.search_in,
            ..Self::default()
        };
        self.searches()
            || *self
                != Self {
                    search: self.search.clone(),
                    ..everything
                }
    }
}

/// How many tenants there are in each state.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TenantCounts(Vec<(TenantState, i64)>);

impl FromIterator<(TenantState, i64)> for TenantCounts {
    fn from_iter<I: IntoIterator<Item = (TenantState, i64)>>(counts: I) -> Self {
        Self(counts.into_iter().collect())
    }
}

impl TenantCounts {
    /// Those in this state.
    #[must_use]
    pub fn of(&self, state: TenantState) -> i64 {
        let all = self.0.iter().filter(|(known, _)| *known == state);
        all.map(|(_, count)| count).sum()
    }

    /// All that are not deleted.
    #[must_use]
    pub fn total(&self) -> i64 {
        let there = self.0.iter();
        let there = there.filter(|(state, _)| *state != TenantState::Deleted);
        there.map(|(_, count)| count).sum()
    }

    /// Those in any of these; all that are not deleted where none is named.
    #[must_use]
    pub fn of_any(&self, states: &[TenantState]) -> i64 {
        if states.is_empty() {
            return self.total();
        }
        let wanted = TenantState::ALL.iter().filter(|one| states.contains(one));
        wanted.map(|state| self.of(*state)).sum()
    }
}

/// By what a place in the list is found again: the columns that the order compares.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "by", content = "key", rename_all = "snake_case")]
pub enum CursorKey {
    /// The folded name.
    Name(String),
    /// When it was made.
    Created(DateTime<Utc>),
    /// How many people; -1 where nobody counts them.
    People(i64),
    /// The plan and the folded name.
    Plan(String, String),
    /// The state's key and the folded name.
    Status(String, String),
    /// The end of the trial, if there is one.
    TrialEnd(Option<DateTime<Utc>>),
}

/// A place in the list after which to go on, however many rows came or went before it. Its text is opaque
/// to whoever carries it; it opens nothing, so it is not signed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TenantCursor {
    /// The last row's columns.
    pub key: CursorKey,
    /// The direction that the list was read in.
    pub order: Order,
    /// The last row.
    pub id: Uuid,
}

/// Why a text is no cursor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("This is no cursor of this list; take the one of the page before, with the same order.")]
pub struct NoCursor;

impl TenantCursor {
    /// The longest text that is read.
    const MAX: usize = 2_000;

    /// What the list was sorted by.
    #[must_use]
    pub const fn sort(&self) -> TenantSort {
        match self.key {
            CursorKey::Name(_) => TenantSort::Name,
            CursorKey::Created(_) => TenantSort::Created,
            CursorKey::People(_) => TenantSort::People,
            CursorKey::Plan(..) => TenantSort::Plan,
            CursorKey::Status(..) => TenantSort::Status,
            CursorKey::TrialEnd(_) => TenantSort::TrialEnd,
        }
    }
}

impl fmt::Display for TenantCursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let json = serde_json::to_vec(self).map_err(|_| fmt::Error)?;
        f.write_str(&BASE64URL_NOPAD.encode(&json))
    }
}

impl FromStr for TenantCursor {
    type Err = NoCursor;

    fn from_str(text: &str) -> Result<Self, NoCursor> {
        if text.len() > Self::MAX {
            return Err(NoCursor);
        }
        let json = BASE64URL_NOPAD
            .decode(text.as_bytes())
            .map_err(|_| NoCursor)?;
        let cursor: Self = serde_json::from_slice(&json).map_err(|_| NoCursor)?;
        // PostgreSQL takes no NUL in a text.
        let clean = match &cursor.key {
            CursorKey::Name(text) => !text.contains('\0'),
            CursorKey::Plan(one, two) | CursorKey::Status(one, two) => {
                !one.contains('\0') && !two.contains('\0')
            }
            _ => true,
        };
        clean.then_some(cursor).ok_or(NoCursor)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    fn terms(search: &str) -> Vec<String> {
        TenantFilter {
            search: search.to_owned(),
            ..TenantFilter::default()
        }
        .terms()
    }

    #[test]
    fn a_search_keeps_hosts_and_addresses_whole() {
        assert_eq!(terms(" Acme-Care "), ["acme", "care"]);
        assert_eq!(terms("portal.acme.com"), ["portal.acme.com"]);
        assert_eq!(terms("Ops@Acme"), ["ops@acme"]);
        assert_eq!(terms("St. Zoë"), ["st", "zoe"]);
        assert!(terms(" . ").is_empty());
    }

    #[test]
    fn each_part_of_a_filter_narrows() {
        let nothing = TenantFilter::default();
        assert!(!nothing.narrows());
        let anywhere = TenantFilter {
            search_in: SearchIn::Anywhere,
            ..TenantFilter::default()
        };
        assert!(!anywhere.narrows());
        let demo = TenantFilter {
            kind: Some(TenantKind::Demo),
            ..TenantFilter::default()
        };
        assert!(demo.narrows());
        assert!(
            TenantFilter {
                search: "a".into(),
                ..nothing
            }
            .narrows()
        );
    }

    #[test]
    fn deleted_tenants_count_only_where_they_are_asked_for() {
        let counts: TenantCounts = [(TenantState::Active, 3), (TenantState::Deleted, 9)]
            .into_iter()
            .collect();
        assert_eq!((counts.total(), counts.of_any(&[])), (3, 3));
        let twice = [TenantState::Deleted, TenantState::Deleted];
        assert_eq!(counts.of_any(&twice), 9);
    }

    #[test]
    fn a_cursor_is_read_back_and_nonsense_is_not() {
        let at = "2026-11-21T10:00:00.123456Z".parse().unwrap();
        for key in [
            CursorKey::Name("zoë \"works\"".into()),
            CursorKey::Created(at),
            CursorKey::People(-1),
            CursorKey::Plan("starter".into(), "a".into()),
            CursorKey::Status("active".into(), String::new()),
            CursorKey::TrialEnd(None),
            CursorKey::TrialEnd(Some(at)),
        ] {
            let cursor = TenantCursor {
                key,
                order: Order::Descending,
                id: Uuid::from_u128(7),
            };
            assert_eq!(cursor.to_string().parse(), Ok(cursor));
        }
        let nul = TenantCursor {
            key: CursorKey::Name("a\0".into()),
            order: Order::Ascending,
            id: Uuid::nil(),
        };
        for bad in [
            String::new(),
            "x".into(),
            "e30".into(),
            "A".repeat(3_000),
            nul.to_string(),
        ] {
            assert_eq!(bad.parse::<TenantCursor>(), Err(NoCursor), "{bad}");
        }
    }
}
