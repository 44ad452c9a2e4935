//! libpq's addresses (`postgresql://…`) as text: what is added to one, and another login in one.

use std::time::Duration;

/// A write that no host confirms for this long breaks its connection: a half-open one hangs no request.
const UNCONFIRMED: &str = "tcp_user_timeout=15000";

/// The address with limits on waiting, where it sets none itself.
pub(crate) fn patient(url: &str, connect_timeout: Duration) -> String {
    // libpq counts in seconds and takes 1 for 2.
    let connect = format!("connect_timeout={}", connect_timeout.as_secs().max(2));
    let mut patient = url.to_owned();
    for setting in [connect.as_str(), UNCONFIRMED] {
        let key = setting.split('=').next().unwrap_or_default();
        if !names(&patient, key) {
            patient.push(if patient.contains('?') { '&' } else { '?' });
            patient.push_str(setting);
        }
    }
    patient
}

/// The same database as another login. The address must be a URL.
#[must_use]
pub fn with_login(url: &str, login: &str, password: Option<&str>) -> String {
    let (scheme, rest) = url.split_once("://").unwrap_or(("postgresql", url));
    let end = rest.find(['/', '?']).unwrap_or(rest.len());
    let (authority, path) = rest.split_at(end);
    let host = authority
        .rsplit_once('@')
        .map_or(authority, |(_, host)| host);
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    let kept: Vec<&str> = query
        .split('&')
        .filter(|pair| {
            !pair.is_empty() && !pair.starts_with("user=") && !pair.starts_with("password=")
        })
        .collect();
    let mark = if kept.is_empty() { "" } else { "?" };
    let secret = password
        .map(|word| format!(":{}", encoded(word)))
        .unwrap_or_default();
    format!(
        "{scheme}://{}{secret}@{host}{path}{mark}{}",
        encoded(login),
        kept.join("&")
    )
}

/// Another database of the same server, as the same login. The address must be a URL; the name has letters, digits and `_` only.
#[must_use]
pub fn with_database(url: &str, name: &str) -> String {
    let (scheme, rest) = url.split_once("://").unwrap_or(("postgresql", url));
    let end = rest.find(['/', '?']).unwrap_or(rest.len());
    let (authority, path) = rest.split_at(end);
    let query = path.split_once('?').map_or("", |(_, query)| query);
    let kept: Vec<&str> = query
        .split('&')
        .filter(|pair| !pair.is_empty() && !pair.starts_with("dbname="))
        .collect();
    let mark = if kept.is_empty() { "" } else { "?" };
    format!("{scheme}://{authority}/{name}{mark}{}", kept.join("&"))
}

/// The same database as another login, for others to read: nothing in it is secret.
#[must_use]
pub fn shown(url: &str, login: &str) -> String {
    let bare = with_login(url, login, None);
    let (place, query) = bare.split_once('?').unwrap_or((&bare, ""));
    let hidden = ["password", "sslpassword", "passfile", "sslkey"];
    let kept: Vec<&str> = query
        .split('&')
        .filter(|pair| !pair.is_empty() && !hidden.contains(&pair.split('=').next().unwrap_or("")))
        .collect();
    let mark = if kept.is_empty() { "" } else { "?" };
    format!("{place}{mark}{}", kept.join("&"))
}

/// Where a server is, for others to read: its hosts and ports, without login, database and settings.
#[must_use]
pub fn shown_place(url: &str) -> String {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let end = rest.find(['/', '?']).unwrap_or(rest.len());
    let (authority, query) = rest.split_at(end);
    let hosts = authority
        .rsplit_once('@')
        .map_or(authority, |(_, hosts)| hosts);
    let query = query.split_once('?').map_or("", |(_, query)| query);
    let named = |key: &str| {
        let value = query
            .split('&')
            .find_map(|pair| pair.strip_prefix(key)?.strip_prefix('='));
        value.and_then(decoded)
    };
    let host = if hosts.is_empty() || hosts.starts_with(':') {
        named("host").unwrap_or_default() + hosts
    } else {
        decoded(hosts).unwrap_or_default()
    };
    match named("port") {
        Some(port) => format!("{host}:{port}"),
        None => host,
    }
}

/// The address for the driver of the console, which knows fewer settings than libpq and speaks no TLS; `None` where the
/// address asks for that.
pub(crate) fn without_tls(url: &str) -> Option<String> {
    const KNOWN: [&str; 4] = ["host", "hostaddr", "port", "dbname"];
    let (place, query) = url.split_once('?').unwrap_or((url, ""));
    let pairs = || query.split('&').filter_map(|pair| pair.split_once('='));
    let asks = ["require", "verify-ca", "verify-full"];
    if pairs().any(|(key, value)| key == "sslmode" && asks.contains(&value)) {
        return None;
    }
    let kept: Vec<String> = pairs()
        .filter(|(key, _)| KNOWN.contains(key))
        .map(|(key, value)| format!("{key}={value}"))
        .collect();
    let kept: Vec<String> = kept
        .into_iter()
        .chain(["sslmode=disable".to_owned()])
        .collect();
    Some(format!("{place}?{}", kept.join("&")))
}

