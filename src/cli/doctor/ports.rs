//! The ports: are they free, or held by a Tenantry that answers? And who is believed before them?

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::time::Duration;

use super::finding::Finding;
use crate::config::Config;

const PATIENCE: Duration = Duration::from_secs(2);

pub(super) fn look(config: &Config) -> Vec<Finding> {
    let mut findings = vec![port("port", config.server.address(), "/livez", "port")];
    if let Some(address) = config.metrics.address() {
        findings.push(port("metrics port", address, "/metrics", "metrics.port"));
    }
    findings.extend(proxies(config));
    findings
}

fn port(check: &'static str, address: SocketAddr, path: &str, setting: &str) -> Finding {
    if address.port() == 0 {
        return Finding::good(check, "a free one is taken at the start");
    }
    match TcpListener::bind(address) {
        Ok(_) => Finding::good(check, format!("{address} is free")),
        Err(error) if error.kind() == std::io::ErrorKind::AddrInUse => {
            if answers(address, path) {
                Finding::good(check, format!("a Tenantry answers at {address}"))
            } else {
                let found = format!("{address} is held by something else");
                Finding::bad(check, found, format!("end that, or set {setting}"))
            }
        }
        Err(error) => {
            let mend = format!("set bind or {setting}; ports below 1024 need a right of their own");
            Finding::bad(check, format!("{address}: {error}"), mend)
        }
    }
}

fn answers(address: SocketAddr, path: &str) -> bool {
    let ask = || -> std::io::Result<bool> {
        let mut line = TcpStream::connect_timeout(&address, PATIENCE)?;
        line.set_read_timeout(Some(PATIENCE))?;
        write!(
            line,
            "GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
        )?;
        let mut first = [0; 12];
        line.read_exact(&mut first)?;
        Ok(&first == b"HTTP/1.1 200")
    };
    ask().unwrap_or(false)
}

/// Where names are public there is TLS, and where there is TLS there is a proxy.
fn proxies(config: &Config) -> Option<Finding> {
    if config.server.is_development() {
        return None;
    }
    Some(if config.proxies.trusts_nobody() {
        Finding::fair(
            "proxies",
            "nobody's X-Forwarded-For is believed: behind a proxy every client has its address",
            "list your proxies' networks in proxies.trusted",
        )
    } else {
        Finding::good("proxies", "those of proxies.trusted are believed")
    })
}
