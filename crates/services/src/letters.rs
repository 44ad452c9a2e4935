//! Letters: composed in the tenant's colours and put into the outbox together with the job that sends
//! them, in the transaction of what they tell. Links come from the catalogue's host, never from a request.

mod letter;
mod notice;
pub(crate) mod paper;
mod scaling;
mod send;
pub(crate) mod words;

use chrono::{DateTime, Utc};
use domain::{EmailAddress, LetterId, Locale, TimeZone, Writing};
use serde_json::json;
use store::letters::NewLetter;
use store::{StoreError, TenantTx};

use crate::TenantEntry;
use crate::jobs::{self, JobKind, NewJob};
pub use letter::Letter;
pub use notice::Notice;
pub use scaling::{Became, ScalingNews};
pub(crate) use send::{give_up, send};

/// The scheme of the portal's addresses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scheme {
    /// Plain, on a developer's machine.
    Http,
    /// Everywhere else.
    Https,
}

/// What a tenant's letters are made with: where its portal is, what it is called, how it writes dates.
/// All of it is from the catalogue and the configuration.
#[derive(Debug, Clone)]
pub struct Links {
    /// From the configuration.
    pub scheme: Scheme,
    /// From the configuration, where it is not the scheme's own.
    pub port: Option<u16>,
    /// The tenant's canonical host.
    pub canonical_host: String,
    /// The tenant's name as shown.
    pub tenant_name: String,
    /// How whoever reads them has dates written: as the tenant does, where they did not choose.
    pub writing: Writing,
}

impl Links {
    /// The links of this tenant.
    #[must_use]
    pub fn of(tenant: &TenantEntry, scheme: Scheme, port: Option<u16>) -> Self {
        Self {
            scheme,
            port,
            canonical_host: tenant.canonical_host.clone(),
            tenant_name: tenant.name.clone(),
            writing: tenant.writing(),
        }
    }

    /// The links of the platform's own host.
    #[must_use]
    pub fn of_platform(host: &str, scheme: Scheme, port: Option<u16>) -> Self {
        Self {
            scheme,
            port,
            canonical_host: host.to_owned(),
            tenant_name: crate::platform_letters::NAME.to_owned(),
            writing: Writing::default(),
        }
    }

    /// A moment as its reader has it written, with the zone.
    pub(crate) fn moment(&self, moment: DateTime<Utc>) -> String {
        format!("{} ({})", self.writing.date_time(moment), self.writing.zone)
    }

    /// The same links for one reader.
    fn read_by(&self, locale: Option<Locale>, zone: Option<TimeZone>) -> Self {
        Self {
            writing: self.writing.chosen(locale, zone),
            ..self.clone()
        }
    }

    /// The whole address of a path of the portal; the path begins with `/`.
    #[must_use]
    pub fn to(&self, path: &str) -> String {
        let (scheme, usual) = match self.scheme {
            Scheme::Http => ("http", 80),
            Scheme::Https => ("https", 443),
        };
        let path = path.trim_start_matches('/');
        match self.port.filter(|port| *port != usual) {
            Some(port) => format!("{scheme}://{}:{port}/{path}", self.canonical_host),
            None => format!("{scheme}://{}/{path}", self.canonical_host),
        }
    }
}

/// Whom a letter goes to: one mailbox, from a row of ours.
#[derive(Debug, Clone, Copy)]
pub struct Recipient<'a> {
    /// The address.
    pub email: &'a EmailAddress,
    /// The name beside it; may be empty.
    pub name: &'a str,
}

/// Composes the letter as its reader writes dates, puts it into the outbox and asks for its sending.
///
/// # Errors
/// The database's.
pub fn write<P>(
    tx: &mut TenantTx<'_, P>,
    links: &Links,
    to: Recipient<'_>,
    letter: &Letter<'_>,
) -> Result<LetterId, StoreError> {
    let colour = store::letters::colour(tx)?;
    let (locale, zone) = store::letters::choices(tx, to.email)?;
    let links = links.read_by(locale, zone);
    let sheet = words::compose(letter, &links, to.name, tx.now());
    let page = paper::print(&sheet, &links, colour.as_deref());
    let id = store::letters::add(
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
    let kind = match letter {
        Letter::Notice(_) => JobKind::NoticeSend,
        _ => JobKind::LetterSend,
    };
    let job = NewJob::now(kind, json!({ "letter": id }));
    jobs::enqueue(tx, &job)?;
    Ok(id)
}

/// A subject is one header line, whatever a name holds.
fn one_line(text: &str) -> String {
    text.chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .take(200)
        .collect()
}
