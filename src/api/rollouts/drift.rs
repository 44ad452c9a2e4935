//! Whether the schemas of tenants are what their migrations make: what the last look found, and asking for another.

use domain::staff::{ManageTenants, ReadTenants};
use serde::Serialize;
use services::rollouts::{self, Drift};
use utoipa::ToSchema;

use crate::api::door::Door;
use crate::api::fields::Nothing;
use crate::api::{Body, Outcome, PlatformApi, Query};

/// How many findings an answer has.
const SHOWN: i64 = 1_000;

/// What the last look found; the first thousand.
#[derive(Debug, Serialize, ToSchema)]
pub struct Drifts {
    /// By schema.
    pub findings: Vec<DriftFields>,
}

/// A thing that is not as the migrations make it.
#[derive(Debug, Serialize, ToSchema)]
pub struct DriftFields {
    /// In which schema.
    pub schema: String,
    /// Whose that is; null for the tables that tenants share.
    pub tenant_id: Option<String>,
    /// What it is: column, index, policy…
    pub kind: String,
    /// Which.
    pub object: String,
    /// As the migrations make it; null when they make no such thing.
    pub wanted: Option<String>,
    /// As it is; null when it is missing.
    pub found: Option<String>,
}

/// That a look was asked for.
#[derive(Debug, Serialize, ToSchema)]
pub struct DriftAsked {
    /// queued: a worker looks.
    pub status: String,
}

/// `GET /drift`
///
/// # Errors
/// No right, or no database.
pub async fn read(api: PlatformApi<ReadTenants>, query: Query<Nothing>) -> Outcome<Drifts> {
    api.read(query, |tx, _| {
        let findings = tx.drifts(SHOWN)?.into_iter().map(fields).collect();
        Ok(Drifts { findings })
    })
    .await
}

/// `POST /drift`
///
/// # Errors
/// No right, or no database.
pub async fn ask(api: PlatformApi<ManageTenants>, body: Body<Nothing>) -> Outcome<DriftAsked> {
    let store = api.app().store.clone();
    api.write(body, move |tx, _| {
        rollouts::ask_for_drift(tx, &store)?;
        Ok(DriftAsked {
            status: "queued".to_owned(),
        })
    })
    .await
}

fn fields(drift: Drift) -> DriftFields {
    DriftFields {
        schema: drift.schema_name,
        tenant_id: drift.tenant.map(|(id, _)| id.to_string()),
        kind: drift.finding.kind,
        object: drift.finding.object,
        wanted: drift.finding.wanted,
        found: drift.finding.found,
    }
}
