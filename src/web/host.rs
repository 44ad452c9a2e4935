//! The one name by which a request calls us, judged strictly. Whose name it is is not decided here.

use std::{fmt, net::IpAddr};

use actix_web::{
    dev::RequestHead,
    http::{StatusCode, Version, header::HOST},
};

use super::refusal::Refusal;

/// What the client calls us. An address never names a tenant.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Host {
    /// A DNS name in lower case, without trailing dot.
    Name(String),
    /// An IP literal.
    Address(IpAddr),
}

impl fmt::Display for Host {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Name(name) => f.write_str(name),
            Self::Address(IpAddr::V6(address)) => write!(f, "[{address}]"),
            Self::Address(address) => write!(f, "{address}"),
        }
    }
}

/// The host of the request itself: exactly one, the same in target and header.
pub(super) fn own_host(head: &RequestHead) -> Result<(Host, Option<u16>), Refusal> {
    let mut named = head.headers.get_all(HOST);
    let header = match (named.next(), named.next()) {
        (Some(value), None) => Some(
            value
                .to_str()
                .ok()
                .and_then(authority)
                .ok_or_else(bad_host)?,
        ),
        (None, _) => None,
        (Some(_), Some(_)) => {
            return Err(Refusal::new(
                StatusCode::BAD_REQUEST,
                "The request names its host twice.",
            ));
        }
    };
    let target = match head.uri.authority() {
        Some(target) => Some(authority(target.as_str()).ok_or_else(bad_host)?),
        None => None,
    };
    match (header, target) {
        (Some(header), Some(target)) if header != target => Err(Refusal::new(
            StatusCode::BAD_REQUEST,
            "The request's target and its Host header disagree.",
        )),
        (Some(host), _) => Ok(host),
        // HTTP/2 names the host in the target alone.
        (None, Some(host)) if head.version == Version::HTTP_2 => Ok(host),
        (None, _) => Err(Refusal::new(
            StatusCode::BAD_REQUEST,
            "The request does not name its host.",
        )),
    }
}

/// Host and port, normalised: lower case, one trailing dot gone. No user, no spelling that only some would read as an address.
pub(super) fn authority(text: &str) -> Option<(Host, Option<u16>)> {
    if let Some(rest) = text.strip_prefix('[') {
        let (address, rest) = rest.split_once(']')?;
        let address: std::net::Ipv6Addr = address.parse().ok()?;
        return Some((
            Host::Address(IpAddr::V6(address).to_canonical()),
            port(rest)?,
        ));
    }
    let (name, rest) = text.split_at(text.find(':').unwrap_or(text.len()));
    let port = port(rest)?;
    if let Ok(address) = name.parse::<std::net::Ipv4Addr>() {
        return Some((Host::Address(address.into()), port));
    }
    let name = name.strip_suffix('.').unwrap_or(name).to_ascii_lowercase();
    is_name(&name).then_some((Host::Name(name), port))
}

/// Nothing, or a colon and a port.
fn port(text: &str) -> Option<Option<u16>> {
    if text.is_empty() {
        return Some(None);
    }
    let digits = text.strip_prefix(':')?;
    let plain = (1..=5).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
    plain
        .then(|| digits.parse().ok().filter(|port| *port != 0).map(Some))
        .flatten()
}

/// A DNS name whose last label is no number: browsers read `127.1` and `0x7f.1` as addresses.
fn is_name(name: &str) -> bool {
    let label = |label: &str| {
        (1..=63).contains(&label.len())
            && label
                .bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    let number = |label: &str| {
        label.bytes().all(|byte| byte.is_ascii_digit())
            || label
                .strip_prefix("0x")
                .is_some_and(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()))
    };
    name.len() <= 253 && name.split('.').all(label) && !name.rsplit('.').next().is_some_and(number)
}

/// The refusal of a spelling that is no host.
pub(super) fn bad_host() -> Refusal {
    Refusal::new(
        StatusCode::BAD_REQUEST,
        "The request's host is not a name that a site can have.",
    )
}
