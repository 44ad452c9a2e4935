//! A key in words, and a request with it that can be tried at once.

use domain::{Permission, Permissions};
use services::keys::{self, KeyRow};

use crate::web::format::Format;

/// For how many days both keys of a rotation open.
pub(super) const OVERLAPS: [(i64, &str); 4] = [
    (0, "The old key stops at once"),
    (1, "Both open for a day"),
    (7, "Both open for a week"),
    (30, "Both open for 30 days"),
];

/// A key as a template shows it.
#[derive(Debug, Clone)]
pub(super) struct Line {
    pub(super) href: String,
    pub(super) name: String,
    pub(super) prefix: String,
    pub(super) state: &'static str,
    pub(super) tone: &'static str,
    /// Whether it opens anything now or after a rotation.
    pub(super) lives: bool,
    /// Whether it can be rotated.
    pub(super) rotates: bool,
    /// What is wrong with it; empty for nothing.
    pub(super) warning: String,
    pub(super) scopes: Vec<&'static str>,
    pub(super) scopes_told: String,
    pub(super) made: String,
    pub(super) used: String,
    pub(super) used_full: String,
    pub(super) used_machine: String,
    pub(super) expires: String,
}

impl Line {
    pub(super) fn new(row: &KeyRow, format: &Format) -> Self {
        let now = format.now();
        let state = keys::state(row, now);
        let scopes: Vec<&'static str> = granted(&row.permissions)
            .iter()
            .map(|permission| permission.words())
            .collect();
        Self {
            href: format!("/keys/{}", row.id),
            name: row.name.clone(),
            prefix: row.prefix.clone(),
            state: words(state),
            tone: tone(state),
            lives: matches!(state, "active" | "overlapping" | "resting"),
            rotates: matches!(state, "active" | "resting"),
            warning: warning(row, state),
            scopes_told: told(&scopes),
            scopes,
            made: format!("{}, {}", row.made_by_name, format.date_time(row.created_at)),
            used: format.relative_or_never(row.last_used_at),
            used_full: row
                .last_used_at
                .map_or_else(String::new, |at| format.date_time(at)),
            used_machine: row
                .last_used_at
                .map_or_else(String::new, |at| format.machine(at)),
            expires: row.expires_at.map_or_else(
                || "Until it is revoked".to_owned(),
                |at| format.date_time(at),
            ),
        }
    }
}

fn granted(stored: &[String]) -> Vec<Permission> {
    Permissions::from_keys(stored.iter().map(String::as_str))
        .iter()
        .collect()
}

/// The first of them, and how many more.
fn told(scopes: &[&'static str]) -> String {
    match scopes {
        [] => "Nothing".to_owned(),
        [one] => (*one).to_owned(),
        [first, rest @ ..] => format!("{first} and {} more", rest.len()),
    }
}

fn words(state: &str) -> &'static str {
    match state {
        "active" => "Active",
        "overlapping" => "Replaced soon",
        "resting" => "Resting",
        "replaced" => "Replaced",
        "expired" => "Expired",
        _ => "Revoked",
    }
}

fn tone(state: &str) -> &'static str {
    match state {
        "active" => "ok",
        "overlapping" | "resting" => "warn",
        _ => "",
    }
}

fn warning(row: &KeyRow, state: &str) -> String {
    if row.exposed_at.is_some() && row.revoked_at.is_none() {
        return "It stood in the address of a request, where logs keep it. Rotate it.".to_owned();
    }
    if state == "resting" {
        return format!(
            "{} is not active any more, so it opens nothing until somebody else rotates it.",
            row.made_by_name
        );
    }
    String::new()
}

/// What can be read of a tenant, and with which permission: the most telling first.
const READS: [(Permission, &str); 6] = [
    (Permission::ReadUsers, "/users"),
    (Permission::ReadOverview, ""),
    (Permission::ReadAudit, "/audit"),
    (Permission::ReadRoles, "/roles"),
    (Permission::ReadKeys, "/keys"),
    (Permission::ReadJobs, "/jobs"),
];

/// A request that this key may make, to be tried at once; none for one that reads nothing.
pub(super) fn curl(api: &str, stored: &[String]) -> Option<String> {
    let may = Permissions::from_keys(stored.iter().map(String::as_str));
    let mut reads = READS
        .iter()
        .filter(|(permission, _)| may.allow(*permission));
    let (_, path) = reads.next()?;
    Some(format!(
        "curl {api}/tenants/me{path} \\\n  -H \"Authorization: Bearer $TENANTRY_KEY\""
    ))
}
