//! `/` of the platform's host: how the tenants stand, and what needs a look. Only numbers that were counted.

mod inside;

use actix_web::HttpResponse;
use askama::Template;
use domain::TenantState;
use domain::staff::{ReadTenants, StaffPermission};
use services::checkups::{self, Counts};
use services::tenants::numbers::{Numbers, numbers};
use services::visits::{self, UnderWay};
use services::{StaffTx, scalings};

use inside::{Inside, inside as visiting};

use super::tenants::words;
use crate::platform::Platform;
use crate::problem::Problem;
use crate::web::answer;
use crate::web::platform::shell::{StaffPlace, StaffShell};

/// `GET /`
///
/// # Errors
/// Not signed in, or no database.
pub async fn page(platform: Platform<ReadTenants>) -> Result<HttpResponse, Problem> {
    let work = |tx: &mut StaffTx<'_, ReadTenants>| {
        let known = (numbers(tx)?, checkups::summary(tx)?);
        Ok((known, scalings::waiting(tx)?))
    };
    let (((found, health), waiting), shell) = platform.page(StaffPlace::Overview, work).await?;
    let (app, request) = (platform.app().clone(), platform.request().clone());
    let look = move || visits::under_way(&app.store, &request);
    let inside = platform.app().gate.through(look).await;
    let inside = inside.map_err(|error| platform.problem(error))?;
    let home = Home::of(
        shell.count(StaffPlace::Requests, waiting),
        (&found, health),
        &inside,
    );
    answer::page(&home)
}

const HINT: &str = "Every number here was counted just now, health by the last looks.";
const ELSEWHERE: &str = "Every number here was counted just now, health by the last looks; jobs in tenants' own databases within the last minute.";

#[derive(Template)]
#[template(path = "platform/overview.html")]
struct Home {
    hint: &'static str,
    manages: bool,
    nothing: bool,
    tenants: Vec<Stat>,
    work: Vec<Stat>,
    states: Vec<State>,
    newest: Vec<New>,
    inside: Vec<Inside>,
    /// Whose databases do not answer.
    silent: String,
    /// Whether more tenants had askings than were looked at.
    more_inside: bool,
    shell: StaffShell,
}

struct Stat {
    label: &'static str,
    value: String,
    href: String,
    word: &'static str,
    tone: &'static str,
}

struct State {
    label: &'static str,
    tone: &'static str,
    value: String,
    href: String,
}

struct New {
    name: String,
    host: String,
    href: String,
    status: &'static str,
    tone: &'static str,
    when: String,
}

impl Home {
    fn of(shell: StaffShell, (found, health): (&Numbers, Counts), under_way: &UnderWay) -> Self {
        let counts = &found.counts;
        let stat = |label, count: i64, href: &str| Stat {
            label,
            value: shell.format.count(count),
            href: href.to_owned(),
            word: "",
            tone: "",
        };
        let of = |state: TenantState| counts.of(state);
        let tenants = vec![
            stat("Tenants", counts.total(), "/tenants"),
            stat("Active", of(TenantState::Active), "/tenants?status=active"),
            stat("On trial", of(TenantState::Trial), "/tenants?status=trial"),
            stat(
                "New this month",
                found.new,
                &format!("/tenants?created_from={}", found.month),
            ),
        ];
        let jobs = match shell.may(StaffPermission::ReadQueue) {
            true => "/jobs?state=dead",
            false => "",
        };
        let ill = |label, count: i64, word: &str, tone| {
            let href = format!("/health?health={word}");
            warned(stat(label, count, &href), count, tone)
        };
        let work = vec![
            ill("Tenants unhealthy", health.unhealthy, "unhealthy", "bad"),
            ill("Tenants degraded", health.degraded, "degraded", "warn"),
            warned(
                stat(
                    "Trials ending within 7 days",
                    found.ending,
                    &format!(
                        "/tenants?status=trial&trial_ends_until={}&sort=trial_end&order=asc",
                        found.soon
                    ),
                ),
                found.ending,
                "warn",
            ),
            warned(
                stat(
                    "Tenants that could not be made",
                    of(TenantState::Failed),
                    "/tenants?status=failed",
                ),
                of(TenantState::Failed),
                "bad",
            ),
            warned(
                stat("Jobs given up", found.dead_jobs, jobs),
                found.dead_jobs,
                "bad",
            ),
        ];
        Self {
            hint: if found.elsewhere { ELSEWHERE } else { HINT },
            manages: shell.makes_tenants(),
            nothing: counts.total() == 0,
            tenants,
            work,
            states: states(&shell, found),
            newest: newest(&shell, found),
            inside: visiting(&shell, under_way),
            silent: found.silent.join(", "),
            more_inside: under_way.more,
            shell,
        }
    }
}

fn warned(stat: Stat, count: i64, tone: &'static str) -> Stat {
    match count {
        0 => stat,
        _ => Stat {
            word: "Look",
            tone,
            ..stat
        },
    }
}

fn states(shell: &StaffShell, found: &Numbers) -> Vec<State> {
    let there = TenantState::ALL.iter();
    let there = there.filter(|state| found.counts.of(**state) > 0);
    let line = |state: &TenantState| State {
        label: words::title(*state),
        tone: words::tone(*state),
        value: shell.format.count(found.counts.of(*state)),
        href: format!("/tenants?status={state}"),
    };
    there.map(line).collect()
}

fn newest(shell: &StaffShell, found: &Numbers) -> Vec<New> {
    let rows = found.newest.iter().map(|tenant| New {
        name: tenant.name.clone(),
        host: tenant.host.clone().unwrap_or_else(|| tenant.slug.clone()),
        href: format!("/tenants/{}", tenant.id),
        status: words::title(tenant.status),
        tone: words::tone(tenant.status),
        when: shell.format.relative(tenant.created_at),
    });
    rows.collect()
}
