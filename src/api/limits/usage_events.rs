//! What an application says was used, many things at once and each by its own name: it refuses nothing and counts nothing twice.

use chrono::{DateTime, Utc};
use domain::FieldErrors;
use serde::{Deserialize, Serialize};
use services::usage::events::{self, Event, Said};
use services::{Request, Store, StoreError, TenantEntry, TenantTx, VerbError};
use utoipa::ToSchema;

use super::at::At;
use super::counted::OneCounter;
use super::deed::{Counting, Deed, done};
use super::zone;
use crate::api::{Body, Outcome};

/// What was used.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UsageEvents {
    /// All of them or none.
    #[schema(min_items = 1, max_items = 1_000)]
    pub events: Vec<UsageEvent>,
}

/// Something that was used.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UsageEvent {
    /// Your own name for it. It is known for 35 days: sent again, it counts no more.
    #[schema(min_length = 1, max_length = 100)]
    pub id: String,
    /// Of which resource, by its key: a counter.
    pub resource: String,
    /// How much.
    #[schema(minimum = 1, maximum = 1_000_000_000_000i64)]
    #[serde(default = "one")]
    pub amount: i64,
    /// When, 31 days ago at most; now where nothing is said.
    pub at: Option<DateTime<Utc>>,
}

const fn one() -> i64 {
    1
}

/// What became of them.
#[derive(Debug, Serialize, ToSchema)]
pub struct CountedEvents {
    /// How many were new.
    pub accepted: usize,
    /// How many were sent before.
    pub duplicates: usize,
    /// The counters as they are now.
    pub counters: Vec<OneCounter>,
}

/// What was read of them.
#[derive(Debug, Clone)]
struct Happened(Vec<Event>);

impl Deed for Happened {
    type Out = CountedEvents;
    const NOTED: bool = true;

    fn done<P>(&self, tx: &mut TenantTx<'_, P>, at: &At) -> Result<CountedEvents, VerbError> {
        match events::count(tx, &self.0, at.zone) {
            Err(VerbError::Store(StoreError::NotFound)) if at.complete => {
                let words = "One of these resources is not among what is limited.";
                Err(FieldErrors::one("events", words).into())
            }
            counted => Ok(counted?.into()),
        }
    }

    fn noted(
        &self,
        store: &Store,
        entry: &TenantEntry,
        request: &Request,
    ) -> Result<(), VerbError> {
        let of = (entry.scope.tenant(), zone(entry));
        Ok(events::write_down(store, of, &self.0, request.now)?)
    }
}

impl From<events::Counted> for CountedEvents {
    fn from(of: events::Counted) -> Self {
        Self {
            accepted: of.fresh,
            duplicates: of.known,
            counters: of.counters.into_iter().map(OneCounter::from).collect(),
        }
    }
}

/// `POST /tenants/{tenant_id}/usage-events`
///
/// # Errors
/// No right, something that is not counted, too long ago or still to come, or no database.
pub async fn count(api: Counting, body: Body<UsageEvents>) -> Outcome<CountedEvents> {
    done(api, body, |said: UsageEvents| {
        let said = said.events.iter().map(|event| Said {
            id: &event.id,
            resource: &event.resource,
            amount: event.amount,
            at: event.at,
        });
        Ok(Happened(events::events(said)?))
    })
    .await
}
