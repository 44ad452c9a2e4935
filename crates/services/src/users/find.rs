//! A few people by what somebody began to type, for jumping to their page. The list with its filters
//! and totals is `list`.

use domain::permission::ReadUsers;
use domain::{Order, PageRequest, SearchIn, UserFilter, UserSort};
use store::TenantTx;
use store::users::{self, ListedUser};

use crate::VerbError;

/// The most that are shown.
const MOST: u32 = 6;

/// Those whose name or address has words that begin so; if there are none, has it anywhere.
///
/// # Errors
/// The database's.
pub fn find(tx: &mut TenantTx<'_, ReadUsers>, typed: &str) -> Result<Vec<ListedUser>, VerbError> {
    let mut filter = UserFilter {
        search: typed.chars().take(UserFilter::MAX_SEARCH).collect(),
        ..UserFilter::default()
    };
    if !filter.searches() {
        return Ok(Vec::new());
    }
    let by_name = (UserSort::Name, Order::Ascending);
    let first = PageRequest::new(1, MOST).unwrap_or_default().span(0);
    let few = users::few(tx, &filter)?;
    let found = users::list(tx, &filter, few.as_ref(), by_name, first)?;
    if !found.is_empty() {
        return Ok(found);
    }
    filter.search_in = SearchIn::Anywhere;
    Ok(users::list(tx, &filter, None, by_name, first)?)
}
