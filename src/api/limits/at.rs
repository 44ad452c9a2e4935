//! Where and for whom something is done to what is counted, and what it used: that is measured once it is done for good.

use std::sync::{Arc, Mutex, PoisonError};

use domain::{Meter, ReservationId, TenantId, TimeZone};
use services::limits::Reservation;

use crate::api::door::Door;
use crate::app::App;

/// Where and for whom it is done.
#[derive(Debug, Clone)]
pub(super) struct At {
    /// By whose clock counters begin anew.
    pub(super) zone: TimeZone,
    /// The resource of the path.
    pub(super) resource: String,
    /// The reservation of the path.
    pub(super) reservation: Option<ReservationId>,
    /// What the request is called by whoever sent it.
    pub(super) called: Option<String>,
    /// The key's name.
    pub(super) by: String,
    /// Whether the tenant has every resource there is: what it lacks now is none.
    pub(super) complete: bool,
    /// What it used.
    pub(super) used: Used,
}

impl At {
    pub(super) fn of<D: Door>(api: &D, zone: TimeZone) -> Self {
        let header = api.http().headers().get("idempotency-key");
        Self {
            zone,
            resource: api.part("resource").unwrap_or_default(),
            reservation: api.part("reservation_id"),
            called: header
                .and_then(|text| text.to_str().ok())
                .map(str::to_owned),
            by: String::new(),
            complete: false,
            used: Used::default(),
        }
    }
}

/// What was used of a counter, as the last try has it.
#[derive(Debug, Clone, Default)]
pub(super) struct Used(Arc<Mutex<Option<(Meter, i64)>>>);

impl Used {
    /// Keeps what a reservation used.
    pub(super) fn keep(&self, of: &Reservation) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = of.newly_used();
    }

    /// Measures it.
    pub(super) fn note(&self, app: &App, tenant: TenantId) {
        let used = self.0.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some((meter, amount)) = used {
            let now = app.clock.now();
            app.usage
                .note(tenant, now, |notes| notes.add(&meter, amount));
        }
    }
}
