//! The names: do the base domain and any name below it lead somewhere, and to the same place?

use std::collections::BTreeSet;
use std::net::{IpAddr, ToSocketAddrs};
use std::sync::mpsc;
use std::time::Duration;

use super::finding::Finding;
use crate::config::Config;

const PATIENCE: Duration = Duration::from_secs(5);

pub(super) fn look(config: &Config) -> Vec<Finding> {
    let base = &config.server.base_domain;
    if config.server.is_development() {
        let words = format!("{base} and names below it lead browsers to this machine");
        return vec![Finding::good("names", words)];
    }
    if config.addresses.mode.is_single() {
        return single(config);
    }
    let own = addresses(base);
    // No tenant is called so: only a wildcard answers.
    let below = addresses(&format!("doctor-looks-for-the-wildcard.{base}"));
    vec![named(base, &own), wildcard(base, &own, &below)]
}

/// One tenant needs no names below its own but the platform's.
fn single(config: &Config) -> Vec<Finding> {
    let both = [&config.server.base_domain, &config.platform.host];
    both.map(|name| named(name, &addresses(name))).into()
}

fn named(base: &str, own: &BTreeSet<IpAddr>) -> Finding {
    if own.is_empty() {
        let mend = format!("add an A or AAAA record for {base}, to your proxy's address");
        return Finding::fair("names", format!("{base} has no address"), mend);
    }
    Finding::good("names", format!("{base} leads to {}", list(own)))
}

fn wildcard(base: &str, own: &BTreeSet<IpAddr>, below: &BTreeSet<IpAddr>) -> Finding {
    let mend = format!("add an A or AAAA record for *.{base}, to your proxy's address");
    if below.is_empty() {
        let found = format!("names below {base} have no address, so no tenant can be reached");
        return Finding::bad("wildcard", found, mend);
    }
    let found = format!("names below {base} lead to {}", list(below));
    if own.is_empty() || own == below {
        Finding::good("wildcard", found)
    } else {
        Finding::fair("wildcard", format!("{found}, unlike {base} itself"), mend)
    }
}

/// By the system's own resolver, which has no limit of time: it may be given up, not stopped.
fn addresses(name: &str) -> BTreeSet<IpAddr> {
    let (tell, told) = mpsc::channel();
    let host = name.to_owned();
    std::thread::spawn(move || {
        let found = (host.as_str(), 443).to_socket_addrs();
        let found = found.map(|all| all.map(|one| one.ip()).collect());
        // Nobody may be waiting any more.
        let _ = tell.send(found.unwrap_or_default());
    });
    told.recv_timeout(PATIENCE).unwrap_or_default()
}

fn list(addresses: &BTreeSet<IpAddr>) -> String {
    let all: Vec<String> = addresses.iter().map(ToString::to_string).collect();
    all.join(", ")
}
