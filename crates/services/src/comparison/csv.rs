//! All tenants side by side as a file, in the order of the page, with a column for everything that applications count.

use domain::csv_cell;
use store::{PlatformTx, StoreError};

use super::{Tenant, Wish, all, order};
use crate::{resources, usage};

/// What stands in it.
const HEAD: [&str; 16] = [
    "tenant_id",
    "name",
    "plan",
    "status",
    "placement",
    "server",
    "people",
    "active people",
    "growth rate",
    "api calls",
    "stored bytes",
    "average response ms",
    "pays a month cents",
    "currency",
    "churn risk",
    "churn signs",
];

/// Every tenant of the wish, whatever its page.
///
/// # Errors
/// The database's.
pub fn csv(tx: &mut PlatformTx<'_>, wish: &Wish) -> Result<Vec<u8>, StoreError> {
    let resources = resources::all(tx)?;
    let told: Vec<&str> = usage::told(&resources)
        .map(|one| one.key.as_str())
        .collect();
    let all = all(tx, wish, &resources)?;
    let sorted = order::sorted(all.iter().collect(), wish.sort, wish.order);
    let mut writer = csv::Writer::from_writer(Vec::new());
    // Writing into memory does not fail; if it did, the file would be short and a test would fail.
    let _ = writer.write_record(HEAD.iter().chain(&told));
    for one in sorted {
        let amount = |key: &&str| one.told.get(*key).map(i64::to_string).unwrap_or_default();
        let amounts = told.iter().map(amount);
        let _ = writer.write_record(cells(one).into_iter().chain(amounts));
    }
    Ok(writer.into_inner().unwrap_or_default())
}

fn cells(one: &Tenant) -> [String; 16] {
    let row = &one.row;
    let text = |text: &str| csv_cell::escape(text).into_owned();
    let count = |count: Option<i64>| count.map(|count| count.to_string()).unwrap_or_default();
    let number = |number: Option<f64>| number.map(|number| number.to_string()).unwrap_or_default();
    let pays = one.pays.as_ref().ok();
    let signs: Vec<&str> = one.signs.iter().map(|sign| sign.as_str()).collect();
    [
        one.id().to_string(),
        text(&row.name),
        row.plan.clone(),
        row.status.clone(),
        row.placement.clone().unwrap_or_default(),
        row.node.clone().unwrap_or_default(),
        count(row.users),
        count(row.active),
        number(one.growth.ok()),
        count(row.calls),
        count(row.bytes),
        number(one.response_ms()),
        pays.map(|pays| pays.0.to_string()).unwrap_or_default(),
        pays.map(|pays| pays.1.clone()).unwrap_or_default(),
        one.risk.to_string(),
        signs.join(" "),
    ]
}
