//! `GET /health` of the platform's host: how the tenants are, the worst first, and how large the fleet is.

pub mod deeds;
mod fleet;
pub mod one;
mod query;

use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use domain::staff::{ReadTenants, StaffPermission};
use domain::{Health, PartState};
use services::checkups::{self, Checkup, Counts, Listed};

use super::shell::{StaffPlace, StaffShell};
use super::tenants::words;
use crate::platform::Platform;
use crate::problem::Problem;
use crate::web::answer;
use crate::web::format::{Format, plural};
use crate::web::list::{Pager, Tab};
use query::HealthQuery;

#[derive(Template)]
#[template(path = "platform/checkups/list.html")]
struct Page {
    hint: String,
    tabs: Vec<Tab>,
    search: String,
    health: &'static str,
    rows: Vec<Row>,
    pager: Pager,
    narrowed: bool,
    asked: bool,
    manages: bool,
    fleet: Vec<(&'static str, String)>,
    shell: StaffShell,
}

struct Row {
    id: String,
    name: String,
    slug: String,
    word: &'static str,
    tone: &'static str,
    parts: Vec<(&'static str, &'static str, &'static str)>,
    people: String,
    why: String,
    told: String,
    full: String,
    machine: String,
}

/// `GET /health`
///
/// # Errors
/// Not signed in, not allowed, or no database.
pub async fn page(
    platform: Platform<ReadTenants>,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let query = HealthQuery::parse(request.query_string());
    let asked = query.clone();
    let work = move |tx: &mut services::StaffTx<'_, ReadTenants>| {
        Ok((
            checkups::list(tx, &asked.filter, asked.page)?,
            checkups::fleet(tx)?,
            checkups::is_asked(tx, None)?,
        ))
    };
    let ((found, fleet, asked), shell) = platform.page(StaffPlace::Checkups, work).await?;
    let address = query.address();
    let rows = found.tenants.into_iter();
    answer::page(&Page {
        hint: hint(&found.counts, &shell.format),
        tabs: query.tabs(&found.counts, &shell.format),
        search: query.filter.search.clone(),
        health: query.word(),
        rows: rows.map(|one| Row::of(one, &shell.format)).collect(),
        pager: Pager::new(&address, &found.pagination, &shell.format),
        narrowed: query.narrows(),
        asked,
        manages: shell.may(StaffPermission::ManageTenants),
        fleet: fleet::lines(&fleet, &shell.format),
        shell,
    })
}

fn hint(counts: &Counts, format: &Format) -> String {
    let wrong = counts.degraded + counts.unhealthy;
    let all = counts.all() - counts.unchecked;
    match wrong {
        0 if all == 0 => "No tenant was looked at yet.".to_owned(),
        0 => format!(
            "All {} {} that were looked at are healthy.",
            format.count(all),
            plural(all, "tenant", "tenants")
        ),
        _ => format!(
            "{} of {} {} {} a look.",
            format.count(wrong),
            format.count(all),
            plural(all, "tenant", "tenants"),
            plural(wrong, "needs", "need")
        ),
    }
}

impl Row {
    fn of(one: Listed, format: &Format) -> Self {
        let found = one.checkup.as_ref();
        let at = found.map(|found| found.checked_at);
        let parts = found.and_then(|found| found.parts.as_ref());
        let parts = parts.into_iter().flat_map(|parts| parts.all());
        let state =
            |(name, part): (&'static str, _)| (name, state(part).words(), state_tone(state(part)));
        Self {
            id: one.id.to_string(),
            name: one.name,
            slug: one.slug,
            word: found.map_or("Not checked", |found| found.health.words()),
            tone: found.map_or("", |found| tone(found.health)),
            parts: parts.map(state).collect(),
            people: found
                .and_then(|found| found.people)
                .map_or_else(|| "–".to_owned(), |people| format.count(people)),
            why: match found {
                Some(found) => why(found),
                None if one.status.is_open() => "Its first look comes within 5 minutes.".to_owned(),
                None => format!("It is not open: {}.", words::title(one.status)),
            },
            told: format.relative_or_never(at),
            full: at.map(|at| format.utc(at)).unwrap_or_default(),
            machine: at.map(|at| format.machine(at)).unwrap_or_default(),
        }
    }
}

const fn state(part: &domain::checkup::Part) -> PartState {
    part.state
}

/// What is wrong, in sentences; empty where nothing is.
fn why(found: &Checkup) -> String {
    let parts = found
        .parts
        .as_ref()
        .into_iter()
        .flat_map(|parts| parts.all());
    let wrong = parts.filter(|(_, part)| part.state >= PartState::Warning);
    let mut words: Vec<&str> = wrong.map(|(_, part)| part.message.as_str()).collect();
    words.extend(found.trouble.as_deref());
    words.join(" ")
}

/// The tone of a health's dot.
pub(crate) const fn tone(health: Health) -> &'static str {
    match health {
        Health::Healthy => "ok",
        Health::Degraded => "warn",
        Health::Unhealthy => "bad",
    }
}

/// The tone of a part's dot.
pub(crate) const fn state_tone(state: PartState) -> &'static str {
    match state {
        PartState::None | PartState::Unknown => "",
        PartState::Healthy => "ok",
        PartState::Warning => "warn",
        PartState::Unhealthy => "bad",
    }
}
