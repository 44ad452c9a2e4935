//! Telling a tenant what the platform did to it: an event and an entry of its own log, by a job that is asked
//! for in the transaction of the deed, so that neither is there without the other.

use domain::{EmailAddress, KeyId, TenantState, Term, UserId};
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use store::catalogue::TenantRecord;
use store::{PlatformTx, StoreError};

use super::notices::{self, Told};
use crate::audit::{self, Action, Entry, Target, TargetKind};
use crate::events::{self, EventKind};
use crate::jobs::{self, JobKind, NewJob};
use crate::limits;
use crate::worker::work::{Outcome, Work};

/// Who did it, as the tenant's own log says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Doer {
    /// Whoever runs the platform.
    Platform,
    /// A person of the tenant.
    Person(UserId, String),
    /// A program with a key of the tenant.
    Key(KeyId, String),
}

/// What the tenant is told.
#[derive(Debug, Clone)]
pub struct Note<'a> {
    /// The event.
    pub event: EventKind,
    /// The entry of the log.
    pub action: Action,
    /// What changed, as it was.
    pub before: Json,
    /// What changed, as it is.
    pub after: Json,
    /// Who did it.
    pub by: &'a Doer,
    /// Whether its limits are others from now on.
    pub limits: bool,
    /// What the owners are told by letter.
    pub letter: Option<Told>,
}

#[derive(Serialize, Deserialize)]
struct Payload {
    event: String,
    action: String,
    name: String,
    before: Json,
    after: Json,
    by: Doer,
    /// Not there in jobs of a version before, which said how many people there may be.
    #[serde(default)]
    limits: bool,
    #[serde(default)]
    seats: Option<i64>,
    /// Not there in jobs of a version before.
    #[serde(default)]
    letter: Option<Told>,
    #[serde(default)]
    billing: Option<EmailAddress>,
}

/// Asks for the tenant to be told. One that has no rows yet is not: its log begins later.
///
/// # Errors
/// The database's.
pub fn tell(
    tx: &mut PlatformTx<'_>,
    record: &TenantRecord,
    note: Note<'_>,
) -> Result<(), StoreError> {
    let never_made = record.status_before == Some(TenantState::Failed);
    if never_made || !record.status.has_rows() {
        return Ok(());
    }
    let payload = Payload {
        event: note.event.key().to_owned(),
        action: note.action.key().to_owned(),
        name: record.name.clone(),
        before: note.before,
        after: note.after,
        by: note.by.clone(),
        limits: note.limits,
        seats: None,
        billing: note.letter.as_ref().and_then(|_| billing(record)),
        letter: note.letter,
    };
    let payload = serde_json::to_value(payload).unwrap_or_default();
    let job = NewJob::now(JobKind::TenantNote, payload);
    jobs::enqueue_for_tenant(tx, record.id, &job)?;
    Ok(())
}

/// Where bills go, who is told beside the owners.
pub(crate) fn billing(record: &TenantRecord) -> Option<EmailAddress> {
    let address = record.contact.billing_email.as_deref()?;
    EmailAddress::parse(address).ok()
}

/// The limits as they are at this moment, where they changed: of two changes the later one's hold, whichever is told first.
fn terms(work: &Work<'_>, payload: &Payload) -> Result<Option<Vec<Term>>, StoreError> {
    let Some(entry) = work
        .tenant()
        .filter(|_| payload.limits || payload.seats.is_some())
    else {
        return Ok(None);
    };
    let tenant = entry.scope.tenant();
    let read = |tx: &mut PlatformTx<'_>| limits::terms(tx, tenant).map(Some);
    work.bench.store.platform(work.now(), read)
}

/// The job behind [`tell`].
pub(crate) fn work(work: &Work<'_>) -> Outcome {
    let Ok(payload) = Payload::deserialize(work.payload()) else {
        return Outcome::GiveUp("the job says nothing".to_owned());
    };
    let (Some(event), Some(action)) = (
        EventKind::from_key(&payload.event),
        Action::from_key(&payload.action),
    ) else {
        return Outcome::GiveUp("the job says what nobody knows".to_owned());
    };
    let Some(links) = work.links() else {
        return Outcome::GiveUp("the job is no tenant's".to_owned());
    };
    let terms = match terms(work, &payload) {
        Ok(terms) => terms,
        Err(error) => return Outcome::Retry(error.to_string()),
    };
    work.conclude(|tx| {
        if let Some(terms) = &terms {
            limits::furnish(tx, terms)?;
        }
        let id = tx.tenant().uuid();
        events::emit(tx, event, Some(id), &payload.after)?;
        let target = Target::of(TargetKind::Tenant, id, &*payload.name);
        let entry = Entry::done(action, target)
            .before(payload.before.clone())
            .after(payload.after.clone());
        let entry = match &payload.by {
            Doer::Platform => entry,
            Doer::Person(person, name) => entry.by(*person, name.as_str()),
            Doer::Key(key, name) => entry.by_key(*key, name.as_str()),
        };
        audit::record(tx, entry)?;
        match &payload.letter {
            Some(told) => notices::write(tx, &links, told, payload.billing.as_ref()),
            None => Ok(()),
        }
    })
    .map_or_else(Outcome::from, |()| Outcome::Done)
}
