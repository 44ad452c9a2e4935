//! The platform's list of tenants: a page of it, the slice after a place, and the same as a file.

use domain::staff::ReadTenants;
use domain::{
    Order, PageRequest, Pagination, SearchIn, TenantCounts, TenantCursor, TenantFilter, TenantSort,
};
use store::catalogue::Found;
pub use store::catalogue::ListedTenant;
use store::{StaffTx, StoreError};

use crate::VerbError;

/// One page of the list, with all that stands around it.
#[derive(Debug, Clone)]
pub struct Listing {
    /// The tenants of this page.
    pub tenants: Vec<ListedTenant>,
    /// Where the search found them: anywhere, when no word begins so.
    pub search_in: SearchIn,
    /// By state, whatever state is asked for.
    pub counts: TenantCounts,
    /// The totals of this list.
    pub pagination: Pagination,
    /// Every plan, by key and name.
    pub plans: Vec<(String, String)>,
}

/// Reads one page. A page past the end is the last one.
///
/// # Errors
/// The database's.
pub fn list(
    tx: &mut StaffTx<'_, ReadTenants>,
    filter: &TenantFilter,
    sort: TenantSort,
    order: Order,
    page: PageRequest,
) -> Result<Listing, VerbError> {
    let (filter, Found { counts, few, .. }) = settle(tx, filter)?;
    let total = counts.of_any(&filter.statuses);
    let page = within(page, total);
    let tenants = if total == 0 {
        Vec::new()
    } else {
        tx.tenant_page(&filter, few.as_ref(), sort, order, page)?
    };
    Ok(Listing {
        tenants,
        search_in: filter.search_in,
        counts,
        pagination: page.answer(total),
        plans: tx
            .plans()?
            .into_iter()
            .map(|plan| (plan.key, plan.terms.name))
            .collect(),
    })
}

/// A piece of the list, and the place after which the next one begins.
#[derive(Debug, Clone)]
pub struct Slice {
    /// The tenants of this piece.
    pub tenants: Vec<ListedTenant>,
    /// Where to go on; none at the end.
    pub next: Option<TenantCursor>,
}

/// Reads the piece after a place, or the first one: for whoever reads a long list to its end while it
/// changes. The order is the cursor's own where there is one.
///
/// # Errors
/// The database's.
pub fn after(
    tx: &mut StaffTx<'_, ReadTenants>,
    filter: &TenantFilter,
    sort: TenantSort,
    order: Order,
    last: Option<&TenantCursor>,
    limit: u32,
) -> Result<Slice, VerbError> {
    let (sort, order) = last.map_or((sort, order), |last| (last.sort(), last.order));
    let limit = limit.clamp(1, PageRequest::MAX_SIZE);
    // One more than asked for says whether another piece follows.
    let mut tenants = tx.tenants_after(filter, sort, order, last, i64::from(limit) + 1)?;
    let more = tenants.len() > usize::try_from(limit).unwrap_or(usize::MAX);
    if more {
        tenants.pop();
    }
    let end = tenants.last().filter(|_| more);
    let next = end.map(|tenant| tenant.cursor(sort, order));
    Ok(Slice { tenants, next })
}

/// The filter as it is answered, with what it shows: what begins no word is looked for anywhere.
pub(super) fn settle(
    tx: &mut StaffTx<'_, ReadTenants>,
    filter: &TenantFilter,
) -> Result<(TenantFilter, Found), StoreError> {
    let found = tx.tenants_found(filter)?;
    let filter = TenantFilter {
        search_in: found.search_in,
        ..filter.clone()
    };
    Ok((filter, found))
}

fn within(page: PageRequest, total: i64) -> PageRequest {
    let last = page.answer(total).total_pages.max(1);
    let last = u32::try_from(last).unwrap_or(PageRequest::MAX_PAGE);
    PageRequest::new(page.page().min(last), page.size()).unwrap_or(page)
}
