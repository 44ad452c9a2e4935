//! A reservation as programs see it.

use chrono::{DateTime, Utc};
use domain::ReservationId;
use serde::Serialize;
use services::limits::Reservation;
use utoipa::ToSchema;

use super::counted::OneCounter;

/// A reservation, and the counter as it is now.
#[derive(Debug, Serialize, ToSchema)]
pub struct OneReservation {
    /// The reservation.
    pub reservation: ReservationFields,
    /// The counter.
    pub counter: OneCounter,
}

/// A reservation.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReservationFields {
    /// Which.
    pub id: String,
    /// Of which resource.
    pub resource: String,
    /// How much.
    pub amount: i64,
    /// How much of it was used, once it is committed.
    pub used: Option<i64>,
    /// held, committed, released or expired.
    pub status: String,
    /// Your own name for it.
    pub reference: Option<String>,
    /// The name of the key that asked for it.
    pub made_by: String,
    /// When.
    pub created_at: DateTime<Utc>,
    /// Until when it is kept.
    pub expires_at: DateTime<Utc>,
    /// When it was committed, released or forgotten.
    pub ended_at: Option<DateTime<Utc>>,
}

impl From<Reservation> for OneReservation {
    fn from(of: Reservation) -> Self {
        let row = of.row;
        Self {
            counter: of.counter.into(),
            reservation: ReservationFields {
                id: ReservationId::from_uuid(row.id).to_string(),
                resource: row.resource,
                amount: row.amount,
                used: row.used,
                status: row.state,
                reference: row.reference,
                made_by: row.made_by,
                created_at: row.created_at,
                expires_at: row.expires_at,
                ended_at: row.ended_at,
            },
        }
    }
}
