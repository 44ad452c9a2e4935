//! The overview, the first page after signing in: numbers, a chart, the last deeds. What a reader may not
//! see elsewhere is not summed up here either.

mod notice;
mod parts;

use actix_web::HttpResponse;
use askama::Template;
use domain::TimeZone;
use domain::permission::{Permission, ReadOverview};
use services::overview;

use crate::problem::Problem;
use crate::tenant::Tenant;
use crate::web::answer;
use crate::web::chart::{Chart, Meter};
use crate::web::shell::{Place, Shell};

use notice::Notice;
use parts::{Deed, Fact, Stat};

#[derive(Template)]
#[template(path = "overview/page.html")]
struct Page {
    shell: Shell,
    hint: String,
    notice: Option<Notice>,
    stats: Vec<Stat>,
    seats: Option<Meter>,
    seats_note: String,
    /// Nobody but the reader is here.
    alone: bool,
    log: Option<Log>,
}

impl Page {
    /// What leads to the people, for those who may see them.
    fn people_link(&self) -> &'static str {
        if self.shell.may(Permission::ReadUsers) {
            "People"
        } else {
            ""
        }
    }
}

/// What only those see who may read the log.
struct Log {
    chart: Chart,
    facts: Vec<Fact>,
    deeds: Vec<Deed>,
}

/// `GET /`
///
/// # Errors
/// What keeps the numbers from being read.
pub async fn page(tenant: Tenant<ReadOverview>) -> Result<HttpResponse, Problem> {
    let zone = TimeZone::parse(&tenant.entry().timezone).unwrap_or_default();
    let (found, shell) = tenant
        .page(Place::Overview, move |tx| Ok(overview::read(tx, zone)?))
        .await?;
    answer::page(&Page {
        hint: format!("{} · {}", shell.look.name, shell.look.host),
        notice: notice::notice(&found, &shell),
        stats: parts::stats(&found, &shell),
        seats: parts::seats(found.seats, &shell.format),
        seats_note: parts::seats_note(found.seats, &shell.format),
        alone: found.people.total() <= 1,
        log: found.log.as_ref().map(|log| Log {
            chart: parts::chart(log, zone, &shell.format),
            facts: parts::facts(log, &shell.format),
            deeds: log
                .recent
                .iter()
                .map(|entry| Deed::new(entry, &shell))
                .collect(),
        }),
        shell,
    })
}
