//! Reservations: of a limit, before something is used of it.

use domain::{FieldErrors, ReservationId};
use serde::Deserialize;
use services::limits::{self, Wish};
use services::{StoreError, TenantTx, VerbError};
use utoipa::ToSchema;

use super::at::At;
use super::deed::{Counting, Deed, done};
pub use super::reservation::{OneReservation, ReservationFields};
use crate::api::door::Door;
use crate::api::fields::Nothing;
use crate::api::{Answer, Body, Either, Outcome, Query};

/// What is to be set aside.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewReservation {
    /// Of which resource, by its key.
    pub resource: String,
    /// How much, all or none.
    #[schema(minimum = 1, maximum = 1_000_000_000_000i64)]
    pub amount: i64,
    /// Your own name for it: asked for again, you get the same reservation and nothing is set aside twice. The header
    /// Idempotency-Key stands for it where it is not said.
    #[schema(max_length = 200)]
    pub reference: Option<String>,
    /// For how long it is kept: what nobody came back for is given back then.
    #[schema(minimum = 1, maximum = 604_800)]
    pub expires_in_seconds: Option<i64>,
    /// Whether it is used at once.
    #[serde(default)]
    pub commit: bool,
}

/// What is used of a reservation.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Commitment {
    /// How much of it was used; all of it where nothing is said. The rest is given back.
    #[schema(minimum = 0, maximum = 1_000_000_000_000i64)]
    pub amount: Option<i64>,
}

impl Deed for Wish {
    type Out = OneReservation;

    fn done<P>(&self, tx: &mut TenantTx<'_, P>, at: &At) -> Result<OneReservation, VerbError> {
        let wish = Self {
            reference: self.reference.clone().or_else(|| at.called.clone()),
            ..self.clone()
        };
        match limits::reserve(tx, &wish, at.zone, &at.by) {
            Err(VerbError::Store(StoreError::NotFound)) if at.complete => {
                let words = format!("{} is not among what is limited.", wish.resource);
                Err(FieldErrors::one("resource", words).into())
            }
            reserved => {
                let reserved = reserved?;
                at.used.keep(&reserved);
                Ok(reserved.into())
            }
        }
    }
}

impl Deed for Commitment {
    type Out = OneReservation;

    fn done<P>(&self, tx: &mut TenantTx<'_, P>, at: &At) -> Result<OneReservation, VerbError> {
        let id = at.reservation.ok_or(StoreError::NotFound)?;
        let used = limits::commit(tx, id, self.amount, at.zone)?;
        at.used.keep(&used);
        Ok(used.into())
    }
}

/// Giving a reservation back.
#[derive(Debug, Clone, Copy)]
struct Release;

impl Deed for Release {
    type Out = OneReservation;

    fn done<P>(&self, tx: &mut TenantTx<'_, P>, at: &At) -> Result<OneReservation, VerbError> {
        let id = at.reservation.ok_or(StoreError::NotFound)?;
        Ok(limits::release(tx, id, at.zone)?.into())
    }
}

/// `POST /tenants/{tenant_id}/reservations`
///
/// # Errors
/// No right, no room, a resource that is not counted, or no database.
pub async fn reserve(api: Counting, body: Body<NewReservation>) -> Outcome<OneReservation, 201> {
    done(api, body, |new| {
        let reference = new.reference.as_deref();
        let seconds = new.expires_in_seconds;
        Ok(Wish::read(
            &new.resource,
            new.amount,
            reference,
            seconds,
            new.commit,
        )?)
    })
    .await
}

/// `POST /tenants/{tenant_id}/reservations/{reservation_id}/commitment`
///
/// # Errors
/// No right, no such reservation, one that is over, or no database.
pub async fn commit(api: Counting, body: Body<Commitment>) -> Outcome<OneReservation> {
    done(api, body, Ok).await
}

/// `DELETE /tenants/{tenant_id}/reservations/{reservation_id}`
///
/// # Errors
/// No right, no such reservation, one that was used, or no database.
pub async fn release(api: Counting, body: Body<Nothing>) -> Outcome<OneReservation> {
    done(api, body, |Nothing {}| Ok(Release)).await
}

/// `GET /tenants/{tenant_id}/reservations/{reservation_id}`
///
/// # Errors
/// No right, no such reservation, or no database.
pub async fn read(api: Counting, query: Query<Nothing>) -> Outcome<OneReservation> {
    match api {
        Either::Tenant(api) => {
            let id = api.part::<ReservationId>("reservation_id");
            api.read(query, move |tx, _| {
                Ok(limits::find(tx, id.ok_or(StoreError::NotFound)?)?.into())
            })
            .await
        }
        Either::Platform(api) => {
            let Nothing {} = api.query(query).await?;
            let (name, id) = (
                api.part::<String>("tenant_id"),
                api.part::<ReservationId>("reservation_id"),
            );
            let named = api.run(move |tx| Ok(crate::api::tenants::named(tx, name.as_ref())?));
            let tenant = named.await?;
            let found = super::inside(&api, tenant, move |tx, _| {
                Ok(limits::find(tx, id.ok_or(StoreError::NotFound)?)?)
            });
            Ok(Answer::of(&OneReservation::from(found.await?)))
        }
    }
}
