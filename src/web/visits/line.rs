//! A visit and a page of it, in words.

use domain::{VisitReach, VisitState};
use services::visits::{Page, Visit};

use crate::web::format::{Format, plural};

/// A visit as a template shows it.
#[derive(Debug, Clone)]
pub(super) struct Line {
    pub(super) href: String,
    pub(super) name: String,
    pub(super) email: String,
    pub(super) role: &'static str,
    pub(super) reason: String,
    pub(super) hours: String,
    pub(super) state: VisitState,
    pub(super) tone: &'static str,
    pub(super) writes: bool,
    pub(super) reach: &'static str,
    pub(super) asked: String,
    pub(super) asked_full: String,
    pub(super) machine: String,
    /// Until when, or when it ended.
    pub(super) until: String,
    pub(super) decided: String,
    pub(super) began: String,
    pub(super) ended: String,
}

impl Line {
    pub(super) fn new(visit: &Visit, format: &Format) -> Self {
        let state = visit.state(format.now());
        Self {
            href: format!("/visits/{}", visit.id()),
            name: visit.staff_name.clone(),
            email: visit.staff_email.clone(),
            role: visit.staff_role.name(),
            reason: visit.reason.clone(),
            hours: format!(
                "{} {}",
                visit.hours,
                plural(i64::from(visit.hours), "hour", "hours")
            ),
            state,
            tone: tone(state),
            writes: visit.reach == VisitReach::Write,
            reach: reach(visit.reach),
            asked: format.relative(visit.asked_at),
            asked_full: format.date_time(visit.asked_at),
            machine: format.machine(visit.asked_at),
            until: until(visit, state, format),
            decided: decided(visit, format),
            began: visit
                .begins_at
                .map_or_else(|| "Not yet entered".to_owned(), |at| format.date_time(at)),
            ended: ended(visit, state, format),
        }
    }
}

const fn tone(state: VisitState) -> &'static str {
    match state {
        VisitState::Asked => "info",
        VisitState::Approved => "ok",
        VisitState::Running => "warn",
        VisitState::Declined | VisitState::Ended | VisitState::Expired => "",
    }
}

const fn reach(reach: VisitReach) -> &'static str {
    match reach {
        VisitReach::Read => "Read only",
        VisitReach::Write => "Read and change",
    }
}

fn until(visit: &Visit, state: VisitState, format: &Format) -> String {
    match state {
        VisitState::Asked => format!("expires {}", format.date_time(visit.expires_at)),
        VisitState::Approved | VisitState::Running => {
            format!("until {}", format.date_time(visit.expires_at))
        }
        VisitState::Declined => visit
            .decided_at
            .map_or_else(String::new, |at| format.date_time(at)),
        VisitState::Ended | VisitState::Expired => {
            format.date_time(visit.ended_at.unwrap_or(visit.expires_at))
        }
    }
}

fn decided(visit: &Visit, format: &Format) -> String {
    match (visit.decided_at, &visit.decided_name) {
        (Some(at), Some(name)) => format!("{name}, {}", format.date_time(at)),
        (Some(at), None) => format!("Your setting to let support in, {}", format.date_time(at)),
        (None, _) => "Not yet".to_owned(),
    }
}

fn ended(visit: &Visit, state: VisitState, format: &Format) -> String {
    match (state, visit.ended_at) {
        (VisitState::Ended, Some(at)) => {
            let name = visit.ended_name.as_deref().unwrap_or("The platform");
            format!("{name}, {}", format.date_time(at))
        }
        (VisitState::Expired, _) => {
            format!("Its time ran out, {}", format.date_time(visit.expires_at))
        }
        _ => String::new(),
    }
}

/// A page that was asked for.
#[derive(Debug, Clone)]
pub(super) struct Step {
    pub(super) at: String,
    pub(super) full: String,
    pub(super) machine: String,
    pub(super) words: String,
    pub(super) path: String,
    /// The same page for the reader; empty for what was sent.
    pub(super) href: String,
    pub(super) sent: bool,
}

impl Step {
    pub(super) fn new(page: &Page, format: &Format) -> Self {
        let sent = page.method != "GET" && page.method != "HEAD";
        Self {
            at: format.relative(page.at),
            full: format.date_time(page.at),
            machine: format.machine(page.at),
            words: words(&page.route).to_owned(),
            path: page.path.clone(),
            href: if sent {
                String::new()
            } else {
                page.path.clone()
            },
            sent,
        }
    }
}

/// What a route shows, for people.
fn words(route: &str) -> &'static str {
    const PLACES: [(&str, &str); 14] = [
        ("/palette/people", "A search for people"),
        ("/users/import", "An import of people"),
        ("/users/export", "The list of people as a file"),
        ("/users/{id}", "One person"),
        ("/users", "The list of people"),
        ("/roles/{id}", "One role"),
        ("/roles", "The roles"),
        ("/audit/{id}", "One entry of the audit log"),
        ("/audit.", "The audit log as a file"),
        ("/audit", "The audit log"),
        ("/visits", "The visits"),
        ("/settings", "The settings"),
        ("/keys", "The API keys"),
        ("/jobs", "The jobs"),
    ];
    if route == "/" {
        return "The overview";
    }
    PLACES
        .iter()
        .find(|(start, _)| route.starts_with(start))
        .map_or("A page", |(_, words)| words)
}
