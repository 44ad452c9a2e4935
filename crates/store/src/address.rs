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
