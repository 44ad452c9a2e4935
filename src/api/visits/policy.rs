//! What the tenant says to those of the platform who ask to come in.

use domain::permission::{ManageVisits, ReadVisits};
use domain::{FieldErrors, VisitPolicy};
use serde::{Deserialize, Serialize};
use services::visits;
use services::{TenantTx, VerbError};
use utoipa::ToSchema;

use crate::api::door::Door;
use crate::api::fields::Nothing;
use crate::api::{Api, Body, Outcome, Query};

/// What is said to those who ask to come in.
#[derive(Debug, Serialize, ToSchema)]
pub struct OnePolicy {
    /// ask_first: somebody decides each time; allow: they may come in, and are seen.
    pub policy: String,
    /// To be sent with a change, which is refused when somebody was faster.
    pub version: i32,
}

/// What is said to those who ask from now on.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChosenPolicy {
    /// ask_first or allow.
    #[schema(pattern = "^(ask_first|allow)$")]
    pub policy: String,
    /// The version that was read; left out, the last change wins.
    pub version: Option<i32>,
}

fn shown<P>(tx: &mut TenantTx<'_, P>) -> Result<OnePolicy, VerbError> {
    let found = visits::policy(tx)?;
    Ok(OnePolicy {
        policy: found.policy.to_string(),
        version: found.version,
    })
}

/// `GET /tenants/{tenant_id}/visits/policy`
///
/// # Errors
/// No right, a query that is wrong, or no database.
pub async fn policy(api: Api<ReadVisits>, query: Query<Nothing>) -> Outcome<OnePolicy> {
    api.read(query, |tx, _| shown(tx)).await
}

/// `PUT /tenants/{tenant_id}/visits/policy`
///
/// # Errors
/// No right, a word that is wrong, somebody was faster, or no database.
pub async fn set_policy(api: Api<ManageVisits>, body: Body<ChosenPolicy>) -> Outcome<OnePolicy> {
    api.write(body, |tx, body| {
        let policy = VisitPolicy::parse(&body.policy)
            .map_err(|_| FieldErrors::one("policy", "Choose ask_first or allow."))?;
        let version = match body.version {
            Some(version) => version,
            None => visits::policy(tx)?.version,
        };
        visits::set_policy(tx, version, policy)?;
        shown(tx)
    })
    .await
}
