//! What is known of a server, in words.

use chrono::TimeDelta;
use services::nodes::Node;

use super::{Looked, of, place};
use crate::web::format::Format;

/// A clock that is nearer to ours than this is right: an answer takes its time too.
const IN_STEP_MILLISECONDS: i64 = 1_000;

/// What is known of a server, the newest look's findings among it.
pub(super) fn facts(node: &Node, looked: &Looked, format: &Format) -> Vec<(&'static str, String)> {
    let mut facts = vec![("Address", place(node))];
    if let Some(look) = node.look.as_ref() {
        let told = |value: Option<String>| value.unwrap_or_else(|| "Not known".to_owned());
        facts.extend([
            (
                "PostgreSQL",
                told(look.server_version.as_deref().map(version)),
            ),
            (
                "Connection",
                told(look.encrypted.map(|yes| encrypted(node, yes).to_owned())),
            ),
            (
                "Answers in",
                told(
                    look.answer_microseconds
                        .map(|took| milliseconds(took, format)),
                ),
            ),
            (
                "Clock",
                told(
                    look.clock_apart_milliseconds
                        .map(|apart| clock(apart, format)),
                ),
            ),
            (
                "Connections",
                told(
                    look.connections
                        .zip(look.connections_most)
                        .map(|(now, most)| of(now, most, format)),
                ),
            ),
            (
                "Size of tenants' databases",
                match look.bytes {
                    Some(bytes) => format.bytes(bytes),
                    None => "Not told to this login".to_owned(),
                },
            ),
        ]);
    }
    facts.push(("Last look", looked.told.clone()));
    facts.push(("Added", format.date(node.created_at)));
    facts
}

/// What has to be said of a connection that others on the way may read; nothing of any other.
pub(super) fn connection(node: &Node) -> &'static str {
    let look = node.look.as_ref();
    let open = look.and_then(|look| look.encrypted) == Some(false);
    if open && node.address.as_deref().is_some_and(is_away) {
        "What goes there is not encrypted, and whoever is on the way can read it. Let the server have a certificate, and end its address in ?sslmode=verify-full."
    } else {
        ""
    }
}

fn encrypted(node: &Node, yes: bool) -> &'static str {
    match (yes, node.address.as_deref()) {
        (true, _) => "Encrypted",
        (false, Some(address)) if is_away(address) => "Not encrypted",
        (false, Some(_)) => "Within this machine",
        (false, None) => "Not encrypted, or within this machine",
    }
}

/// Whether an address leads over a network.
fn is_away(address: &str) -> bool {
    let near = ["/", "localhost", "127.", "[::1]", ":"];
    !address
        .split(',')
        .all(|host| host.is_empty() || near.iter().any(|begin| host.starts_with(begin)))
}

/// The number alone: behind it a packager tells of themselves.
fn version(words: &str) -> String {
    words.split(' ').next().unwrap_or(words).to_owned()
}

fn milliseconds(microseconds: i64, format: &Format) -> String {
    let took = TimeDelta::microseconds(microseconds).to_std();
    let seconds = took.unwrap_or_default().as_secs_f64();
    format!("{} ms", format.decimal(seconds * 1000.0, 1))
}

fn clock(apart: i64, format: &Format) -> String {
    if apart.abs() < IN_STEP_MILLISECONDS {
        return "As ours".to_owned();
    }
    let seconds = format.count(TimeDelta::milliseconds(apart.abs()).num_seconds());
    if apart > 0 {
        format!("{seconds} s ahead of ours")
    } else {
        format!("{seconds} s behind ours")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_leads_over_a_network_or_stays_here() {
        for away in [
            "db2:5432",
            "10.0.0.7:5432",
            "localhost,db2",
            "localhost.example.com,db2",
        ] {
            assert!(is_away(away), "{away}");
        }
        for here in [
            "/run/pg:5433",
            "localhost:5432",
            "127.0.0.1:5432",
            "[::1]:5432",
        ] {
            assert!(!is_away(here), "{here}");
        }
    }
}
