//! The jobs of askings: writing to the staff, carrying out what is due, bringing it to the tenant. Each may be done again
//! after it was killed: what was done already is seen under the lock.

use chrono::TimeDelta;
use domain::permission::System;
use domain::staff::{ManageTenants, StaffPermission};
use domain::{ScalingId, ScalingState, StaffStatus};
use serde::Deserialize;
use store::limits as counters;
use store::staff::people;
use store::{Credential, PlatformTx, StaffCredential, StoreError};

use super::{carry, told};
use crate::VerbError;
use crate::letters::{Letter, Links, Notice, Recipient};
use crate::worker::work::{Outcome, Work};
use crate::{limits, platform_letters};

/// As whom the jobs act.
const NAME: &str = "scaling";
/// How many a run looks at.
const BATCH: i64 = 100;
/// After how long what is under way is brought once more: its job may have been given up.
const LATE: TimeDelta = TimeDelta::minutes(15);

#[derive(Deserialize)]
struct Payload {
    scaling: ScalingId,
}

/// Writes to everybody of the staff who may decide.
pub(crate) fn tell(work: &Work<'_>) -> Outcome {
    let Ok(Payload { scaling }) = Payload::deserialize(work.payload()) else {
        return Outcome::GiveUp("the job says nothing".to_owned());
    };
    let portal = work.platform_links();
    work.conclude_for_platform(|tx| write(tx, &portal, scaling))
        .map_or_else(Outcome::from, |()| Outcome::Done)
}

fn write(tx: &mut PlatformTx<'_>, portal: &Links, id: ScalingId) -> Result<(), StoreError> {
    let scaling = tx.scaling_of_any(id)?;
    let Some(scaling) = scaling.filter(|scaling| scaling.state == ScalingState::Asked) else {
        // It was taken back or decided before anybody could be told.
        return Ok(());
    };
    let record = tx.tenant_record(scaling.tenant)?;
    let locale = record.settings.locale;
    let (lines, price) = (
        told::lines(&scaling, locale),
        told::bill(&scaling.billing, locale),
    );
    let may = |person: &people::Person| {
        person.status == StaffStatus::Active
            && person
                .role
                .permissions()
                .allow(StaffPermission::ManageTenants)
    };
    for person in people::list(tx)?.iter().filter(|person| may(person)) {
        let to = Recipient {
            email: &person.email,
            name: &person.name,
        };
        let letter = Letter::Notice(Notice::ScalingAsked {
            asks: &record.name,
            lines: &lines,
            price: &price,
        });
        platform_letters::write(tx, portal, to, &letter)?;
    }
    Ok(())
}

/// Carries out what is due, each in a transaction of its own, and brings once more what is late.
pub(crate) fn due(work: &Work<'_>) -> Outcome {
    let store = &work.bench.store;
    let found = store.platform(work.now(), |tx| {
        Ok::<_, StoreError>((tx.due_scalings(BATCH)?, tx.late_scalings(LATE, BATCH)?))
    });
    let (due, late) = match found {
        Ok(found) => found,
        Err(error) => return Outcome::Retry(error.to_string()),
    };
    let mut trouble = None;
    let credential = StaffCredential::System(NAME);
    for scaling in &due {
        let begun = store.staff::<ManageTenants, _, VerbError>(credential, &work.request(), |tx| {
            carry::when_due(tx, scaling.tenant, scaling.id)
        });
        // One that cannot be carried out keeps no other waiting.
        if let Err(error) = begun {
            trouble = Some(error.to_string());
        }
        if let Err(lost) = work.renew() {
            return Outcome::from(lost);
        }
    }
    for scaling in &late {
        let asked = store.staff::<ManageTenants, _, VerbError>(credential, &work.request(), |tx| {
            carry::bring(tx, scaling)
        });
        if let Err(error) = asked {
            trouble = Some(error.to_string());
        }
    }
    trouble.map_or(Outcome::Done, Outcome::Retry)
}

/// Brings the tenant its new limits, and notes what is done.
pub(crate) fn finish(work: &Work<'_>) -> Outcome {
    let Ok(Payload { scaling }) = Payload::deserialize(work.payload()) else {
        return Outcome::GiveUp("the job says nothing".to_owned());
    };
    match bring(work, scaling) {
        Ok(true) => work
            .conclude(|_| Ok(()))
            .map_or_else(Outcome::from, |()| Outcome::Done),
        Ok(false) => Outcome::Retry("the tenant has other numbers still".to_owned()),
        Err(VerbError::Store(error)) => Outcome::Retry(error.to_string()),
        Err(error) => Outcome::GiveUp(error.to_string()),
    }
}

fn bring(work: &Work<'_>, scaling: ScalingId) -> Result<bool, VerbError> {
    let Some(entry) = work.tenant() else {
        return Err(StoreError::NotFound.into());
    };
    let (store, request, tenant) = (&work.bench.store, work.request(), entry.scope.tenant());
    limits::follow(store, entry, &request)?;
    let by = Credential::System(NAME);
    let there = store.tenant::<System, _, StoreError>(&entry.scope, by, &request, counters::all)?;
    let credential = StaffCredential::System(NAME);
    store.staff::<ManageTenants, _, VerbError>(credential, &request, |tx| {
        carry::note(tx, tenant, scaling, &there)
    })
}
