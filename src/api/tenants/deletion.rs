//! Deleting a tenant after days of grace, and thinking better of it.

use chrono::{DateTime, Utc};
use domain::staff::DeleteTenants;
use serde::{Deserialize, Serialize};
use services::tenants::Doer;
use services::tenants::deletion::{self, Sure};
use utoipa::{IntoParams, ToSchema};

use super::faults::beside;
use super::{OneTenant, done, named, shown};
use crate::api::door::Door;
use crate::api::fields::Nothing;
use crate::api::{Body, Outcome, PlatformApi, Query};

/// How sure whoever deletes a tenant is.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
pub struct DeletionQuery {
    /// `DELETE_PERMANENTLY`, or `DELETE-` and the tenant's id.
    pub confirmation: String,
    /// Days until nothing is left, within what the operator allows; until then it can be undone.
    #[param(minimum = 0, maximum = 3_650)]
    pub grace_period_days: Option<u16>,
}

/// A deletion that was scheduled.
#[derive(Debug, Serialize, ToSchema)]
pub struct Deletion {
    /// Which.
    pub tenant_id: String,
    /// Always scheduled.
    pub deletion_status: String,
    /// When it was asked for.
    pub scheduled_at: DateTime<Utc>,
    /// When nothing is left.
    pub final_deletion_date: Option<DateTime<Utc>>,
    /// Where the tenant's data can be fetched; none while there is no export.
    pub data_export_url: Option<String>,
    /// Why there is none.
    pub data_export_missing: Option<String>,
}

/// `DELETE /tenants/{tenant_id}?confirmation=DELETE_PERMANENTLY`
///
/// # Errors
/// No right, not sure, a state that does not lead there, or no database.
pub async fn delete(
    api: PlatformApi<DeleteTenants>,
    query: Query<DeletionQuery>,
    body: Body<Nothing>,
) -> Outcome<Deletion> {
    let name = api.part::<String>("tenant_id");
    let grace = api.app().config.sign_up.grace;
    api.write_by_query((query, body), move |tx, query: &DeletionQuery| {
        let tenant = named(tx, name.as_ref())?;
        let (sure, days) = (Sure::Word(&query.confirmation), query.grace_period_days);
        let record = deletion::schedule(tx, tenant, sure, days, grace, &Doer::Platform);
        let record = record.map_err(|error| {
            beside(error, |field| match field {
                "days" => "grace_period_days".to_owned(),
                other => other.to_owned(),
            })
        })?;
        Ok(Deletion {
            tenant_id: tenant.to_string(),
            deletion_status: "scheduled".to_owned(),
            scheduled_at: record.status_changed_at,
            final_deletion_date: record.delete_at,
            data_export_url: None,
            data_export_missing: Some("This version exports no data of a whole tenant.".to_owned()),
        })
    })
    .await
}

/// `DELETE /tenants/{tenant_id}/deletion`
///
/// # Errors
/// No right, nothing to undo, or no database.
pub async fn undo_deletion(
    api: PlatformApi<DeleteTenants>,
    body: Body<Nothing>,
) -> Outcome<OneTenant> {
    done(
        &api,
        body,
        |tx, tenant, _| deletion::undo(tx, tenant).map(drop),
        shown,
    )
    .await
}
