//! For the vendor's application: setting aside before use, using what was set aside, giving it back. A reservation
//! that nobody comes back for is given back by itself.

use chrono::{DateTime, TimeDelta, Utc};
use domain::{FieldErrors, Meter, ReservationId, ResourceKey, ResourceKind, TimeZone, text};
use store::limits as stored;
use store::limits::{Counter, Taking};
use store::reservations::{self, Row};
use store::{StoreError, TenantTx, usage_events};

use super::counted::{check_amount, counted_by_others};
use super::{note, span, take};
use crate::VerbError;
use crate::usage::events;

/// How long a reservation is kept that does not say for how long, in seconds.
const KEPT: i64 = 300;
/// The longest that one is kept.
const LONGEST: i64 = 7 * 86_400;
/// The longest name that an application gives one.
const MAX_REFERENCE: usize = 200;
/// How many forgotten ones are looked for at once.
const BATCH: i64 = 500;
/// How many events of long ago are forgotten at once.
const FORGOTTEN: i64 = 10_000;
/// How long those that ended are kept.
const REMEMBERED: TimeDelta = TimeDelta::days(30);

/// A reservation.
#[derive(Debug, Clone)]
pub struct Reservation {
    /// As it is written down.
    pub row: Row,
    /// The counter as it is now.
    pub counter: Counter,
    /// Whether it was there before, by its name.
    pub again: bool,
}

impl Reservation {
    /// What this used of a counter: nothing where it was used before, or is there to be given back.
    #[must_use]
    pub fn newly_used(&self) -> Option<(Meter, i64)> {
        let used = self.row.used.filter(|_| !self.again)?;
        let key = ResourceKey::parse(&self.row.resource).ok()?;
        (self.counter.kind == ResourceKind::Counter).then(|| (Meter::of(&key), used))
    }
}

/// What is to be set aside.
#[derive(Debug, Clone)]
pub struct Wish {
    /// Of what.
    pub resource: ResourceKey,
    /// How much.
    pub amount: i64,
    /// The application's own name for it: asked for twice, it is set aside once.
    pub reference: Option<String>,
    /// For how long, in seconds.
    pub seconds: i64,
    /// Whether it is used at once instead.
    pub commit: bool,
}

impl Wish {
    /// The wish, or everything that is wrong with it.
    ///
    /// # Errors
    /// A sentence for beside each field.
    pub fn read(
        resource: &str,
        amount: i64,
        reference: Option<&str>,
        seconds: Option<i64>,
        commit: bool,
    ) -> Result<Self, FieldErrors> {
        let mut errors = FieldErrors::new();
        let key = errors.check("resource", counted_by_others(resource));
        check_amount(amount, 1, &mut errors);
        let reference = reference.map_or(Ok(None), |text| text::optional_line(text, MAX_REFERENCE));
        let reference = errors.check("reference", reference).flatten();
        let seconds = seconds.unwrap_or(KEPT);
        if !(1..=LONGEST).contains(&seconds) {
            errors.add("expires_in_seconds", "Keep it for 1 to 604800 seconds.");
        }
        errors.into_result()?;
        Ok(Self {
            resource: key.ok_or_else(FieldErrors::new)?,
            amount,
            reference,
            seconds,
            commit,
        })
    }
}

/// Sets some of a resource aside, or uses it at once; all or none.
///
/// # Errors
/// [`VerbError::LimitReached`]; [`VerbError::Conflict`] where the name stands for another one; [`StoreError::NotFound`] for a
/// resource that is not counted; the database's.
pub fn reserve<P>(
    tx: &mut TenantTx<'_, P>,
    wish: &Wish,
    zone: TimeZone,
    by: &str,
) -> Result<Reservation, VerbError> {
    let resource = wish.resource.as_str();
    let counter = stored::counter(tx, resource)?.ok_or(StoreError::NotFound)?;
    if let Some(row) = named(tx, wish)? {
        return Ok(Reservation {
            row,
            counter,
            again: true,
        });
    }
    let spans = span(counter.every, zone, tx.now());
    let mut taken = take(tx, resource, wish.amount, spans, Taking::Hold);
    // What others forgot is given back before anybody is refused for it.
    if matches!(taken, Err(VerbError::LimitReached(_))) && expire(tx)? > 0 {
        taken = take(tx, resource, wish.amount, spans, Taking::Hold);
    }
    let counter = taken?;
    let new = reservations::New {
        resource,
        amount: wish.amount,
        reference: wish.reference.as_deref(),
        made_by: by,
        expires_at: tx.now() + TimeDelta::seconds(wish.seconds),
    };
    let Some(row) = reservations::add(tx, new)? else {
        // Somebody asked for the same a moment earlier: nothing is set aside twice.
        stored::settle(tx, resource, (wish.amount, 0), spans.0)?;
        let row = named(tx, wish)?.ok_or(StoreError::NotFound)?;
        return Ok(Reservation {
            row,
            counter,
            again: true,
        });
    };
    if wish.commit {
        return commit(tx, ReservationId::from_uuid(row.id), None, zone);
    }
    Ok(Reservation {
        row,
        counter,
        again: false,
    })
}