/// The password in an address, if there is one.
#[must_use]
pub fn password_of(url: &str) -> Option<String> {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let end = rest.find(['/', '?']).unwrap_or(rest.len());
    let (authority, query) = rest.split_at(end);
    let word = match authority
        .rsplit_once('@')
        .and_then(|(user, _)| user.split_once(':'))
    {
        Some((_, word)) => word,
        None => query
            .split(['?', '&'])
            .find_map(|pair| pair.strip_prefix("password="))?,
    };
    decoded(word)
}

fn decoded(word: &str) -> Option<String> {
    let mut bytes = Vec::new();
    let mut rest = word.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'%' => {
                let digits = [rest.next()?, rest.next()?];
                u8::from_str_radix(std::str::from_utf8(&digits).ok()?, 16).ok()?
            }
            plain => plain,
        });
    }
    String::from_utf8(bytes).ok()
}

fn names(url: &str, key: &str) -> bool {
    let query = url.split_once('?').map_or("", |(_, query)| query);
    query
        .split('&')
        .any(|pair| pair.split('=').next() == Some(key))
}

fn encoded(word: &str) -> String {
    word.bytes()
        .map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => {
                char::from(byte).to_string()
            }
            _ => format!("%{byte:02X}"),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_are_added_where_there_are_none() {
        let wait = Duration::from_secs(5);
        assert_eq!(
            patient("postgres://a@b/c", wait),
            "postgres://a@b/c?connect_timeout=5&tcp_user_timeout=15000"
        );
        assert_eq!(
            patient("postgres:///c?host=/run&connect_timeout=9", wait),
            "postgres:///c?host=/run&connect_timeout=9&tcp_user_timeout=15000"
        );
    }

    #[test]
    fn what_is_shown_holds_no_secret() {
        for (url, told) in [
            (
                "postgres://me:s3cret@db:5432/x?sslmode=require",
                "postgres://app@db:5432/x?sslmode=require",
            ),
            (
                "postgres://db/x?user=me&password=s&sslpassword=s&sslkey=/k",
                "postgres://app@db/x",
            ),
            (
                "postgresql://me@%2Frun%2Fpg:5432/x",
                "postgresql://app@%2Frun%2Fpg:5432/x",
            ),
        ] {
            assert_eq!(shown(url, "app"), told);
        }
    }

    #[test]
    fn the_consoles_driver_gets_what_it_knows() {
        assert_eq!(
            without_tls("postgres://a:b@db:5432/x?connect_timeout=5&sslmode=prefer&host=/run")
                .as_deref(),
            Some("postgres://a:b@db:5432/x?host=/run&sslmode=disable")
        );
        assert_eq!(
            without_tls("postgres://a@db/x").as_deref(),
            Some("postgres://a@db/x?sslmode=disable")
        );
        assert_eq!(without_tls("postgres://a@db/x?sslmode=verify-full"), None);
    }

    #[test]
    fn a_password_is_found_wherever_it_stands() {
        for url in [
            "postgres://me:p%40ss%25@db/x",
            "postgresql:///x?host=/run&password=p%40ss%25",
        ] {
            assert_eq!(password_of(url).as_deref(), Some("p@ss%"), "{url}");
        }
        for url in [
            "postgres://me@db/x",
            "postgres://db:5432/x",
            "postgres:///x",
        ] {
            assert_eq!(password_of(url), None, "{url}");
        }
    }

    #[test]
    fn another_database_is_reached_the_same_way() {
        for (url, other) in [
            ("postgres://me:s@db:5432/x", "postgres://me:s@db:5432/d_1"),
            ("postgres://db", "postgres://db/d_1"),
            (
                "postgresql:///x?host=/run&dbname=y&sslmode=require",
                "postgresql:///d_1?host=/run&sslmode=require",
            ),
        ] {
            assert_eq!(with_database(url, "d_1"), other);
        }
    }

    #[test]
    fn another_login_leaves_nothing_of_the_first() {
        for (url, other) in [
            (
                "postgres://me:s3cret@db:5432/x",
                "postgres://tnt_app:p%40ss@db:5432/x",
            ),
            (
                "postgresql:///x?host=/run/pg&user=me&password=s3cret",
                "postgresql://tnt_app:p%40ss@/x?host=/run/pg",
            ),
            (
                "postgres://db/x?sslmode=require&password=s3cret",
                "postgres://tnt_app:p%40ss@db/x?sslmode=require",
            ),
            (
                "postgres://a:1,b:2/x",
                "postgres://tnt_app:p%40ss@a:1,b:2/x",
            ),
        ] {
            assert_eq!(with_login(url, "tnt_app", Some("p@ss")), other);
        }
        assert_eq!(
            with_login("postgres://me@db/x", "tnt_app", None),
            "postgres://tnt_app@db/x"
        );
    }
}
