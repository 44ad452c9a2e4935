//! The job that sends a letter of the outbox: at least once, and under the same Message-ID each time.

use domain::permission::System;
use domain::{LetterId, Meter, PersonName};
use outside::mail::{self, MailError};
use serde::Deserialize;
use serde_json::{Value as Json, json};
use store::TenantTx;
use store::letters::Waiting;

use crate::audit::{self, Action, Entry, Target, TargetKind};
use crate::worker::work::{Outcome, Work, WorkError};
use crate::{TenantEntry, VerbError};

#[derive(Deserialize)]
struct Payload {
    letter: LetterId,
}

/// Hands the letter over and writes down that it went. When the process ends between the two, the letter
/// goes twice, and the Message-ID says so.
pub(crate) fn send(work: &Work<'_>) -> Outcome {
    let Ok(Payload { letter }) = Payload::deserialize(work.payload()) else {
        return Outcome::GiveUp("the job names no letter".to_owned());
    };
    deliver(work, letter).unwrap_or_else(Outcome::from)
}

fn deliver(work: &Work<'_>, letter: LetterId) -> Result<Outcome, WorkError> {
    let waiting = work.step(|tx| Ok(store::letters::waiting(tx, letter)?))?;
    if let (Some(waiting), Some(tenant)) = (waiting, work.tenant()) {
        let message = message(work, tenant, letter, waiting);
        match work.bench.mailer.send(&message) {
            Ok(()) => work.measure(&Meter::LETTERS),
            Err(MailError::Retry(why)) => return Ok(Outcome::Retry(why)),
            Err(MailError::GiveUp(why)) => return Ok(Outcome::GiveUp(why)),
        }
    }
    work.conclude(|tx| Ok(store::letters::sent(tx, letter)?))?;
    Ok(Outcome::Done)
}

fn message(
    work: &Work<'_>,
    tenant: &TenantEntry,
    letter: LetterId,
    waiting: Waiting,
) -> mail::Letter {
    mail::Letter {
        to: waiting.recipient,
        to_name: PersonName::parse(&waiting.recipient_name).ok(),
        from: work.bench.sender.clone(),
        from_name: tenant.name.clone(),
        subject: waiting.subject,
        text: waiting.body_text,
        html: waiting.body_html,
        message_id: format!("{letter}@{}", tenant.canonical_host),
        written_at: waiting.created_at,
    }
}

/// The letter will not go: its bodies are emptied, and the log says to whom it did not.
pub(crate) fn give_up(
    tx: &mut TenantTx<'_, System>,
    payload: &Json,
    why: &str,
) -> Result<(), VerbError> {
    let Ok(Payload { letter }) = Payload::deserialize(payload) else {
        return Ok(());
    };
    let Some((subject, recipient)) = store::letters::failed(tx, letter, why)? else {
        return Ok(());
    };
    let target = Target::of(TargetKind::Letter, letter.uuid(), subject);
    let told = json!({ "recipient": recipient, "reason": why });
    Ok(audit::record(
        tx,
        Entry::refused(Action::LetterFailed, target).after(told),
    )?)
}
