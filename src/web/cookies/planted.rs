//! Taking back what a neighbour's page planted, and nothing else: each cookie that somebody other than this very host
//! can set and a browser would send here. Why not all cookies of the site is in `docs/decisions/planted-cookies.md`.

use std::collections::BTreeSet;

use actix_web::http::header::HeaderValue;

use crate::web::host::Host;

/// No page of ours lies deeper, and a browser takes only so many headers.
const DEEPEST: usize = 5;
/// The same for the domains above a host.
const HIGHEST: usize = 4;

/// `Set-Cookie` lines that end each cookie of these names which may be a neighbour's. The host's own, for the whole
/// host and for it alone, stays: nobody else can have set it.
pub(super) fn take_back(host: &Host, path: &str, names: &BTreeSet<&str>) -> Vec<HeaderValue> {
    let (domains, paths) = (domains(host), paths(path));
    // Some browsers sent a cookie without a name as if its value were a pair.
    let pairs = names
        .iter()
        .map(|name| format!("{name}="))
        .chain(["=x".to_owned()]);
    let mut lines = Vec::new();
    for pair in pairs {
        for path in &paths {
            let of_host = (path != "/").then_some("");
            for domain in of_host
                .into_iter()
                .chain(domains.iter().map(String::as_str))
            {
                let line = format!("{pair}; Max-Age=0; Path={path}{domain}");
                lines.extend(HeaderValue::from_str(&line));
            }
        }
    }
    lines
}

/// The host itself and each domain above it that is no top level, as attributes.
fn domains(host: &Host) -> Vec<String> {
    let Host::Name(name) = host else {
        return Vec::new();
    };
    let above = std::iter::successors(Some(name.as_str()), |name| Some(name.split_once('.')?.1));
    above
        .filter(|name| name.contains('.'))
        .take(HIGHEST)
        .map(|name| format!("; Domain={name}"))
        .collect()
}

/// Each path whose cookies are sent to this one.
fn paths(path: &str) -> Vec<String> {
    let plain = |part: &&str| {
        part.bytes()
            .all(|byte| byte.is_ascii_graphic() && byte != b';')
    };
    let parts = path.split('/').filter(|part| !part.is_empty());
    let mut paths = vec!["/".to_owned()];
    let mut so_far = String::new();
    for part in parts.take(DEEPEST).take_while(plain) {
        so_far = format!("{so_far}/{part}");
        paths.extend([so_far.clone(), format!("{so_far}/")]);
    }
    paths
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(host: &str, path: &str) -> Vec<String> {
        let host = Host::Name(host.to_owned());
        take_back(&host, path, &BTreeSet::from(["__Host-session"]))
            .iter()
            .map(|line| line.to_str().unwrap_or_default().to_owned())
            .collect()
    }

    #[test]
    fn ses_07_what_a_neighbour_may_have_set_is_ended_and_the_hosts_own_is_not() {
        let lines = lines("acme.portal.example", "/users/x");
        for planted in [
            "__Host-session=; Max-Age=0; Path=/; Domain=acme.portal.example",
            "__Host-session=; Max-Age=0; Path=/; Domain=portal.example",
            "__Host-session=; Max-Age=0; Path=/users; Domain=portal.example",
            "__Host-session=; Max-Age=0; Path=/users/; Domain=portal.example",
            "__Host-session=; Max-Age=0; Path=/users/x; Domain=portal.example",
            "__Host-session=; Max-Age=0; Path=/users/x",
            "=x; Max-Age=0; Path=/; Domain=portal.example",
        ] {
            assert!(
                lines.iter().any(|line| line == planted),
                "{planted}: {lines:#?}"
            );
        }
        let own = "__Host-session=; Max-Age=0; Path=/";
        assert!(
            !lines
                .iter()
                .any(|line| line == own || line.ends_with("Domain=example"))
        );
    }

    #[test]
    fn ses_07_no_path_makes_many_lines_or_an_attribute_of_its_own() {
        let long = "/a".repeat(5_000);
        assert!(lines("a.b.c.d.e.f.g.example", &long).len() < 120);
        let odd = lines("acme.portal.example", "/x;Domain=elsewhere.example/y");
        assert!(!odd.iter().any(|line| line.contains("elsewhere")));
        let address = Host::Address(std::net::Ipv4Addr::LOCALHOST.into());
        let on_address = take_back(&address, "/", &BTreeSet::from(["__Host-session"]));
        assert!(on_address.is_empty());
    }
}
