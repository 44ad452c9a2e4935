//! The list of people and one person's page: what is shown, and what the reader may do to each.

use domain::permission::ReadUsers;
use domain::{
    Order, PageRequest, Pagination, Role, SearchIn, StatusCounts, UserFilter, UserId, UserSort,
};
use store::limits::Limit;
pub use store::users::WalkStep as Step;
use store::users::{self, Few, ListedUser, User};
use store::{StoreError, TenantTx};

use super::rules::{Doer, Offers};
use super::seats;
use crate::VerbError;
use crate::roles::RoleBook;

/// The most departments that the filter's menu offers.
const MAX_DEPARTMENTS: i32 = 100;

/// One page of the list, with all that stands around it.
#[derive(Debug, Clone)]
pub struct Listing {
    /// The people of this page, each with what the reader may do.
    pub people: Vec<(ListedUser, Offers)>,
    /// Where the search found them: anywhere, when no word begins so.
    pub search_in: SearchIn,
    /// By status, whatever status is asked for.
    pub counts: StatusCounts,
    /// The totals of this list.
    pub pagination: Pagination,
    /// All roles.
    pub roles: RoleBook,
    /// Departments: folded, and as written.
    pub departments: Vec<(String, String)>,
    /// Seats taken and there.
    pub seats: Option<Limit>,
}

/// Reads one page. A page past the end is the last one.
///
/// # Errors
/// The database's.
pub fn list(
    tx: &mut TenantTx<'_, ReadUsers>,
    filter: &UserFilter,
    sort: UserSort,
    order: Order,
    page: PageRequest,
) -> Result<Listing, VerbError> {
    let Settled {
        filter,
        counts,
        few,
    } = settled(tx, filter)?;
    let total = counts.of_any(&filter.statuses);
    let page = within(page, total);
    let rows = if total == 0 {
        Vec::new()
    } else {
        users::list(tx, &filter, few.as_ref(), (sort, order), page.span(total))?
    };
    let roles = RoleBook::read(tx)?;
    let doer = Doer::of(tx)?;
    let people = rows
        .into_iter()
        .map(|row| {
            let offers = Offers::to(&doer, row.id, row.role, row.status, &roles);
            (row, offers)
        })
        .collect();
    Ok(Listing {
        people,
        search_in: filter.search_in,
        counts,
        pagination: page.answer(total),
        roles,
        departments: users::departments(tx, MAX_DEPARTMENTS)?,
        seats: seats(tx)?,
    })
}

/// A filter as it is answered.
struct Settled {
    filter: UserFilter,
    counts: StatusCounts,
    few: Option<Few>,
}

/// The filter as it is answered, with its counts: what begins no word is looked for anywhere.
///
/// # Errors
/// The database's.
pub fn settle<P>(
    tx: &mut TenantTx<'_, P>,
    filter: &UserFilter,
) -> Result<(UserFilter, StatusCounts), StoreError> {
    settled(tx, filter).map(|one| (one.filter, one.counts))
}

fn settled<P>(tx: &mut TenantTx<'_, P>, filter: &UserFilter) -> Result<Settled, StoreError> {
    let mut filter = filter.clone();
    let mut few = users::few(tx, &filter)?;
    let mut counts = users::counts(tx, &filter, few.as_ref())?;
    if counts.total() == 0 && filter.searches() && filter.search_in == SearchIn::Beginnings {
        filter.search_in = SearchIn::Anywhere;
        few = None;
        counts = users::counts(tx, &filter, None)?;
    }
    Ok(Settled {
        filter,
        counts,
        few,
    })
}

/// People in the order of their coming, those after `cursor`: as fast at the end of a long list as at its
/// beginning.
///
/// # Errors
/// The database's.
pub fn walk(
    tx: &mut TenantTx<'_, ReadUsers>,
    statuses: &[domain::UserStatus],
    cursor: Option<Step>,
    at_most: i64,
) -> Result<Vec<ListedUser>, VerbError> {
    Ok(users::walk(tx, statuses, cursor, at_most)?)
}

fn within(page: PageRequest, total: i64) -> PageRequest {
    let last = page.answer(total).total_pages.max(1);
    let last = u32::try_from(last).unwrap_or(PageRequest::MAX_PAGE);
    PageRequest::new(page.page().min(last), page.size()).unwrap_or(page)
}

/// One person's page.
#[derive(Debug, Clone)]
pub struct Detail {
    /// The person.
    pub person: User,
    /// The name of their role.
    pub role_name: String,
    /// Who invited them, by name.
    pub inviter: Option<String>,
    /// Sessions open now.
    pub sessions: i64,
    /// What the reader may do.
    pub offers: Offers,
    /// The roles that the reader may give.
    pub givable: Vec<(Role, String)>,
    /// Whether it is the reader.
    pub own: bool,
}

/// Reads one person; removed ones are not found.
///
/// # Errors
/// [`StoreError::NotFound`], or the database's.
pub fn detail<P>(tx: &mut TenantTx<'_, P>, id: UserId) -> Result<Detail, VerbError> {
    let person = users::read(tx, id)?;
    if person.status == domain::UserStatus::Removed {
        return Err(StoreError::NotFound.into());
    }
    let inviter = match person.invited_by {
        Some(inviter) => users::names(tx, &[inviter])?.pop(),
        None => None,
    };
    let roles = RoleBook::read(tx)?;
    let doer = Doer::of(tx)?;
    Ok(Detail {
        role_name: roles.name(person.role).to_owned(),
        inviter: inviter.map(|(_, name)| name.to_string()),
        sessions: users::open_sessions(tx, id)?,
        offers: Offers::to(&doer, id, person.role, person.status, &roles),
        givable: givable(&doer, &roles),
        own: doer.id == Some(id),
        person,
    })
}

/// The roles that this doer may give.
#[must_use]
pub fn givable(doer: &Doer, roles: &RoleBook) -> Vec<(Role, String)> {
    roles
        .iter()
        .filter(|info| doer.may_give(info.role, roles))
        .map(|info| (info.role, info.name.clone()))
        .collect()
}

/// The roles that whoever asks may give.
///
/// # Errors
/// The database's.
pub fn my_givable<P>(tx: &mut TenantTx<'_, P>) -> Result<Vec<(Role, String)>, VerbError> {
    let roles = RoleBook::read(tx)?;
    Ok(givable(&Doer::of(tx)?, &roles))
}

/// The record of somebody, removed or not.
///
/// # Errors
/// `StoreError::NotFound`, or the database's.
pub fn person<P>(tx: &mut TenantTx<'_, P>, id: UserId) -> Result<User, VerbError> {
    Ok(users::read(tx, id)?)
}
