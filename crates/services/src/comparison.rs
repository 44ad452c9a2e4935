//! All tenants side by side: what they come to together, how each one stands beside the others, which grow, which sink and
//! which may leave, what they pay, and how the platform does. Nobody's rows are read for it: only what is known of tenants in
//! the catalogue and what was added up of their use.

mod csv;
mod order;
mod parts;
mod platform;
mod tenant;
mod told;

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use domain::{Meter, Order, PageRequest, Pagination, Period, Resource, TenantId};
use store::catalogue::Plan;
use store::{PlatformTx, StoreError};

pub use csv::csv;
pub use order::SortBy;
pub use parts::{Part, Revenue, SegmentBy};
pub use platform::{Health, Totals};
pub use tenant::Tenant;

use crate::resources;

/// How many are named of those that grow, sink or may leave.
const NAMED: usize = 5;

/// What is asked for.
#[derive(Debug, Clone)]
pub struct Wish {
    /// These tenants; all where it is `None`.
    pub tenants: Option<Vec<TenantId>>,
    /// A piece of a name or slug; empty for all.
    pub search: String,
    /// Over what: 7, 30 or 90 days.
    pub period: Period,
    /// By what tenants are put together.
    pub segment: Option<SegmentBy>,
    /// By what they are sorted,
    pub sort: SortBy,
    /// which way,
    pub order: Order,
    /// and which of them are shown.
    pub page: PageRequest,
}

/// What was found.
#[derive(Debug, Clone)]
pub struct Comparison {
    /// All of them together.
    pub totals: Totals,
    /// Those of the page.
    pub tenants: Vec<Tenant>,
    /// Where it stands.
    pub pagination: Pagination,
    /// Put together.
    pub parts: Vec<Part>,
    /// What they pay, by plan.
    pub revenue: Vec<Revenue>,
    /// Those whose people became most more, the fastest first.
    pub growing: Vec<Tenant>,
    /// Those whose people became fewer, the fastest first.
    pub sinking: Vec<Tenant>,
    /// Those that may leave, the likeliest first.
    pub leaving: Vec<Tenant>,
    /// How many there are of these.
    pub at_risk: usize,
    /// How the platform does.
    pub health: Health,
    /// What applications say was used: each resource of which somebody used something, the most used first.
    pub told: Vec<Resource>,
}

/// Reads it.
///
/// # Errors
/// The database's.
pub fn read(tx: &mut PlatformTx<'_>, wish: &Wish) -> Result<Comparison, StoreError> {
    let resources = resources::all(tx)?;
    let all = all(tx, wish, &resources)?;
    let places = tx.places_answering()?;
    let totals = Totals::of(&all);
    let health = Health::of(&totals, &places);
    let by_growth = |sinks: bool| {
        let moves = |one: &&Tenant| {
            one.growth
                .is_ok_and(|rate| (rate < 0.0) == sinks && rate != 0.0)
        };
        let order = if sinks {
            Order::Ascending
        } else {
            Order::Descending
        };
        let found: Vec<&Tenant> = all.iter().filter(moves).collect();
        order::first(found, SortBy::Growth, order, NAMED)
    };
    let at_risk: Vec<&Tenant> = all.iter().filter(|one| !one.signs.is_empty()).collect();
    let count = i64::try_from(all.len()).unwrap_or(i64::MAX);
    let pagination = wish.page.answer(count);
    Ok(Comparison {
        growing: by_growth(false),
        sinking: by_growth(true),
        at_risk: at_risk.len(),
        leaving: order::first(at_risk, SortBy::Risk, Order::Descending, NAMED),
        parts: wish.segment.map_or_else(Vec::new, |by| parts::by(by, &all)),
        revenue: parts::revenue(&all),
        tenants: order::page(&all, wish.sort, wish.order, wish.page),
        pagination,
        told: told::used(&resources, &totals),
        totals,
        health,
    })
}

/// All that are asked for, by their names.
fn all(
    tx: &mut PlatformTx<'_>,
    wish: &Wish,
    resources: &[Resource],
) -> Result<Vec<Tenant>, StoreError> {
    let now = tx.now();
    let mut told = told::read(tx, days(wish.period), resources)?;
    let rows = tx.compare_tenants(days(wish.period), wish.tenants.as_deref())?;
    let mut plans: BTreeMap<(String, i32), Option<Plan>> = BTreeMap::new();
    for row in &rows {
        let key = (row.plan.clone(), row.plan_version);
        if let Entry::Vacant(free) = plans.entry(key) {
            free.insert(tx.plan_at(&row.plan, row.plan_version)?);
        }
    }
    let needle = wish.search.trim().to_lowercase();
    let all = rows
        .into_iter()
        .filter(|row| row.name.to_lowercase().contains(&needle) || row.slug.contains(&needle))
        .map(|row| {
            let plan = plans.get(&(row.plan.clone(), row.plan_version));
            let told = told.remove(&row.id).unwrap_or_default();
            Tenant::of(row, plan.and_then(Option::as_ref), told, now)
        })
        .collect();
    Ok(all)
}

/// What is added up: nothing shorter than a week.
const fn days(period: Period) -> i32 {
    match period {
        Period::Week => 7,
        Period::Quarter => 90,
        Period::Hour | Period::Day | Period::Month => 30,
    }
}

/// How many of the meter's own amounts make one of a limit's.
fn of_limit(meter: &Meter, amount: i64) -> i64 {
    amount / meter.unit().max(1)
}
