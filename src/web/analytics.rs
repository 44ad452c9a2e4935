//! Analytics: how many people come and come back, how much is used, how well it went, and where it goes.

mod csv;
mod figures;
mod kept;

use actix_web::HttpResponse;
use actix_web::web::Query;
use askama::Template;
use domain::permission::{Permission, ReadUsage};
use domain::{Access, Period, TimeZone};
use serde::Deserialize;
use services::StoreError;
use services::analytics::{self, Analytics};
use services::features::Feature;

use crate::problem::Problem;
use crate::tenant::Tenant;
use crate::web::chart::{Area, Chart, Meter, Start};
use crate::web::format::Format;
use crate::web::list::Tab;
use crate::web::shell::{Place, Shell};
use crate::web::{answer, feature};
pub use csv::csv;
use figures::{Fact, Stat};
use kept::Kept;

/// Spans that are looked at.
const SPANS: [Period; 3] = [Period::Week, Period::Month, Period::Quarter];

#[derive(Template)]
#[template(path = "analytics/page.html")]
struct Page {
    shell: Shell,
    tabs: Vec<Tab>,
    file: String,
    stats: Vec<Stat>,
    charts: Vec<Chart>,
    trends: Vec<Fact>,
    facts: Vec<Fact>,
    kept: Kept,
    /// Features whose use is measured.
    adopted: Vec<Meter>,
    /// The others, and why theirs is not.
    unmeasured: Vec<Fact>,
    gaps: Vec<String>,
    reads_usage: bool,
}

/// Of when it is asked.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct Asked {
    period: Option<String>,
    figure: Option<String>,
}

impl Asked {
    /// What cannot be read is thirty days.
    fn period(&self) -> Period {
        let period = self.period.as_deref().map(Period::parse);
        let known = period.and_then(Result::ok);
        let known = known.filter(|period| SPANS.contains(period));
        known.unwrap_or(Period::Month)
    }
}

/// `GET /analytics`
///
/// # Errors
/// Not signed in, not allowed, a plan without it, or no database.
pub async fn page(tenant: Tenant<ReadUsage>, asked: Query<Asked>) -> Result<HttpResponse, Problem> {
    feature::required(&tenant, Feature::AdvancedAnalytics).await?;
    let found = look(&tenant, asked.period()).await?;
    let ((), shell) = tenant.page(Place::Analytics, |_| Ok(())).await?;
    answer::page(&Page::of(&found, shell))
}

/// What there is, for whoever was proven.
async fn look<P: Access>(tenant: &Tenant<P>, period: Period) -> Result<Analytics, Problem> {
    let zone: TimeZone = tenant.entry().timezone.parse().unwrap_or_default();
    let wish = (period, None);
    let inside = tenant.run(move |tx| Ok(analytics::inside(tx, zone, wish)?));
    let inside = inside.await?;
    let (store, now, id) = (
        tenant.app().store.clone(),
        tenant.request().now,
        tenant.id(),
    );
    let features = tenant.entry().features.clone();
    let read = move || {
        store.platform::<_, StoreError>(now, |tx| {
            analytics::look(tx, (id, zone), &features, &inside, wish)
        })
    };
    Ok(tenant.app().beside(tenant.entry(), read).await?)
}

impl Page {
    fn of(found: &Analytics, shell: Shell) -> Self {
        let format = &shell.format;
        let (adopted, unmeasured) = figures::adoption(found, format);
        Self {
            tabs: tabs("/analytics", found.period),
            file: format!("/analytics.csv?period={}", found.period),
            stats: figures::stats(found, format),
            charts: charts(found, format),
            trends: figures::trends(found),
            facts: figures::facts(found, format),
            kept: Kept::of(&found.cohorts, format),
            adopted,
            unmeasured,
            gaps: found
                .gaps
                .iter()
                .map(|gap| super::usage::told(gap, format))
                .collect(),
            reads_usage: shell.may(Permission::ReadUsage),
            shell,
        }
    }
}

/// A tab for each span.
pub(in crate::web) fn tabs(path: &str, current: Period) -> Vec<Tab> {
    let tab = |period: &Period| Tab {
        label: period.words().to_owned(),
        href: format!("{path}?period={period}"),
        count: String::new(),
        current: *period == current,
    };
    SPANS.iter().map(tab).collect()
}

/// A chart for each series, with the period before as a thin line and a file behind it.
fn charts(found: &Analytics, format: &Format) -> Vec<Chart> {
    let days = match found.reading.steps {
        domain::Steps::Days(first, _) => first,
        domain::Steps::Hours(first, _) => first.date_naive(),
    };
    let chart = |one: analytics::Series| {
        let sentence = figures::sentence(&one, format);
        let skipped = u64::try_from(one.skipped).unwrap_or(0);
        let first = days.checked_add_days(chrono::Days::new(skipped));
        let area = Area {
            unit: one.unit.to_owned(),
            values: one.values,
            whole: one.whole,
            before: one.before,
            ..Area::default()
        };
        let chart = Chart::area(
            one.key,
            one.title,
            &sentence,
            Start::Day(first.unwrap_or(days)),
            area,
            format.clone(),
        );
        let file = format!("/analytics.csv?period={}&figure={}", found.period, one.key);
        chart.with_file(file)
    };
    found.series().into_iter().map(chart).collect()
}
