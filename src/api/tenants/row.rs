//! A tenant as a row of the platform's list.

use chrono::{DateTime, Utc};
use serde::Serialize;
use services::tenants::list::ListedTenant;
use utoipa::ToSchema;

use super::usage::UsedSeats;

/// A tenant as a row of the list.
#[derive(Debug, Serialize, ToSchema)]
pub struct TenantRow {
    /// Which.
    pub id: String,
    /// The name.
    pub name: String,
    /// A name of its own.
    pub schema_name: String,
    /// The host of its pages.
    pub domain: Option<String>,
    /// Where it stands.
    pub status: String,
    /// The plan's key.
    pub plan: String,
    /// Where its tables are: shared, schema or database; none while it is still being made.
    pub placement: Option<String>,
    /// Its seats.
    pub users: UsedSeats,
    /// When the trial ends or ended.
    pub trial_ends_at: Option<DateTime<Utc>>,
    /// Whom to ask.
    pub contact_email: Option<String>,
    /// Where bills go.
    pub billing_email: Option<String>,
    /// Whether it is made up to look around in.
    pub demo: bool,
    /// When it was written down.
    pub created_at: DateTime<Utc>,
}

impl From<ListedTenant> for TenantRow {
    fn from(of: ListedTenant) -> Self {
        Self {
            id: of.id.to_string(),
            name: of.name,
            schema_name: of.alias,
            domain: of.host,
            status: of.status.to_string(),
            plan: of.plan,
            placement: of.placement.map(|kind| kind.to_string()),
            users: UsedSeats::of(of.people, of.seats),
            trial_ends_at: of.trial_ends_at,
            contact_email: of.contact_email,
            billing_email: of.billing_email,
            demo: of.demo,
            created_at: of.created_at,
        }
    }
}
