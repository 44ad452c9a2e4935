//! Where mail goes: an SMTP server, or a folder while developing.

use std::path::PathBuf;

use domain::EmailAddress;
use secrecy::SecretString;
use url::Url;

use super::{Server, sheet::Sheet};

/// The way out for mail, and its sender.
#[derive(Debug, Clone)]
pub struct Mail {
    /// The SMTP server; without one, mails are files in `folder`.
    pub smtp_url: Option<SecretString>,
    /// The sender's address.
    pub from: String,
    /// The folder of the development mailbox.
    pub folder: PathBuf,
}

impl Mail {
    pub(super) fn read(sheet: &mut Sheet, server: &Server) -> Self {
        let folder = server.data.join("mail");
        let absent = format!("none (mails are files in {})", folder.display());
        let smtp_url = sheet
            .optional(
                "mail.smtp_url",
                &absent,
                |text| check(text).map(|url| (text.to_owned(), url)),
                |(_, url)| masked(url),
            )
            .map(|(text, _)| SecretString::from(text));
        if smtp_url.is_none() && !sheet.is_set("mail.smtp_url") && !server.is_development() {
            sheet.fault(
                "mail.smtp_url",
                format!("is missing; mails of {} must be sent, so name an SMTP server, like smtps://user:password@mail.example.com", server.base_domain),
            );
        }
        let from = sheet.value("mail.from", usual_sender(&server.base_domain), sender);
        Self {
            smtp_url,
            from,
            folder,
        }
    }
}

/// An address needs a dot in its domain, which `localhost` has not.
fn usual_sender(base_domain: &str) -> String {
    if base_domain.contains('.') {
        format!("tenantry@{base_domain}")
    } else {
        format!("tenantry@mail.{base_domain}")
    }
}

/// Never repeats the URL in a fault: it holds a password.
fn check(text: &str) -> Result<Url, String> {
    let url = Url::parse(text).map_err(|error| format!("is not a URL ({error})"))?;
    match url.scheme() {
        "smtp" | "smtps" if url.host_str().is_some_and(|host| !host.is_empty()) => Ok(url),
        "smtp" | "smtps" => Err("names no host".to_owned()),
        _ => Err("does not start with smtp:// or smtps://".to_owned()),
    }
}

fn masked(url: &Url) -> String {
    let mut shown = url.clone();
    if url.password().is_some() && shown.set_password(Some("***")).is_err() {
        return "hidden".to_owned();
    }
    shown.to_string()
}

/// An address as the mail door takes it.
fn sender(text: &str) -> Result<String, String> {
    EmailAddress::parse(text)
        .map(|address| address.as_str().to_owned())
        .map_err(|_| format!("\"{text}\" is not an address, like tenantry@example.com"))
}
