//! One tenant as the platform sees it: record, seats, hosts, contact, features, its visits, what was done to
//! it, and the way to everything that can be done.

use actix_web::HttpResponse;
use actix_web::web::Path;
use askama::Template;
use domain::staff::{ReadTenants, StaffPermission};
use services::checkups;
use services::scalings;
use services::tenants::whole::{Whole, whole};
use services::visits::Listed;

use super::may::May;
use super::move_lines::{self, MoveLine};
use super::notices::{Deed, Notice, asks_for_more, contact, deed, facts, no_answer, notices};
use super::share;
use super::visit_lines::{VisitLine, lines};
use super::visits;
use super::words;
use crate::platform::Platform;
use crate::problem::Problem;
use crate::web::answer;
use crate::web::chart::Meter;
use crate::web::feature;
use crate::web::platform::checkups::tone as tone_of;
use crate::web::platform::shell::{StaffPlace, StaffShell};

/// `GET /tenants/{id}`
///
/// # Errors
/// 404, or what keeps the tenant from being read.
pub async fn page(
    platform: Platform<ReadTenants>,
    name: Path<String>,
) -> Result<HttpResponse, Problem> {
    let name = name.into_inner();
    let ((whole, checkup, asks), shell) = platform
        .page(StaffPlace::Tenants, move |tx| {
            let tenant = tx.named_tenant(&name)?;
            let mut asked = scalings::of(tx, tenant)?.into_iter();
            let asks = asked.any(|one| one.state.is_open());
            Ok((whole(tx, tenant)?, checkups::of(tx, tenant)?, asks))
        })
        .await?;
    let record = &whole.found.record;
    let seen = visits::listed(&platform, record.id, record.status).await?;
    let mut page = Detail::of(shell, &platform, whole, seen.as_deref().unwrap_or_default());
    if asks {
        page.notices.push(asks_for_more(&page.base));
    }
    if let Some(found) = checkup {
        page.health = (found.health.words(), tone_of(found.health));
    }
    if seen.is_none() {
        page.notices.push(no_answer());
    }
    answer::page(&page)
}

#[derive(Template)]
#[template(path = "platform/tenants/detail.html")]
struct Detail {
    name: String,
    base: String,
    /// How it was found last, in a word with its tone.
    health: (&'static str, &'static str),
    status: &'static str,
    tone: &'static str,
    plan: String,
    demo: bool,
    opens: bool,
    visits_it: bool,
    may: May,
    notices: Vec<Notice>,
    facts: Vec<(&'static str, String)>,
    meter: Option<Meter>,
    seats_note: String,
    hosts: Vec<Host>,
    contact: Vec<(&'static str, String)>,
    features: Vec<(String, &'static str)>,
    product: String,
    visits: Vec<VisitLine>,
    moves: Vec<MoveLine>,
    log: Vec<Deed>,
    log_href: String,
    share: Vec<(&'static str, String)>,
    jobs: Vec<(&'static str, String)>,
    jobs_href: String,
    shell: StaffShell,
}

struct Host {
    name: String,
    href: String,
    canonical: bool,
}

impl Detail {
    fn of(
        shell: StaffShell,
        platform: &Platform<ReadTenants>,
        whole: Whole,
        seen: &[Listed],
    ) -> Self {
        let found = &whole.found;
        let record = &found.record;
        let base = format!("/tenants/{}", record.id);
        let product = serde_json::to_string_pretty(record.product_config.json());
        let meter = found.seats.and_then(|seats| {
            let (used, limit) = (
                u32::try_from(seats.used).ok()?,
                u32::try_from(seats.limit).ok()?,
            );
            Some(Meter::new("Seats", used, limit, &shell.format))
        });
        let own_seats = record.limits.contains_key("users");
        let hosts = found.hosts.iter().enumerate();
        let host = |(place, name): (usize, &String)| Host {
            href: platform.portal_of(name),
            name: name.clone(),
            canonical: place == 0,
        };
        Self {
            health: ("Not checked", ""),
            status: words::title(record.status),
            tone: words::tone(record.status),
            plan: found.plan.terms.name.clone(),
            demo: record.demo,
            opens: record.status.is_open(),
            visits_it: shell.may(StaffPermission::VisitTenants) && record.status.has_rows(),
            may: May::of(
                &shell,
                record.status,
                platform.app().config.database.dedicated,
                whole.pool,
            ),
            notices: notices(&shell, found, &base),
            facts: facts(&shell.format, &whole),
            meter,
            seats_note: if own_seats {
                "A limit of its own, above the plan's.".to_owned()
            } else {
                format!("As {} gives.", found.plan.terms.name)
            },
            hosts: hosts.map(host).collect(),
            contact: contact(&whole),
            features: found
                .features
                .iter()
                .map(|(name, on)| (feature::title(name), if on { "On" } else { "Off" }))
                .collect(),
            product: product.unwrap_or_default(),
            visits: lines(&shell, seen),
            moves: move_lines::lines(&whole.moves, &whole.names, &shell.format),
            log: whole
                .log
                .iter()
                .map(|entry| deed(entry, &shell.format))
                .collect(),
            log_href: format!("/audit?tenant={}", record.slug),
            share: share::lines(
                platform.app().share_of(record.id),
                whole.pool,
                &shell.format,
            ),
            jobs: vec![
                ("Given up", shell.format.count(whole.dead_jobs)),
                ("Waiting or running", shell.format.count(whole.open_jobs)),
            ],
            jobs_href: format!("/jobs?q={}", record.slug),
            name: record.name.clone(),
            base,
            shell: shell.titled(record.name.clone()),
        }
    }
}
