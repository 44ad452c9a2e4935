//! The way out for mail: the server is greeted, and nothing is sent.

use std::time::Duration;

use outside::mail::Smtp;

use super::finding::Finding;
use crate::config::Config;

const PATIENCE: Duration = Duration::from_secs(5);

pub(super) fn look(config: &Config) -> Finding {
    let mail = &config.mail;
    let Some(url) = &mail.smtp_url else {
        let words = format!("letters are files in {}", mail.folder.display());
        return Finding::good("mail", words);
    };
    let server = match Smtp::open(url, PATIENCE) {
        Ok(server) => server,
        Err(error) => return Finding::bad("mail", error.to_string(), "correct mail.smtp_url"),
    };
    match server.greet() {
        Ok(()) => Finding::good("mail", format!("{} takes mail", server.server())),
        Err(error) => Finding::bad(
            "mail",
            format!("{}: {error}", server.server()),
            "check host, port, TLS and password of mail.smtp_url, and that this machine may connect there",
        ),
    }
}
