//! The overview, the first page after signing in: what is pressing, numbers with how they changed, a chart, limits, health, the
//! last deeds. What a reader may not see elsewhere is not summed up here either.

mod adoption;
mod calls;
mod change;
mod deeds;
mod first;
mod health;
mod meters;
mod notice;
mod people;
mod plain;
mod strip;

use actix_web::HttpResponse;
use actix_web::web::Query;
use askama::Template;
use domain::permission::{Permission, ReadOverview};
use domain::{Period, TimeZone};
use serde::Deserialize;
use services::StoreError;
use services::overview::{self, Counted, Measured, Overview};

use crate::problem::Problem;
use crate::tenant::Tenant;
use crate::web::answer;
use crate::web::chart::Chart;
use crate::web::list::Tab;
use crate::web::shell::{Place, Shell};

use adoption::TakenUp;
use calls::Calls;
use deeds::Deed;
use first::Step;
use health::Health;
use meters::Line;
use notice::Notice;
use strip::Stat;

/// Spans that are looked at, each as it is said in a few letters.
const SPANS: [(Period, &str); 4] = [
    (Period::Day, "24 h"),
    (Period::Week, "7 d"),
    (Period::Month, "30 d"),
    (Period::Quarter, "90 d"),
];

#[derive(Template)]
#[template(path = "overview/page.html")]
struct Page {
    shell: Shell,
    hint: String,
    tabs: Vec<Tab>,
    /// The period in words.
    period: &'static str,
    file: String,
    notice: Option<Notice>,
    /// What to do first in a tenant where nothing happened yet; empty in every other.
    first: Vec<Step>,
    stats: Vec<Stat>,
    calls: Calls,
    lines: Vec<Line>,
    signs: Option<Chart>,
    adoption: TakenUp,
    health: Health,
    deeds: Option<Vec<Deed>>,
}

/// Of when it is asked.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct Asked {
    period: Option<String>,
}

impl Asked {
    /// What cannot be read is thirty days.
    fn period(&self) -> Period {
        let known = SPANS.iter().map(|(period, _)| *period);
        let mut asked = known.filter(|one| self.period.as_deref() == Some(one.as_str()));
        asked.next().unwrap_or(Period::Month)
    }
}

/// `GET /`
///
/// # Errors
/// What keeps the numbers from being read.
pub async fn page(
    tenant: Tenant<ReadOverview>,
    asked: Query<Asked>,
) -> Result<HttpResponse, Problem> {
    let zone = TimeZone::parse(&tenant.entry().timezone).unwrap_or_default();
    let features = tenant.entry().features.clone();
    let (found, shell) = tenant
        .page(Place::Overview, move |tx| {
            Ok(overview::read(tx, zone, &features)?)
        })
        .await?;
    let Some(counted) = found.counted.clone() else {
        return plain::page(&found, shell, zone);
    };
    let measured = measured(&tenant, counted, zone, asked.period()).await?;
    let page = Page::of(&found, &measured, &tenant, shell);
    answer::page(&page)
}

/// What lies in the catalogue, for whoever was proven.
async fn measured(
    tenant: &Tenant<ReadOverview>,
    counted: Counted,
    zone: TimeZone,
    period: Period,
) -> Result<Measured, Problem> {
    let (store, now) = (tenant.app().store.clone(), tenant.request().now);
    let (id, features) = (tenant.id(), tenant.entry().features.clone());
    let read = move || {
        store.platform::<_, StoreError>(now, |tx| {
            overview::measured(tx, (id, zone), &counted, &features, period)
        })
    };
    Ok(tenant.app().beside(tenant.entry(), read).await?)
}

impl Page {
    fn of(
        found: &Overview,
        measured: &Measured,
        tenant: &Tenant<ReadOverview>,
        shell: Shell,
    ) -> Self {
        let period = measured.reading.period;
        let features = &tenant.entry().features;
        let zone = TimeZone::parse(&tenant.entry().timezone).unwrap_or_default();
        let is_new = found.people.total() <= 1 && measured.is_silent();
        Self {
            hint: format!("{} · {} plan", shell.look.name, measured.plan),
            tabs: tabs(period),
            period: period.words(),
            file: format!("/usage.csv?period={period}"),
            notice: notice::notice(found, Some(measured), &shell),
            first: match is_new {
                true => first::steps(&shell, features),
                false => Vec::new(),
            },
            stats: strip::stats(measured, &shell.format),
            calls: Calls::of(measured, features, &shell),
            lines: meters::lines(measured, &shell.format),
            signs: found
                .log
                .as_ref()
                .map(|log| deeds::chart(log, zone, &shell.format)),
            adoption: TakenUp::of(measured, &shell),
            health: Health::of(measured, &shell.format),
            deeds: found.log.as_ref().map(|log| deeds::deeds(log, &shell)),
            shell,
        }
    }
}

fn tabs(current: Period) -> Vec<Tab> {
    let tab = |(period, letters): &(Period, &str)| Tab {
        label: (*letters).to_owned(),
        href: format!("/?period={period}"),
        count: String::new(),
        current: *period == current,
    };
    SPANS.iter().map(tab).collect()
}
