//! Where pages are served, under which names, and where data is kept.

use std::{
    fmt,
    net::{IpAddr, Ipv4Addr, SocketAddr},
    path::PathBuf,
    time::Duration,
};

use super::{
    sheet::Sheet,
    units::{Span, number, span},
};

/// How the outside reaches us.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scheme {
    /// Without TLS.
    Http,
    /// With TLS, ours or a proxy's.
    Https,
}

impl Scheme {
    /// The scheme as in an address.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Http => "http",
            Self::Https => "https",
        }
    }

    /// The port that an address leaves out.
    #[must_use]
    pub const fn usual_port(self) -> u16 {
        match self {
            Self::Http => 80,
            Self::Https => 443,
        }
    }
}

impl fmt::Display for Scheme {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Listener, names, folders and the server's own patience.
#[derive(Debug, Clone)]
pub struct Server {
    /// The address that is listened on.
    pub bind: IpAddr,
    /// The port; 0 takes a free one.
    pub port: u16,
    /// The domain below which every tenant has a name.
    pub base_domain: String,
    /// The scheme of links in mails.
    pub public_scheme: Scheme,
    /// The port of links in mails; `None` is the scheme's usual one.
    pub public_port: Option<u16>,
    /// The folder of everything that is kept.
    pub data: PathBuf,
    /// Threads that serve connections.
    pub workers: usize,
    /// Connections a worker holds at once.
    pub connections: usize,
    /// How long a client may take for the head of a request.
    pub head_timeout: Duration,
    /// How long an idle connection is kept.
    pub keep_alive: Duration,
    /// How long a client may take to go after its last answer.
    pub goodbye_timeout: Duration,
    /// How long requests are still taken after SIGTERM, while `/readyz` sends new ones elsewhere.
    pub drain: Duration,
    /// How long running requests may take after a signal to stop.
    pub shutdown_timeout: Duration,
}

impl Server {
    /// The socket address to listen on.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        SocketAddr::new(self.bind, self.port)
    }

    /// Whether this is a machine of its own developer: the names resolve to the loopback only.
    #[must_use]
    pub fn is_development(&self) -> bool {
        self.base_domain == "localhost" || self.base_domain.ends_with(".localhost")
    }

    pub(super) fn read(sheet: &mut Sheet) -> Self {
        let bind = sheet.value("bind", IpAddr::V4(Ipv4Addr::LOCALHOST), |text| {
            text.parse()
                .map_err(|_| format!("\"{text}\" is not an IP address, like 127.0.0.1 or 0.0.0.0"))
        });
        let port = sheet.value("port", 8080, port);
        let base_domain = sheet.value("base_domain", "localhost".to_owned(), domain_name);
        let development = base_domain == "localhost" || base_domain.ends_with(".localhost");
        let usual = if development {
            Scheme::Http
        } else {
            Scheme::Https
        };
        let public_scheme = sheet.value("public_scheme", usual, |text| match text {
            "http" => Ok(Scheme::Http),
            "https" => Ok(Scheme::Https),
            _ => Err(format!("\"{text}\" is neither http nor https")),
        });
        let default_port = if development {
            port
        } else {
            public_scheme.usual_port()
        };
        let public_port = sheet.value("public_port", default_port, number(1, u16::MAX));
        Self {
            bind,
            port,
            base_domain,
            public_scheme,
            public_port: (public_port != public_scheme.usual_port()).then_some(public_port),
            data: PathBuf::from(sheet.value("data", "data".to_owned(), |text| Ok(text.to_owned()))),
            workers: sheet.value("server.workers", sheet.cores, number(1, 1_024)),
            connections: sheet.value("server.connections", 10_000, number(1, 1_000_000)),
            head_timeout: patience(sheet, "server.head_timeout", 10),
            keep_alive: patience(sheet, "server.keep_alive", 75),
            goodbye_timeout: patience(sheet, "server.goodbye_timeout", 1),
            drain: sheet
                .value(
                    "server.drain",
                    Span::seconds(1),
                    span(Span::seconds(0), Span::seconds(600)),
                )
                .0,
            shutdown_timeout: patience(sheet, "server.shutdown_timeout", 20),
        }
    }
}

fn patience(sheet: &mut Sheet, key: &'static str, seconds: u64) -> Duration {
    sheet
        .value(
            key,
            Span::seconds(seconds),
            span(Span::seconds(1), Span::seconds(600)),
        )
        .0
}

fn port(text: &str) -> Result<u16, String> {
    if text.starts_with("tcp://") {
        return Err(format!(
            "\"{text}\" comes from a Kubernetes Service called tenantry; set enableServiceLinks: false on the pod"
        ));
    }
    number(0, u16::MAX)(text)
}

/// A DNS name in lower case; addresses have no names below them.
pub(super) fn domain_name(text: &str) -> Result<String, String> {
    let name = text.to_ascii_lowercase();
    let good = |label: &str| {
        !label.is_empty()
            && label.len() <= 63
            && label
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    if name.len() > 190 || !name.split('.').all(good) || name.parse::<IpAddr>().is_ok() {
        return Err(format!(
            "\"{text}\" is not a domain name, like example.com (no scheme, no port)"
        ));
    }
    Ok(name)
}