/// The one that the wish names, if it is there; it has to be the same.
fn named<P>(tx: &mut TenantTx<'_, P>, wish: &Wish) -> Result<Option<Row>, VerbError> {
    let Some(reference) = &wish.reference else {
        return Ok(None);
    };
    let Some(row) = reservations::called(tx, reference)? else {
        return Ok(None);
    };
    if (row.resource.as_str(), row.amount) == (wish.resource.as_str(), wish.amount) {
        return Ok(Some(row));
    }
    Err(VerbError::Conflict(format!(
        "{reference} names a reservation of {} {} already. Use another reference.",
        row.amount, row.resource
    )))
}

/// Uses what was set aside, or less of it; the rest is given back. Done twice it is done once.
///
/// # Errors
/// [`VerbError::Conflict`] for one that is over, [`VerbError::Invalid`] for more than was set aside, or the database's.
pub fn commit<P>(
    tx: &mut TenantTx<'_, P>,
    id: ReservationId,
    used: Option<i64>,
    zone: TimeZone,
) -> Result<Reservation, VerbError> {
    let there = reservations::find(tx, id)?;
    let used = used.unwrap_or(there.amount);
    if !(0..=there.amount).contains(&used) {
        let words = format!(
            "At most the {} that were set aside can be used.",
            there.amount
        );
        return Err(FieldErrors::one("amount", words).into());
    }
    let ended = reservations::end(tx, id, "committed", Some(used))?;
    settled(tx, id, ended, zone, |row| {
        row.state == "committed" && row.used == Some(used)
    })
}

/// Gives back what was set aside. Done twice it is done once.
///
/// # Errors
/// [`VerbError::Conflict`] for one that was used, or the database's.
pub fn release<P>(
    tx: &mut TenantTx<'_, P>,
    id: ReservationId,
    zone: TimeZone,
) -> Result<Reservation, VerbError> {
    let ended = reservations::end(tx, id, "released", None)?;
    settled(tx, id, ended, zone, |row| {
        matches!(row.state.as_str(), "released" | "expired")
    })
}

/// Takes the end of a reservation into its counter; one that had ended must have ended like `same`.
fn settled<P>(
    tx: &mut TenantTx<'_, P>,
    id: ReservationId,
    ended: Option<Row>,
    zone: TimeZone,
    same: impl Fn(&Row) -> bool,
) -> Result<Reservation, VerbError> {
    let Some(row) = ended else {
        let row = reservations::find(tx, id)?;
        if !same(&row) {
            return Err(VerbError::Conflict(over(&row)));
        }
        let counter = stored::counter(tx, &row.resource)?.ok_or(StoreError::NotFound)?;
        return Ok(Reservation {
            row,
            counter,
            again: true,
        });
    };
    let there = stored::counter(tx, &row.resource)?.ok_or(StoreError::NotFound)?;
    let (start, _) = span(there.every, zone, tx.now());
    let held = (row.amount, row.used.unwrap_or(0));
    let counter = stored::settle(tx, &row.resource, held, start)?.ok_or(StoreError::NotFound)?;
    note(tx, &counter)?;
    Ok(Reservation {
        row,
        counter,
        again: false,
    })
}

fn over(row: &Row) -> String {
    match row.state.as_str() {
        "committed" => format!("{} of it were used already.", row.used.unwrap_or(0)),
        "expired" => {
            "Nobody came back for it in time, and it was given back. Reserve again.".to_owned()
        }
        _ => "It was given back. Reserve again.".to_owned(),
    }
}

/// One reservation, and its counter.
///
/// # Errors
/// [`StoreError::NotFound`], or the database's.
pub fn find<P>(tx: &mut TenantTx<'_, P>, id: ReservationId) -> Result<Reservation, StoreError> {
    let row = reservations::find(tx, id)?;
    let counter = stored::counter(tx, &row.resource)?.ok_or(StoreError::NotFound)?;
    Ok(Reservation {
        row,
        counter,
        again: true,
    })
}

/// Gives back what nobody came back for; answers how many reservations that were.
pub(super) fn expire<P>(tx: &mut TenantTx<'_, P>) -> Result<usize, StoreError> {
    let now = tx.now();
    let freed = reservations::expire(tx, now, BATCH)?;
    for (resource, amount) in &freed {
        stored::settle(tx, resource, (*amount, 0), None)?;
    }
    Ok(freed.len())
}

/// The same for the clock, and forgetting those that ended long ago, and what was counted long ago; answers how many rows
/// that were.
pub(crate) fn sweep<P>(tx: &mut TenantTx<'_, P>, now: DateTime<Utc>) -> Result<usize, StoreError> {
    let over = expire(tx)? + reservations::prune(tx, now - REMEMBERED, BATCH)?;
    Ok(over + usage_events::prune(tx, now - events::REMEMBERED, FORGOTTEN)?)
}
