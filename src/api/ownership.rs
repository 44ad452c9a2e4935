//! Handing a tenant over: the owner's program offers and takes back. Accepting is the new owner's own, by the link in
//! their letter and signed in; no key does it.

use chrono::{DateTime, Utc};
use domain::permission::OwnTenant;
use domain::{EmailAddress, FieldErrors};
use serde::{Deserialize, Serialize};
use services::letters::Links;
use services::ownership::{self, Offered};
use services::{StoreError, TenantTx, VerbError};
use utoipa::ToSchema;

use super::door::Door;
use super::fields::Nothing;
use super::{Api, Body, Outcome, Query};
use crate::worker::scheme;

/// Whether the tenant is on offer.
#[derive(Debug, Serialize, ToSchema)]
pub struct OpenOffer {
    /// The offer that waits for an answer, if there is one.
    pub offer: Option<OfferFields>,
}

/// An offer of the ownership. It is accepted or declined by the link in the letter to whom it is for.
#[derive(Debug, Serialize, ToSchema)]
pub struct OfferFields {
    /// The id of the owner who offers.
    pub from: String,
    /// Their name.
    pub from_name: String,
    /// The id of the user who is to own the tenant.
    pub to: String,
    /// Their name.
    pub to_name: String,
    /// Until when it can be answered.
    pub expires_at: DateTime<Utc>,
}

/// To whom the ownership is offered.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewOffer {
    /// The mail address of an active user of the tenant.
    #[schema(format = "email")]
    pub email: String,
}

/// An offer that was taken back.
#[derive(Debug, Serialize, ToSchema)]
pub struct WithdrawnOffer {
    /// Always true.
    pub withdrawn: bool,
}

impl From<Offered> for OfferFields {
    fn from(of: Offered) -> Self {
        Self {
            from: of.from_id.to_string(),
            from_name: of.from,
            to: of.to_id.to_string(),
            to_name: of.to,
            expires_at: of.expires_at,
        }
    }
}

fn open(tx: &mut TenantTx<'_, OwnTenant>) -> Result<OpenOffer, StoreError> {
    let offer = ownership::open(tx)?.map(OfferFields::from);
    Ok(OpenOffer { offer })
}

/// `GET /tenants/{tenant_id}/ownership`
///
/// # Errors
/// No right, a query that is wrong, or no database.
pub async fn read(api: Api<OwnTenant>, query: Query<Nothing>) -> Outcome<OpenOffer> {
    api.read(query, |tx, _| Ok(open(tx)?)).await
}

/// `POST /tenants/{tenant_id}/ownership`: the letter goes to the person; an earlier offer is replaced.
///
/// # Errors
/// No right, a key that no owner made, nobody with this address, or no database.
pub async fn offer(api: Api<OwnTenant>, body: Body<NewOffer>) -> Outcome<OpenOffer, 201> {
    let config = &api.app().config;
    let links = Links::of(api.entry(), scheme(config), config.server.public_port);
    api.write(body, move |tx, body| {
        let email = EmailAddress::parse(&body.email);
        let email = email.map_err(|error| FieldErrors::one("email", error.to_string()))?;
        ownership::offer(tx, &links, &email)?;
        Ok(open(tx)?)
    })
    .await
}

/// `DELETE /tenants/{tenant_id}/ownership`
///
/// # Errors
/// No right, no offer that waits, or no database.
pub async fn withdraw(api: Api<OwnTenant>, body: Body<Nothing>) -> Outcome<WithdrawnOffer> {
    api.write(body, |tx, _| {
        ownership::withdraw(tx)?;
        Ok::<_, VerbError>(WithdrawnOffer { withdrawn: true })
    })
    .await
}
