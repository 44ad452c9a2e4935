//! Letters over SMTP, to the server that one URL names. Which errors are worth another attempt is
//! said here; the attempts are made by the job queue.

use std::time::Duration;

use lettre::Transport;
use lettre::transport::smtp::{Error, PoolConfig, SmtpTransport};
use secrecy::{ExposeSecret, SecretString};
use url::{Host, Url};

use super::{Letter, MailError, Mailer};

/// A connection pool to one mail server.
pub struct Smtp {
    transport: SmtpTransport,
    server: String,
}

/// Why a mail URL cannot be used. It never repeats the URL, which holds a password.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MailUrlError {
    /// Not a URL of the form asked for.
    #[error("write the mail server as smtp://user:password@host:587 or smtps://user:password@host")]
    Form,
    /// A `tls` that is not known, or one that contradicts the scheme.
    #[error("tls is required, opportunistic or none; smtps:// takes none of them")]
    Tls,
    /// A password that would go over the network in the clear.
    #[error(
        "a mail password needs an encrypted connection: leave tls=none and tls=opportunistic out"
    )]
    PasswordInClear,
    /// The TLS library cannot be set up, or the host's name is none.
    #[error("the mail server cannot be set up: {0}")]
    Setup(String),
}

impl Smtp {
    /// Reads the URL; nothing is sent yet.
    ///
    /// `smtps://` encrypts from the first byte (port 465). `smtp://` demands STARTTLS (port 587),
    /// except to this very machine, or where `?tls=opportunistic` or `?tls=none` says otherwise.
    /// The URL's path is the name to greet with. `patience` bounds each answer of the server.
    pub fn open(url: &SecretString, patience: Duration) -> Result<Self, MailUrlError> {
        let mut url = Url::parse(url.expose_secret()).map_err(|_| MailUrlError::Form)?;
        let server = url.host_str().unwrap_or_default().to_owned();
        if server.is_empty()
            || !matches!(url.scheme(), "smtp" | "smtps")
            || url.fragment().is_some()
        {
            return Err(MailUrlError::Form);
        }
        if url.username().is_empty() != url.password().is_none() {
            return Err(MailUrlError::Form);
        }
        let tls = tls_of(&url)?;
        if url.password().is_some() && tls.may_be_clear() && !is_this_machine(&url) {
            return Err(MailUrlError::PasswordInClear);
        }
        url.set_query(tls.query());
        let transport = SmtpTransport::from_url(url.as_str())
            .map_err(|error| MailUrlError::Setup(error.to_string()))?
            .timeout(Some(patience))
            .pool_config(
                PoolConfig::new()
                    .max_size(4)
                    .idle_timeout(Duration::from_secs(30)),
            )
            .build();
        Ok(Self { transport, server })
    }

    /// Connects, greets, signs in where a password is given, and leaves: nothing is sent.
    ///
    /// # Errors
    /// What the server or the way there said.
    pub fn greet(&self) -> Result<(), MailError> {
        match self.transport.test_connection() {
            Ok(true) => Ok(()),
            Ok(false) => Err(MailError::Retry("the server does not answer".to_owned())),
            Err(error) => Err(sort(&error)),
        }
    }

    /// The server's host, to show.
    #[must_use]
    pub fn server(&self) -> &str {
        &self.server
    }
}

impl std::fmt::Debug for Smtp {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Smtp")
            .field("server", &self.server)
            .finish_non_exhaustive()
    }
}

impl Mailer for Smtp {
    fn send(&self, letter: &Letter) -> Result<(), MailError> {
        self.transport
            .send(&letter.message()?)
            .map(|_| ())
            .map_err(|error| sort(&error))
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Tls {
    Wrapped,
    Required,
    Opportunistic,
    None,
}

impl Tls {
    const fn may_be_clear(self) -> bool {
        matches!(self, Self::Opportunistic | Self::None)
    }

    /// The same in the library's words.
    const fn query(self) -> Option<&'static str> {
        match self {
            Self::Wrapped | Self::None => None,
            Self::Required => Some("tls=required"),
            Self::Opportunistic => Some("tls=opportunistic"),
        }
    }
}

fn tls_of(url: &Url) -> Result<Tls, MailUrlError> {
    let mut asked = url.query_pairs();
    let first = asked.next();
    if asked.next().is_some() {
        return Err(MailUrlError::Tls);
    }
    let asked = match &first {
        None => None,
        Some((name, value)) if name == "tls" => Some(value.as_ref()),
        Some(_) => return Err(MailUrlError::Tls),
    };
    match (url.scheme(), asked) {
        ("smtps", None) => Ok(Tls::Wrapped),
        ("smtp", None) if is_this_machine(url) => Ok(Tls::None),
        ("smtp", None | Some("required")) => Ok(Tls::Required),
        ("smtp", Some("opportunistic")) => Ok(Tls::Opportunistic),
        ("smtp", Some("none")) => Ok(Tls::None),
        _ => Err(MailUrlError::Tls),
    }
}

fn is_this_machine(url: &Url) -> bool {
    // Outside the web's own schemes an address in figures is read as a name: read it again.
    match url.host() {
        Some(Host::Ipv6(address)) => address.is_loopback(),
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Domain(name)) => {
            name.eq_ignore_ascii_case("localhost")
                || name
                    .parse()
                    .is_ok_and(|address: std::net::Ipv4Addr| address.is_loopback())
        }
        None => false,
    }
}

/// Only a lasting "no" to this letter ends it. A refused sign-in is the set-up's fault, not the
/// letter's: it waits until that is mended, as with a server that is away.
fn sort(error: &Error) -> MailError {
    let code = error.status().map(|code| code.to_string());
    let sign_in = matches!(code.as_deref(), Some("530" | "534" | "535" | "538"));
    let words = words(error);
    if error.is_permanent() && !sign_in {
        MailError::GiveUp(words)
    } else {
        MailError::Retry(words)
    }
}

/// The error with its causes, in one line of bounded length.
fn words(error: &Error) -> String {
    let mut words = error.to_string();
    let mut cause = std::error::Error::source(error);
    while let Some(deeper) = cause {
        let deeper_words = deeper.to_string();
        if !words.contains(&deeper_words) {
            words = format!("{words}: {deeper_words}");
        }
        cause = deeper.source();
    }
    super::one_line(&words).chars().take(500).collect()
}
