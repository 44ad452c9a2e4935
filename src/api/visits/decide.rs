//! What a program of the tenant says to a visit that is asked for: let in or decline.

use domain::permission::ManageVisits;
use domain::{FieldErrors, VisitId, VisitReach};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use services::visits;
use services::{StoreError, TenantTx, VerbError};
use utoipa::ToSchema;

use super::fields::{OneVisit, VisitFields};
use crate::api::door::Door;
use crate::api::fields::Nothing;
use crate::api::{Api, Body, Outcome};

/// What is granted.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Grant {
    /// read or write, and no more than was asked for; what was asked for where nothing is said.
    #[schema(pattern = "^(read|write)$")]
    pub reach: Option<String>,
}

/// What is done to the visit of the path, and what it is then.
pub(super) async fn done<B: DeserializeOwned + Send + 'static>(
    api: Api<ManageVisits>,
    body: Body<B>,
    deed: impl Fn(&mut TenantTx<'_, ManageVisits>, VisitId, &B) -> Result<(), VerbError>
    + Send
    + 'static,
) -> Outcome<OneVisit> {
    let id = api.part::<VisitId>("visit_id");
    api.write(body, move |tx, body| {
        let id = id.ok_or(StoreError::NotFound)?;
        deed(tx, id, body)?;
        let visit = visits::one(tx, id)?;
        Ok(OneVisit {
            visit: VisitFields::own(tx.tenant(), &visit, tx.now()),
        })
    })
    .await
}

/// `POST /tenants/{tenant_id}/visits/{visit_id}/approval`
///
/// # Errors
/// No right, more than was asked for, decided already, or no database.
pub async fn approve(api: Api<ManageVisits>, body: Body<Grant>) -> Outcome<OneVisit> {
    done(api, body, |tx, id, body| {
        let reach = match body.reach.as_deref() {
            Some(word) => reach(word)?,
            None => visits::one(tx, id)?.reach,
        };
        visits::approve(tx, id, reach).map(drop)
    })
    .await
}

/// `POST /tenants/{tenant_id}/visits/{visit_id}/refusal`
///
/// # Errors
/// No right, decided already, or no database.
pub async fn decline(api: Api<ManageVisits>, body: Body<Nothing>) -> Outcome<OneVisit> {
    done(api, body, |tx, id, _| visits::decline(tx, id).map(drop)).await
}

/// What a visitor may do, by its word.
pub(super) fn reach(word: &str) -> Result<VisitReach, FieldErrors> {
    VisitReach::parse(word).map_err(|_| FieldErrors::one("reach", "Choose read or write."))
}
