//! How far the making of a tenant is, and going on with it.

use chrono::{DateTime, Utc};
use domain::TenantId;
use domain::staff::{ManageTenants, ReadTenants};
use serde::Serialize;
use services::tenants::{self, Provisioning, StepState};
use services::{StaffTx, StoreError, VerbError};
use utoipa::ToSchema;

use super::{done, named};
use crate::api::door::Door;
use crate::api::fields::Nothing;
use crate::api::{Body, Outcome, PlatformApi, Query};

/// How far the making of a tenant is.
#[derive(Debug, Serialize, ToSchema)]
pub struct Making {
    /// How far it is.
    pub provisioning: Progress,
}

/// How far the making of a tenant is.
#[derive(Debug, Serialize, ToSchema)]
pub struct Progress {
    /// in_progress, completed or failed.
    pub status: String,
    /// When it is probably done.
    pub estimated_completion: Option<DateTime<Utc>>,
    /// Why that cannot be said.
    pub estimate_missing: Option<String>,
    /// What is done.
    pub steps_completed: Vec<String>,
    /// What is not.
    pub steps_remaining: Vec<String>,
    /// The step that failed, and why.
    pub failed_step: Option<FailedStep>,
}

/// A step that failed.
#[derive(Debug, Serialize, ToSchema)]
pub struct FailedStep {
    /// Which.
    pub name: String,
    /// Why.
    pub error: Option<String>,
}

impl Making {
    pub(in crate::api) fn of(making: &Provisioning) -> Self {
        let names = |done: bool| {
            let steps = making.steps.iter();
            let steps = steps.filter(|step| (step.state == StepState::Done) == done);
            steps.map(|step| step.step.key().to_owned()).collect()
        };
        let failed = making.failed().map(|step| FailedStep {
            name: step.step.key().to_owned(),
            error: step.error.clone(),
        });
        let status = match (making.is_whole(), &failed) {
            (true, _) => "completed",
            (false, Some(_)) => "failed",
            (false, None) => "in_progress",
        };
        Self {
            provisioning: Progress {
                status: status.to_owned(),
                estimated_completion: making.estimate.ok(),
                estimate_missing: making.estimate.err().map(ToOwned::to_owned),
                steps_completed: names(true),
                steps_remaining: names(false),
                failed_step: failed,
            },
        }
    }
}

/// `GET /tenants/{tenant_id}/provisioning`
///
/// # Errors
/// No right, no such tenant, or no database.
pub async fn provisioning(api: PlatformApi<ReadTenants>, query: Query<Nothing>) -> Outcome<Making> {
    let name = api.part::<String>("tenant_id");
    api.read(query, move |tx, _| {
        let tenant = named(tx, name.as_ref())?;
        making(tx, tenant)
    })
    .await
}

/// `POST /tenants/{tenant_id}/provisioning/retry`
///
/// # Errors
/// No right, a making that did not fail, or no database.
pub async fn retry(api: PlatformApi<ManageTenants>, body: Body<Nothing>) -> Outcome<Making> {
    done(
        &api,
        body,
        |tx, tenant, _| tenants::retry(tx, tenant),
        making,
    )
    .await
}

fn making<P>(tx: &mut StaffTx<'_, P>, tenant: TenantId) -> Result<Making, VerbError> {
    let making = tenants::provisioning(tx, tenant)?;
    Ok(Making::of(&making.ok_or(StoreError::NotFound)?))
}
