//! The list of tenants: filters, search, order, pages, places to go on from. How many people each has is
//! the one number of a tenant's rows that the platform may read.

use chrono::{DateTime, Days, NaiveDate, NaiveTime, Utc};
use diesel::dsl::{And, Eq, count_star};
use diesel::expression::BoxableExpression;
use diesel::helper_types::LeftJoinQuerySource;
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::sql_types::{Bool, Text};
use domain::{
    Order, PageRequest, SearchIn, TenantCounts, TenantCursor, TenantFilter, TenantKind, TenantSort,
    TenantState,
};
use uuid::Uuid;

use super::few::Few;
use super::follows::follows;
use super::listed::ListedTenant;
use crate::StoreError;
use crate::platform::PlatformTx;
use crate::raw;
use crate::schema::catalogue::{placements, tenants};

diesel::table! {
    /// The counters of the shared placement, as far as the platform's policy shows them.
    #[sql_name = "limits"]
    shared.seats (tenant_id, resource) {
        tenant_id -> Uuid,
        resource -> Text,
        used -> Int8,
        hard -> Int8,
    }
}
diesel::table! {
    /// The counters of tenants in schemas and databases of their own.
    catalogue.own_seats (tenant_id) {
        tenant_id -> Uuid,
        used -> Int8,
        hard -> Int8,
    }
}
diesel::allow_tables_to_appear_in_same_query!(seats, tenants);
diesel::allow_tables_to_appear_in_same_query!(seats, placements);
diesel::allow_tables_to_appear_in_same_query!(own_seats, seats);
diesel::allow_tables_to_appear_in_same_query!(own_seats, tenants);
diesel::allow_tables_to_appear_in_same_query!(own_seats, placements);
diesel::define_sql_function! {
    /// Where `piece` begins in `text`; 0 where it is not in it.
    fn strpos(text: Text, piece: Text) -> Integer;
}

type Seats = And<Eq<seats::tenant_id, tenants::id>, Eq<seats::resource, &'static str>>;
type OwnSeats = Eq<own_seats::tenant_id, tenants::id>;
/// Tenants, each beside its counter of people, which is in one place or the other.
type Listed = LeftJoinQuerySource<
    LeftJoinQuerySource<tenants::table, seats::table, Seats>,
    own_seats::table,
    OwnSeats,
>;
pub(super) type Condition<'a> = Box<dyn BoxableExpression<Listed, Pg, SqlType = Bool> + 'a>;

impl PlatformTx<'_> {
    /// How many tenants of a filter there are in each state, whatever states it names.
    ///
    /// # Errors
    /// The database's.
    pub fn tenant_counts(&mut self, filter: &TenantFilter) -> Result<TenantCounts, StoreError> {
        let rows: Vec<(TenantState, i64)> = tenants::table
            .left_join(seats::table.on(beside()))
            .left_join(own_seats::table.on(own_seats::tenant_id.eq(tenants::id)))
            .filter(narrowed(filter))
            .group_by(tenants::status)
            .select((tenants::status, count_star()))
            .load(self.connection())?;
        Ok(rows.into_iter().collect())
    }

    /// One page of the list; of these few, where a search found no more.
    ///
    /// # Errors
    /// The database's.
    pub fn tenant_page(
        &mut self,
        filter: &TenantFilter,
        few: Option<&Few>,
        sort: TenantSort,
        order: Order,
        page: PageRequest,
    ) -> Result<Vec<ListedTenant>, StoreError> {
        let which: Condition<'_> = match few {
            Some(few) => Box::new(tenants::id.eq_any(few.ids())),
            None => narrowed(filter),
        };
        let which = Box::new(which.and(of_status(filter)));
        self.tenants_in_order(which, sort, order, None, (page.limit(), page.offset()))
    }

    /// The tenants that follow a place in the list, or its first ones.
    ///
    /// # Errors
    /// The database's.
    pub fn tenants_after(
        &mut self,
        filter: &TenantFilter,
        sort: TenantSort,
        order: Order,
        last: Option<&TenantCursor>,
        limit: i64,
    ) -> Result<Vec<ListedTenant>, StoreError> {
        let which = Box::new(narrowed(filter).and(of_status(filter)));
        self.tenants_in_order(which, sort, order, last, (limit, 0))
    }

    /// First which ones, by narrow columns, then all that is shown of these.
    fn tenants_in_order(
        &mut self,
        which: Condition<'_>,
        sort: TenantSort,
        order: Order,
        last: Option<&TenantCursor>,
        (limit, offset): (i64, i64),
    ) -> Result<Vec<ListedTenant>, StoreError> {
        let mut query = tenants::table
            .left_join(seats::table.on(beside()))
            .left_join(own_seats::table.on(own_seats::tenant_id.eq(tenants::id)))
            .filter(which)
            .select(tenants::id)
            .limit(limit)
            .offset(offset)
            .into_boxed();
        if let Some(last) = last {
            query = query.filter(follows(last));
        }
        use Order::{Ascending, Descending};
        use TenantSort as By;
        use tenants::{created_at, id, name_folded as name, plan, status, trial_ends_at};
        query = match (sort, order) {
            (By::Name, Ascending) => query.order((name.asc(), id.asc())),
            (By::Name, Descending) => query.order((name.desc(), id.desc())),
            (By::Created, Ascending) => query.order((created_at.asc(), id.asc())),
            (By::Created, Descending) => query.order((created_at.desc(), id.desc())),
            (By::People, Ascending) => query.order((raw::people().asc(), id.asc())),
            (By::People, Descending) => query.order((raw::people().desc(), id.desc())),
            (By::Plan, Ascending) => query.order((plan.asc(), name.asc(), id.asc())),
            (By::Plan, Descending) => query.order((plan.desc(), name.desc(), id.desc())),
            (By::Status, Ascending) => query.order((status.asc(), name.asc(), id.asc())),
            (By::Status, Descending) => query.order((status.desc(), name.desc(), id.desc())),
            (By::TrialEnd, Ascending) => query.order((trial_ends_at.asc().nulls_last(), id.asc())),
            (By::TrialEnd, Descending) => {
                query.order((trial_ends_at.desc().nulls_last(), id.desc()))
            }
        };
        let ids: Vec<Uuid> = query.load(self.connection())?;
        self.listed(&ids)
    }
}

