//! Sending one letter: the trait, the letter, and what may go wrong. Which letters are sent, and
//! when again, is decided in services.

use chrono::{DateTime, Utc};
use domain::{EmailAddress, PersonName};
use lettre::message::header::{HeaderName, HeaderValue};
use lettre::message::{Mailbox, MultiPart};
use lettre::{Address, Message};
use serde::{Deserialize, Serialize};

mod fake;
mod folder;
mod smtp;

pub use fake::Recorder;
pub use folder::{Folder, StoredLetter};
pub use smtp::{MailUrlError, Smtp};

/// One letter to one person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Letter {
    /// Who gets it. There is never a second recipient.
    pub to: EmailAddress,
    /// The recipient's name, where it is known.
    pub to_name: Option<PersonName>,
    /// The address it is sent from.
    pub from: EmailAddress,
    /// The sender's name: the tenant's.
    pub from_name: String,
    /// The subject. Line ends and other control characters become blanks.
    pub subject: String,
    /// The plain text.
    pub text: String,
    /// The same as HTML.
    pub html: String,
    /// `something@host`, the same at every attempt, so that a letter sent twice is known as one.
    pub message_id: String,
    /// When it was written.
    pub written_at: DateTime<Utc>,
}

/// Why a letter was not sent, as the job ends.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MailError {
    /// The server is away, busy, or not set up rightly: the letter may go later.
    #[error("the letter could not be sent for now: {0}")]
    Retry(String),
    /// The server refuses this letter or this recipient for good.
    #[error("the letter is refused: {0}")]
    GiveUp(String),
}

/// A way to send letters. Sending blocks: it is called from a worker's thread.
pub trait Mailer: Send + Sync {
    /// Hands the letter over to somebody who promises to deliver it.
    fn send(&self, letter: &Letter) -> Result<(), MailError>;
}

impl Letter {
    /// The letter as it goes over the wire. A header takes one line only: whatever could end the
    /// line is replaced here, whoever wrote it.
    fn message(&self) -> Result<Message, MailError> {
        let message_id = format!("<{}>", id_characters(&self.message_id));
        Message::builder()
            .from(mailbox(Some(&self.from_name), &self.from)?)
            .to(mailbox(
                self.to_name.as_ref().map(PersonName::as_str),
                &self.to,
            )?)
            .subject(one_line(&self.subject))
            .message_id(Some(message_id))
            .date(self.written_at.into())
            // So that an absence notice does not answer a machine.
            .raw_header(HeaderValue::new(
                HeaderName::new_from_ascii_str("Auto-Submitted"),
                "auto-generated".to_owned(),
            ))
            .multipart(MultiPart::alternative_plain_html(
                self.text.clone(),
                self.html.clone(),
            ))
            .map_err(|error| MailError::GiveUp(error.to_string()))
    }
}

fn mailbox(name: Option<&str>, address: &EmailAddress) -> Result<Mailbox, MailError> {
    let address = Address::new(address.local_part(), address.domain())
        .map_err(|error| MailError::GiveUp(error.to_string()))?;
    let name = name.map(one_line).filter(|name| !name.is_empty());
    Ok(Mailbox::new(name, address))
}

fn one_line(text: &str) -> String {
    let blank = |c: char| {
        if c.is_control() || matches!(c, '\u{2028}' | '\u{2029}') {
            ' '
        } else {
            c
        }
    };
    text.chars()
        .map(blank)
        .collect::<String>()
        .trim()
        .to_owned()
}

fn id_characters(text: &str) -> String {
    text.chars()
        .filter(|c| c.is_ascii_alphanumeric() || "._@-".contains(*c))
        .collect()
}

#[cfg(test)]
mod tests;
