//! The job that moves a tenant, step by step. Whenever it ends, the tenant lives, whole, in the old place or in the
//! new one; done again, it goes on.

use std::time::Duration;

use domain::staff::ManageTenants;
use domain::{MoveId, MoveState, MoveStep};
use serde::Deserialize;
use serde_json::json;
use store::catalogue::StepState;
use store::moves::{Copied, Move, Mover, NoMove};
use store::{StaffCredential, StaffTx, StoreError};

use crate::VerbError;
use crate::audit::Action as TenantAction;
use crate::events::EventKind;
use crate::jobs::AT_HOME;
use crate::platform_audit::{self, Action, Entry, Target};
use crate::tenants::note::{self, Doer, Note};
use crate::worker::work::{Outcome, Work};

/// How often a hand-over is tried before the job waits longer.
const HAND_OVERS: u32 = 5;
/// What a page says of a server that is away: nothing of where it is.
const AWAY: &str = "The database did not answer.";

#[derive(Deserialize)]
struct Payload {
    #[serde(rename = "move")]
    id: MoveId,
}

/// Does what is left of a move.
pub(crate) fn work(work: &Work<'_>) -> Outcome {
    let Ok(Payload { id }) = Payload::deserialize(work.payload()) else {
        return Outcome::GiveUp("the job says nothing".to_owned());
    };
    match all(work, id) {
        Ok(()) | Err((_, NoMove::Stopped)) => Outcome::Done,
        Err((step, error)) => {
            tracing::warn!(step = step.as_str(), %error, "a move stopped");
            let again = passes(&error) && work.may_be_tried_again();
            let noted = if again {
                note(work, id, step, &error)
            } else {
                fail(work, id, step, &in_words(&error), is_wrong(&error))
            };
            match (noted, again) {
                (Ok(()), false) => Outcome::Done,
                (Ok(()), true) => Outcome::Retry(error.to_string()),
                (Err(lost), _) => Outcome::Retry(lost.to_string()),
            }
        }
    }
}

/// What is left to do when the job is given up because its worker was lost each time.
pub(crate) fn give_up(work: &Work<'_>, why: &str) -> Result<(), VerbError> {
    let Ok(Payload { id }) = Payload::deserialize(work.payload()) else {
        return Ok(());
    };
    let store = &work.bench.store;
    let line = store.platform(work.now(), |tx| tx.read_move(id))?;
    if !line.state.is_open() {
        return Ok(());
    }
    let step = open_step(&line).unwrap_or(MoveStep::Prepare);
    fail(work, id, step, &format!("It was given up: {why}."), false)
}

fn all(work: &Work<'_>, id: MoveId) -> Result<(), (MoveStep, NoMove)> {
    let store = &work.bench.store;
    let first = |error: NoMove| (MoveStep::Prepare, error);
    let line = store
        .platform(work.now(), |tx| tx.read_move(id))
        .map_err(|error| first(error.into()))?;
    if line.state == MoveState::Done {
        // It ended between the hand-over and what is told of it.
        let told = open_step(&line).map_or(Ok(()), |_| tell(work, &line));
        return told.map_err(|error| (MoveStep::HandOver, error));
    }
    let begun = store
        .platform(work.now(), |tx| tx.turn_move(id, MoveState::Running))
        .map_err(|error| first(error.into()))?;
    if !begun {
        return Err(first(NoMove::Stopped));
    }
    let mut mover = store
        .mover(line.clone(), &AT_HOME, work.now())
        .map_err(first)?;
    for step in MoveStep::ALL {
        do_step(work, &mut mover, id, *step).map_err(|error| (*step, error))?;
    }
    drop(mover);
    tell(work, &line).map_err(|error| (MoveStep::HandOver, error))
}

fn do_step(work: &Work<'_>, mover: &mut Mover, id: MoveId, step: MoveStep) -> Result<(), NoMove> {
    let store = &work.bench.store;
    store.platform(work.now(), |tx| tx.begin_move_step(id, step))?;
    work.while_held(|| match step {
        MoveStep::Prepare => mover.prepare(work.now()),
        MoveStep::Copy => mover.copy(|copied| goes_on(work, id, copied)),
        MoveStep::Compare => mover.compare().map(drop),
        MoveStep::HandOver => hand_over(work, mover),
    })?;
    if step == MoveStep::HandOver {
        // Ended by what is told of it.
        return Ok(());
    }
    Ok(store.platform(work.now(), |tx| {
        tx.end_move_step(id, step, StepState::Done, None)
    })?)
}

/// Writes down how far the copying is. What cannot be written is no reason to stop.
fn goes_on(work: &Work<'_>, id: MoveId, copied: Copied) -> bool {
    let number = |count: usize| i32::try_from(count).unwrap_or(i32::MAX);
    let tables = (number(copied.tables), number(copied.of));
    let noted = work
        .bench
        .store
        .platform(work.now(), |tx| tx.note_move(id, tables, copied.rows));
    noted.unwrap_or(true)
}

