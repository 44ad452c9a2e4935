//! A deed for many people: those who are ticked, or all that match a filter at the moment of doing it.

use chrono::{DateTime, Utc};
use domain::permission::ManageUsers;
use domain::{UserFilter, UserId};
use store::TenantTx;
use store::users;

use super::deed::{self, Deed, Outcome};
use super::list::settle;
use crate::VerbError;

/// The most people of one deed.
pub const MAX: usize = 10_000;

/// Whom a deed is meant for.
#[derive(Debug, Clone)]
pub enum Selection {
    /// These.
    Ticked(Vec<UserId>),
    /// All that match, of whom so many were shown to whoever decided.
    Matching(UserFilter, Option<i64>),
}

/// How many people the selection holds now.
///
/// # Errors
/// The database's.
pub fn size<P>(tx: &mut TenantTx<'_, P>, selection: &Selection) -> Result<i64, VerbError> {
    match selection {
        Selection::Ticked(people) => Ok(i64::try_from(people.len()).unwrap_or(i64::MAX)),
        Selection::Matching(filter, _) => {
            let (filter, counts) = settle(tx, filter)?;
            Ok(counts.of_any(&filter.statuses))
        }
    }
}

/// Does it.
///
/// # Errors
/// [`VerbError::Stale`] when not as many match any more as were shown, [`VerbError::Conflict`] for
/// nobody or too many, and whatever the deed answers.
pub fn act(
    tx: &mut TenantTx<'_, ManageUsers>,
    selection: &Selection,
    deed: Deed<'_>,
) -> Result<Outcome, VerbError> {
    let people = match selection {
        Selection::Ticked(people) => {
            let mut people = people.clone();
            people.sort_unstable();
            people.dedup();
            people
        }
        Selection::Matching(filter, shown) => {
            let (filter, _) = settle(tx, filter)?;
            let limit = i64::try_from(MAX + 1).unwrap_or(i64::MAX);
            let people = users::matching_ids(tx, &filter, limit)?;
            let now = i64::try_from(people.len()).unwrap_or(i64::MAX);
            if people.len() <= MAX && shown.is_some_and(|shown| shown != now) {
                return Err(VerbError::Stale);
            }
            people
        }
    };
    if people.is_empty() {
        return Err(VerbError::Conflict("Nobody is selected.".to_owned()));
    }
    if people.len() > MAX {
        return Err(VerbError::Conflict(format!(
            "At most {MAX} people at once. Narrow the list down and do it in parts."
        )));
    }
    deed::many(tx, &people, deed)
}

/// Brings back everybody whom this person removed at this moment.
///
/// # Errors
/// [`VerbError::Conflict`] for nobody, and whatever the deed answers.
pub fn undo_removal(
    tx: &mut TenantTx<'_, ManageUsers>,
    at: DateTime<Utc>,
) -> Result<Outcome, VerbError> {
    let people = users::removed_at(tx, at, i64::try_from(MAX).unwrap_or(i64::MAX))?;
    if people.is_empty() {
        return Err(VerbError::Conflict(
            "They were brought back already.".to_owned(),
        ));
    }
    deed::many(tx, &people, Deed::UndoRemoval)
}
