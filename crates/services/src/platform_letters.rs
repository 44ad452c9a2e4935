//! Letters of the platform itself: to staff, and to whoever has no tenant yet. Composed like a tenant's,
//! in a neutral colour, and put into an outbox of their own together with the job that sends them.

use domain::{LetterId, PersonName};
use outside::mail::{self, MailError};
use serde::Deserialize;
use serde_json::{Value as Json, json};
use store::letters::{NewLetter, Waiting};
use store::{PlatformTx, StoreError, platform_letters as outbox};

use crate::jobs::{self, JobKind, NewJob};
use crate::letters::{Letter, Links, Recipient, paper, words};
use crate::worker::work::{Outcome, Work, WorkError};

/// What the platform calls itself.
pub const NAME: &str = "Tenantry";
/// The platform's colour, which is no tenant's.
pub const COLOUR: &str = "#475569";

/// Composes the letter, puts it into the platform's outbox and asks for its sending.
///
/// # Errors
/// The database's.
pub fn write(
    tx: &mut PlatformTx<'_>,
    links: &Links,
    to: Recipient<'_>,
    letter: &Letter<'_>,
) -> Result<LetterId, StoreError> {
    let sheet = words::compose(letter, links, to.name, tx.now());
    let page = paper::print(&sheet, links, Some(COLOUR));
    let id = outbox::add(
        tx,
        &NewLetter {
            recipient: to.email.as_str(),
            recipient_name: to.name,
            template: letter.key(),
            subject: &sheet.subject,
            body_text: &page.text,
            body_html: &page.html,
        },
    )?;
    let job = NewJob::now(JobKind::PlatformLetterSend, json!({ "letter": id }));
    jobs::enqueue_for_platform(tx, &job)?;
    Ok(id)
}

#[derive(Deserialize)]
struct Payload {
    letter: LetterId,
}

/// The job behind [`write`]: hands the letter over and writes down that it went.
pub(crate) fn send(work: &Work<'_>) -> Outcome {
    let Ok(Payload { letter }) = Payload::deserialize(work.payload()) else {
        return Outcome::GiveUp("the job names no letter".to_owned());
    };
    deliver(work, letter).unwrap_or_else(Outcome::from)
}

fn deliver(work: &Work<'_>, letter: LetterId) -> Result<Outcome, WorkError> {
    let bench = work.bench;
    let waiting = bench
        .store
        .platform(work.now(), |tx| outbox::waiting(tx, letter))?;
    if let Some(waiting) = waiting {
        match bench.mailer.send(&message(work, letter, waiting)) {
            Ok(()) => {}
            Err(MailError::Retry(why)) => return Ok(Outcome::Retry(why)),
            Err(MailError::GiveUp(why)) => return Ok(Outcome::GiveUp(why)),
        }
    }
    work.conclude_for_platform(|tx| outbox::sent(tx, letter))?;
    Ok(Outcome::Done)
}

fn message(work: &Work<'_>, letter: LetterId, waiting: Waiting) -> mail::Letter {
    mail::Letter {
        to: waiting.recipient,
        to_name: PersonName::parse(&waiting.recipient_name).ok(),
        from: work.bench.sender.clone(),
        from_name: NAME.to_owned(),
        subject: waiting.subject,
        text: waiting.body_text,
        html: waiting.body_html,
        message_id: format!("{letter}@{}", work.bench.platform_host),
        written_at: waiting.created_at,
    }
}

/// The letter will not go: its bodies are emptied.
pub(crate) fn give_up(
    tx: &mut PlatformTx<'_>,
    payload: &Json,
    why: &str,
) -> Result<(), StoreError> {
    let Ok(Payload { letter }) = Payload::deserialize(payload) else {
        return Ok(());
    };
    outbox::failed(tx, letter, why).map(drop)
}
