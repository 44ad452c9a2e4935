//! What a search for tenants finds, looked for in one pass: where it is little its tenants are named one by
//! one, counted here and read by their keys, and no order is walked through in search of them.

use diesel::prelude::*;
use domain::{SearchIn, TenantCounts, TenantFilter, TenantState};
use uuid::Uuid;

use super::list::{Condition, begins, beside, besides_search, holds, own_seats, seats};
use crate::StoreError;
use crate::platform::PlatformTx;
use crate::schema::catalogue::tenants;

/// More are not named one by one. To read so many by their keys costs a third of looking through all again.
const MOST: usize = 4_000;

/// The tenants of a search, all of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Few(Vec<Uuid>);

impl Few {
    pub(super) fn ids(&self) -> &[Uuid] {
        &self.0
    }
}

/// What a filter shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// Where the search is answered: anywhere, when no word begins so.
    pub search_in: SearchIn,
    /// By state, whatever states are asked for.
    pub counts: TenantCounts,
    /// The tenants themselves, where a search found few.
    pub few: Option<Few>,
}

impl PlatformTx<'_> {
    /// Counts what a filter shows, and names it where it searches and finds little. What begins no word is
    /// looked for anywhere: whatever begins so holds it too, so one pass sees both.
    ///
    /// # Errors
    /// The database's.
    pub fn tenants_found(&mut self, filter: &TenantFilter) -> Result<Found, StoreError> {
        if !filter.searches() {
            return self.found_in(filter, filter.search_in);
        }
        let mut rows = self.first_hits(filter)?;
        let begun = rows.iter().any(|(_, _, begins)| *begins);
        if rows.len() > MOST {
            if filter.search_in == SearchIn::Beginnings {
                let found = self.found_in(filter, SearchIn::Beginnings)?;
                if begun || found.counts.total() > 0 {
                    return Ok(found);
                }
            }
            return self.found_in(filter, SearchIn::Anywhere);
        }
        rows.retain(|(_, _, begins)| *begins || !begun);
        Ok(Found {
            search_in: if begun {
                SearchIn::Beginnings
            } else {
                SearchIn::Anywhere
            },
            counts: counted(&rows),
            few: Some(Few(rows.into_iter().map(|(id, _, _)| id).collect())),
        })
    }

    /// The first tenants that a search finds either way, one more than are named, each with whether its
    /// words begin so.
    fn first_hits(
        &mut self,
        filter: &TenantFilter,
    ) -> Result<Vec<(Uuid, TenantState, bool)>, StoreError> {
        let most = i64::try_from(MOST + 1).unwrap_or(i64::MAX);
        let query = tenants::table
            .left_join(seats::table.on(beside()))
            .left_join(own_seats::table.on(own_seats::tenant_id.eq(tenants::id)))
            .filter(besides_search(filter))
            .limit(most);
        let begun = (filter.search_in == SearchIn::Beginnings)
            .then(|| Some((begins(filter)?, begins(filter)?)))
            .flatten();
        let Some((also, shown)) = begun else {
            let rows: Vec<(Uuid, TenantState)> = query
                .filter(holds(filter))
                .select((tenants::id, tenants::status))
                .load(self.connection())?;
            return Ok(rows
                .into_iter()
                .map(|(id, state)| (id, state, false))
                .collect());
        };
        // One word that begins so holds it: looking for it once is enough.
        let hit: Condition<'_> = if filter.terms() == [filter.piece()] {
            holds(filter)
        } else {
            Box::new(holds(filter).or(also))
        };
        Ok(query
            .filter(hit)
            .select((tenants::id, tenants::status, shown))
            .load(self.connection())?)
    }

    fn found_in(
        &mut self,
        filter: &TenantFilter,
        search_in: SearchIn,
    ) -> Result<Found, StoreError> {
        let filter = TenantFilter {
            search_in,
            ..filter.clone()
        };
        Ok(Found {
            search_in,
            counts: self.tenant_counts(&filter)?,
            few: None,
        })
    }
}

fn counted(rows: &[(Uuid, TenantState, bool)]) -> TenantCounts {
    let of = |state: TenantState| rows.iter().filter(|row| row.1 == state).count();
    let there = TenantState::ALL.iter().map(|state| (*state, of(*state)));
    there
        .filter(|(_, count)| *count > 0)
        .map(|(state, count)| (state, i64::try_from(count).unwrap_or(i64::MAX)))
        .collect()
}