pub(super) fn beside() -> Seats {
    seats::tenant_id
        .eq(tenants::id)
        .and(seats::resource.eq(crate::limits::USERS))
}

/// The filter without its states: what the tabs count.
fn narrowed(filter: &TenantFilter) -> Condition<'_> {
    let rest = besides_search(filter);
    if !filter.searches() {
        return rest;
    }
    match (filter.search_in, begins(filter)) {
        (SearchIn::Beginnings, Some(begins)) => Box::new(rest.and(begins)),
        _ => Box::new(rest.and(holds(filter))),
    }
}

/// Whether all the beginnings are there; none for a search of punctuation alone, which has no words and can
/// only be looked for as it stands.
pub(super) fn begins(filter: &TenantFilter) -> Option<Condition<'static>> {
    let mut terms = filter.terms().into_iter();
    let has = |term: String| strpos(tenants::finding, format!(" {term}")).gt(0);
    let first: Condition<'static> = Box::new(has(terms.next()?));
    Some(terms.fold(first, |all, term| Box::new(all.and(has(term)))))
}

/// Whether the search is there as it stands, wherever.
pub(super) fn holds(filter: &TenantFilter) -> Condition<'static> {
    Box::new(strpos(tenants::finding, filter.piece()).gt(0))
}

/// The filter without its states and its search.
pub(super) fn besides_search(filter: &TenantFilter) -> Condition<'_> {
    let mut condition: Condition<'_> = Box::new(diesel::dsl::sql::<Bool>("true"));
    if !filter.plans.is_empty() {
        condition = Box::new(condition.and(tenants::plan.eq_any(&filter.plans)));
    }
    if !filter.placements.is_empty() {
        let placed = placements::table
            .filter(placements::kind.eq_any(filter.placements.iter().map(|kind| kind.as_str())))
            .select(placements::tenant_id);
        condition = Box::new(condition.and(tenants::id.eq_any(placed)));
    }
    if let Some(kind) = filter.kind {
        condition = Box::new(condition.and(tenants::demo.eq(kind == TenantKind::Demo)));
    }
    if let Some(from) = filter.created_from {
        condition = Box::new(condition.and(tenants::created_at.ge(midnight(from))));
    }
    if let Some(until) = filter.trial_ends_until {
        let end = until.checked_add_days(Days::new(1)).unwrap_or(until);
        condition =
            Box::new(condition.and(tenants::trial_ends_at.lt(midnight(end)).assume_not_null()));
    }
    condition
}

fn of_status(filter: &TenantFilter) -> Condition<'_> {
    match filter.statuses.as_slice() {
        [] => Box::new(raw::not_deleted()),
        [one] => Box::new(tenants::status.eq(one.as_str())),
        many => Box::new(tenants::status.eq_any(many.iter().map(|state| state.as_str()))),
    }
}

fn midnight(day: NaiveDate) -> DateTime<Utc> {
    day.and_time(NaiveTime::MIN).and_utc()
}
