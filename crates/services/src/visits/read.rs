//! What the tenant sees of its visits: the list, one with the pages that were read, what stands right now.

use domain::permission::ReadVisits;
use domain::{PageRequest, Permission, VisitId};
use store::audit::log::{Entry, Filter};
use store::visits::{self, Page, Policy, Visit};
use store::{StoreError, TenantTx};

use super::Place;

/// How many visits the list shows.
const MOST: i64 = 200;
/// How many pages and entries one visit shows.
const MOST_PAGES: i64 = 200;

/// The list.
#[derive(Debug)]
pub struct Overview {
    /// The latest first.
    pub visits: Vec<Visit>,
    /// What is said to those who ask.
    pub policy: Policy,
}

/// One visit.
#[derive(Debug)]
pub struct Detail {
    /// The visit.
    pub visit: Visit,
    /// The latest pages that were read or sent.
    pub pages: Vec<Page>,
    /// How many there are.
    pub page_count: i64,
    /// What the visitor did, for those who may read the log.
    pub entries: Option<Vec<Entry>>,
}

/// The latest visits and the policy; also for the page that whoever decides gets back.
///
/// # Errors
/// The database's.
pub fn list<P>(tx: &mut TenantTx<'_, P>) -> Result<Overview, StoreError> {
    Ok(Overview {
        visits: visits::after(tx, None, MOST)?,
        policy: visits::policy(tx)?,
    })
}

/// The visits behind this place, or the latest ones.
///
/// # Errors
/// The database's.
pub fn after(
    tx: &mut TenantTx<'_, ReadVisits>,
    last: Option<Place>,
    at_most: i64,
) -> Result<Vec<Visit>, StoreError> {
    visits::after(tx, last, at_most)
}

/// One visit with what was read and done.
///
/// # Errors
/// [`StoreError::NotFound`], or the database's.
pub fn detail(tx: &mut TenantTx<'_, ReadVisits>, visit: VisitId) -> Result<Detail, StoreError> {
    let found = visits::read(tx, visit)?;
    let (pages, page_count) = visits::pages(tx, visit, MOST_PAGES)?;
    let entries = if tx.may(Permission::ReadAudit) {
        let filter = Filter {
            actor: Some(visit.uuid()),
            ..Filter::default()
        };
        let page = PageRequest::new(1, PageRequest::MAX_SIZE).unwrap_or_default();
        Some(store::audit::log::list(tx, &filter, page)?)
    } else {
        None
    };
    Ok(Detail {
        visit: found,
        pages,
        page_count,
        entries,
    })
}

/// What is asked for or under way right now, for the banner of every page.
///
/// # Errors
/// The database's.
pub fn standing<P>(tx: &mut TenantTx<'_, P>) -> Result<Vec<Visit>, StoreError> {
    visits::open(tx)
}
