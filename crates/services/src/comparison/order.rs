//! In which order tenants stand.

use std::cmp::Ordering;

use domain::{Order, PageRequest};

use super::Tenant;

macro_rules! sorts {
    ($($name:ident $word:literal $words:literal),* $(,)?) => {
        /// By what tenants are sorted.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum SortBy {
            $(#[doc = $words] $name),*
        }

        impl SortBy {
            /// Each with its word.
            pub const ALL: &'static [(&'static str, Self)] = &[$(($word, Self::$name)),*];

            /// As it is said.
            #[must_use]
            pub const fn word(self) -> &'static str {
                match self { $(Self::$name => $word),* }
            }
        }
    };
}

sorts! {
    Name "name" "Name.",
    Users "user_count" "People.",
    Active "active_users" "People who used pages.",
    Storage "storage_gb" "Stored bytes.",
    Calls "api_calls" "Calls of the API.",
    Growth "growth_rate" "How fast people become more.",
    Response "avg_response_time_ms" "How long an answer takes.",
    Revenue "total_revenue" "What is paid.",
    Risk "churn_risk" "How likely it is that it leaves.",
}

/// A page of them.
pub(super) fn page(all: &[Tenant], by: SortBy, order: Order, page: PageRequest) -> Vec<Tenant> {
    let sorted = sorted(all.iter().collect(), by, order);
    let skip = usize::try_from(page.offset()).unwrap_or(usize::MAX);
    let take = usize::try_from(page.limit()).unwrap_or(0);
    sorted.into_iter().skip(skip).take(take).cloned().collect()
}

/// The first of them.
pub(super) fn first(found: Vec<&Tenant>, by: SortBy, order: Order, most: usize) -> Vec<Tenant> {
    let sorted = sorted(found, by, order).into_iter();
    sorted.take(most).cloned().collect()
}

/// What is not known stands last, whichever way it is sorted; what is equal stays by name.
pub(super) fn sorted(mut found: Vec<&Tenant>, by: SortBy, order: Order) -> Vec<&Tenant> {
    if by == SortBy::Name {
        if order == Order::Descending {
            found.reverse();
        }
        return found;
    }
    found.sort_by(|one, other| match (value(one, by), value(other, by)) {
        (Some(one), Some(other)) => match order {
            Order::Ascending => one.total_cmp(&other),
            Order::Descending => other.total_cmp(&one),
        },
        (Some(_), None) => Ordering::Less,
        (None, Some(_)) => Ordering::Greater,
        (None, None) => Ordering::Equal,
    });
    found
}

fn value(of: &Tenant, by: SortBy) -> Option<f64> {
    use crate::usage::approximate;

    let row = &of.row;
    match by {
        SortBy::Name => None,
        SortBy::Users => row.users.map(approximate),
        SortBy::Active => row.active.map(approximate),
        SortBy::Storage => row.bytes.map(approximate),
        SortBy::Calls => row.calls.map(approximate),
        SortBy::Growth => of.growth.ok(),
        SortBy::Response => of.response_ms(),
        SortBy::Revenue => of.pays.as_ref().ok().map(|pays| approximate(pays.0)),
        // Of the same risk the one with more signs is likelier to leave.
        SortBy::Risk => {
            let signs = i64::try_from(of.signs.len()).unwrap_or(0);
            let risk = match of.risk {
                domain::Risk::Low => 0,
                domain::Risk::Medium => 10,
                domain::Risk::High => 20,
            };
            Some(approximate(risk + signs))
        }
    }
}
