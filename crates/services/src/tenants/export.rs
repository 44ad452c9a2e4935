//! The list of tenants as a CSV file: what the current filter shows, in its order, read piece by piece.

use chrono::{DateTime, SecondsFormat, Utc};
use domain::staff::ReadTenants;
use domain::{Order, PlacementKind, TenantCursor, TenantFilter, TenantSort};
use serde_json::json;
use store::StaffTx;
use store::catalogue::ListedTenant;

use super::list::settle;
use crate::VerbError;
use crate::platform_audit::{self, Action, Entry, Target, TargetKind};
use crate::users::export::line;

/// Rows that are read at once.
pub const BATCH: i64 = 1_000;

/// The columns, in order.
pub const COLUMNS: [&str; 13] = [
    "id",
    "slug",
    "name",
    "host",
    "status",
    "plan",
    "placement",
    "people",
    "seats",
    "trial_ends_at",
    "contact_email",
    "billing_email",
    "created_at",
];

/// An export that was begun and recorded.
#[derive(Debug, Clone)]
pub struct Export {
    filter: TenantFilter,
    sort: TenantSort,
    order: Order,
    last: Option<TenantCursor>,
}

/// Begins an export of what the filter shows, and records who took it.
///
/// # Errors
/// The database's.
pub fn begin(
    tx: &mut StaffTx<'_, ReadTenants>,
    filter: &TenantFilter,
    sort: TenantSort,
    order: Order,
) -> Result<Export, VerbError> {
    let (filter, found) = settle(tx, filter)?;
    let target = Target::named(TargetKind::File, "tenants as CSV");
    let entry = Entry::done(Action::TenantsExported, target).after(json!({
        "tenants": found.counts.of_any(&filter.statuses),
        "search": filter.search,
        "status": filter.statuses,
        "plan": filter.plans,
        "placement": filter.placements,
        "kind": filter.kind,
        "created_from": filter.created_from,
        "trial_ends_until": filter.trial_ends_until,
    }));
    platform_audit::record(tx, entry)?;
    Ok(Export {
        filter,
        sort,
        order,
        last: None,
    })
}

impl Export {
    /// The first line.
    #[must_use]
    pub fn head(&self) -> Vec<u8> {
        line(&COLUMNS.map(str::to_owned))
    }

    /// The next lines; none at the end. Each call is a transaction of its own, so that an export of any
    /// length holds neither memory nor a snapshot.
    ///
    /// # Errors
    /// The database's.
    pub fn next(&mut self, tx: &mut StaffTx<'_, ReadTenants>) -> Result<Vec<u8>, VerbError> {
        let last = self.last.as_ref();
        let rows = tx.tenants_after(&self.filter, self.sort, self.order, last, BATCH)?;
        let lines = rows.iter().flat_map(|row| line(&cells(row))).collect();
        if let Some(row) = rows.last() {
            self.last = Some(row.cursor(self.sort, self.order));
        }
        Ok(lines)
    }
}

fn cells(row: &ListedTenant) -> Vec<String> {
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    let number = |value: Option<i64>| value.map(|n| n.to_string()).unwrap_or_default();
    let moment = |at: DateTime<Utc>| at.to_rfc3339_opts(SecondsFormat::Secs, true);
    vec![
        row.id.to_string(),
        row.slug.clone(),
        row.name.clone(),
        text(&row.host),
        row.status.to_string(),
        row.plan.clone(),
        row.placement
            .map_or_else(String::new, |kind: PlacementKind| kind.to_string()),
        number(row.people),
        number(row.seats),
        row.trial_ends_at.map(moment).unwrap_or_default(),
        text(&row.contact_email),
        text(&row.billing_email),
        moment(row.created_at),
    ]
}
