//! The platform's list of tenants: narrowed down, sorted, page by page or from one answer to the next.

use chrono::NaiveDate;
use domain::staff::ReadTenants;
use domain::{
    FieldErrors, Order, PlacementKind, TenantCursor, TenantFilter, TenantKind, TenantSort,
    TenantState,
};
use serde::{Deserialize, Serialize};
use services::tenants::list;
use services::{StaffTx, VerbError};
use utoipa::{IntoParams, ToSchema};

use super::row::TenantRow;
use crate::api::cursor;
use crate::api::door::Door;
use crate::api::fields::{ORDERS, Pages, page, search, word};
use crate::api::{Outcome, PlatformApi, Query};

/// How the list is narrowed down, sorted and paged.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
pub struct TenantQuery {
    /// The page, from 1; past the end it is the last one.
    #[param(minimum = 1, maximum = 1_000_000)]
    pub page: Option<u32>,
    /// The most tenants of a page; 50 where nothing is said.
    #[param(minimum = 1, maximum = 200)]
    pub page_size: Option<u32>,
    /// name, created_at, people, plan, status or trial_end.
    pub sort: Option<String>,
    /// asc or desc.
    pub order: Option<String>,
    /// A piece of a name, host, contact or billing address.
    pub search: Option<String>,
    /// A state; deleted tenants are shown only where theirs is asked for.
    pub status: Option<String>,
    /// A plan's key.
    pub plan: Option<String>,
    /// shared, schema or database.
    pub placement: Option<String>,
    /// real or demo.
    pub kind: Option<String>,
    /// Made on this day (UTC) or later.
    pub created_from: Option<NaiveDate>,
    /// With a trial that ends on this day (UTC) or earlier.
    pub trial_ends_until: Option<NaiveDate>,
    /// Empty to begin, then the next_cursor of the answer before: for lists that are read to their end. It keeps
    /// the order of the answer that it is from.
    pub cursor: Option<String>,
}

/// A page of tenants.
#[derive(Debug, Serialize, ToSchema)]
pub struct Tenants {
    /// Which.
    pub tenants: Vec<TenantRow>,
    /// Where the page stands; not with a cursor.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pagination: Option<Pages>,
    /// What to go on with; not at the end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
}

/// `GET /tenants`
///
/// # Errors
/// No right, a query that is wrong, or no database.
pub async fn list(api: PlatformApi<ReadTenants>, query: Query<TenantQuery>) -> Outcome<Tenants> {
    api.read(query, |tx, query| {
        let filter = filter(query)?;
        let sort = parsed("sort", query.sort.as_deref())?.unwrap_or(TenantSort::Created);
        let order = word("order", query.order.as_deref(), &ORDERS)?;
        let order = order.unwrap_or(Order::Ascending);
        let page = page(query.page, query.page_size)?;
        if let Some(cursor) = &query.cursor {
            if query.page.is_some() {
                let sentence = "A cursor goes without a page.";
                return Err(FieldErrors::one("page", sentence).into());
            }
            return walk(tx, &filter, (sort, order), cursor, page.size());
        }
        let found = list::list(tx, &filter, sort, order, page)?;
        Ok(Tenants {
            tenants: found.tenants.into_iter().map(TenantRow::from).collect(),
            pagination: Some(found.pagination.into()),
            next_cursor: None,
        })
    })
    .await
}

fn walk(
    tx: &mut StaffTx<'_, ReadTenants>,
    filter: &TenantFilter,
    (sort, order): (TenantSort, Order),
    cursor: &str,
    size: u32,
) -> Result<Tenants, VerbError> {
    let last = cursor::place(cursor, |text| text.parse::<TenantCursor>().ok())?;
    let found = list::after(tx, filter, sort, order, last.as_ref(), size)?;
    Ok(Tenants {
        tenants: found.tenants.into_iter().map(TenantRow::from).collect(),
        pagination: None,
        next_cursor: found.next.map(|next| next.to_string()),
    })
}

fn filter(query: &TenantQuery) -> Result<TenantFilter, VerbError> {
    let plan = query.plan.clone().filter(|key| !key.is_empty());
    if plan.as_ref().is_some_and(|key| key.contains('\0')) {
        return Err(FieldErrors::one("plan", "There is no such plan.").into());
    }
    let status: Option<TenantState> = parsed("status", query.status.as_deref())?;
    let placement: Option<PlacementKind> = parsed("placement", query.placement.as_deref())?;
    let kind: Option<TenantKind> = parsed("kind", query.kind.as_deref())?;
    Ok(TenantFilter {
        search: search(query.search.as_deref(), TenantFilter::MAX_SEARCH)?,
        statuses: status.into_iter().collect(),
        plans: plan.into_iter().collect(),
        placements: placement.into_iter().collect(),
        kind,
        created_from: query.created_from,
        trial_ends_until: query.trial_ends_until,
        ..TenantFilter::default()
    })
}

/// A word of a list that its type knows.
fn parsed<T: std::str::FromStr>(
    field: &'static str,
    text: Option<&str>,
) -> Result<Option<T>, VerbError> {
    let text = text.filter(|text| !text.is_empty());
    let parsed = text.map(|text| text.parse::<T>()).transpose();
    parsed.map_err(|_| FieldErrors::one(field, "Send one of the words of the reference.").into())
}