fn hand_over(work: &Work<'_>, mover: &mut Mover) -> Result<(), NoMove> {
    for again in 1.. {
        match mover.hand_over(work.now()) {
            Err(NoMove::Waited | NoMove::TooLong) if again < HAND_OVERS => {
                std::thread::sleep(Duration::from_millis(300) * again);
            }
            outcome => return outcome.map(drop),
        }
    }
    Ok(())
}

/// Both logs, the event, and the end of the last step.
fn tell(work: &Work<'_>, line: &Move) -> Result<(), NoMove> {
    let told = as_staff(work, |tx| {
        tx.end_move_step(line.id, MoveStep::HandOver, StepState::Done, None)?;
        let record = tx.tenant_record(line.tenant)?;
        let (before, after) = (
            json!({ "placement": line.from }),
            json!({ "placement": line.to }),
        );
        let told = Note {
            event: EventKind::TenantUpdated,
            action: TenantAction::TenantMoved,
            before: before.clone(),
            after: after.clone(),
            by: &Doer::Platform,
            limits: false,
            letter: None,
        };
        note::tell(tx, &record, told)?;
        let target = Target::tenant(line.tenant, record.name);
        let entry = Entry::done(Action::TenantMoved, target)
            .before(before)
            .after(after);
        Ok(platform_audit::record(tx, entry)?)
    });
    told.map_err(|error| match error {
        VerbError::Store(error) => NoMove::Database(error),
        other => NoMove::Database(StoreError::Transient(other.to_string())),
    })
}

fn note(work: &Work<'_>, id: MoveId, step: MoveStep, error: &NoMove) -> Result<(), VerbError> {
    let why = in_words(error);
    Ok(work.bench.store.platform(work.now(), |tx| {
        tx.end_move_step(id, step, StepState::Waiting, Some(&why))
    })?)
}

/// The move is over, and the tenant lives where it lived. Nothing goes on with a copy that was found wrong.
fn fail(
    work: &Work<'_>,
    id: MoveId,
    step: MoveStep,
    why: &str,
    wrong: bool,
) -> Result<(), VerbError> {
    as_staff(work, |tx| {
        let line = tx.read_move(id)?;
        if !tx.turn_move(id, MoveState::Failed)? {
            return Ok(());
        }
        tx.end_move_step(id, step, StepState::Failed, Some(why))?;
        if wrong {
            tx.forget_copies(line.tenant)?;
        }
        let name = tx.tenant_record(line.tenant)?.name;
        let entry = Entry::refused(Action::MoveFailed, Target::tenant(line.tenant, name));
        let told = json!({ "placement": line.to, "step": step, "reason": why });
        Ok(platform_audit::record(tx, entry.after(told))?)
    })
}

fn as_staff(
    work: &Work<'_>,
    deed: impl FnMut(&mut StaffTx<'_, ManageTenants>) -> Result<(), VerbError>,
) -> Result<(), VerbError> {
    let credential = StaffCredential::System("move");
    work.bench.store.staff(credential, &work.request(), deed)
}

fn open_step(line: &Move) -> Option<MoveStep> {
    let open = line.steps.iter().find(|row| row.state != StepState::Done);
    open.and_then(|row| row.step.parse().ok())
}

/// Whether the copy is not what it was made from.
fn is_wrong(error: &NoMove) -> bool {
    matches!(error, NoMove::Unlike(_))
}

/// Whether doing it again may help without anybody's help.
fn passes(error: &NoMove) -> bool {
    match error {
        NoMove::Held | NoMove::Waited | NoMove::TooLong => true,
        NoMove::Database(StoreError::Statement(_) | StoreError::NotFound) => false,
        NoMove::Database(_) => true,
        NoMove::NoSchema(error) => error.is_away(),
        NoMove::Stopped | NoMove::Elsewhere => false,
        NoMove::NoKey(_) | NoMove::OtherVersion | NoMove::Unlike(_) => false,
    }
}

/// What a page may say of an error: no statement, no address of the database.
fn in_words(error: &NoMove) -> String {
    match error {
        NoMove::Database(StoreError::Statement(_)) => {
            "The database refused a statement.".to_owned()
        }
        NoMove::Database(_) => AWAY.to_owned(),
        NoMove::NoSchema(error) if error.is_away() => AWAY.to_owned(),
        NoMove::NoSchema(error) => error.to_string(),
        NoMove::Held => "Another process moves this tenant.".to_owned(),
        NoMove::Stopped => "Somebody stopped it.".to_owned(),
        NoMove::Elsewhere => "The tenant does not live there any more.".to_owned(),
        NoMove::NoKey(table) => format!("The table {table} has no primary key."),
        NoMove::OtherVersion => {
            "Your migrations are not the same in both places: roll them out, then move.".to_owned()
        }
        NoMove::Waited => "Somebody's work in the tenant took too long.".to_owned(),
        NoMove::TooLong => "It would have kept people waiting for too long.".to_owned(),
        NoMove::Unlike(table) => format!("The table {table} differed in the new place."),
    }
}

/// The same for who looks beforehand.
pub(super) fn as_verb(error: NoMove) -> VerbError {
    match error {
        NoMove::Database(error) => error.into(),
        NoMove::NoSchema(error) => error.into(),
        other => VerbError::Conflict(in_words(&other)),
    }
}
