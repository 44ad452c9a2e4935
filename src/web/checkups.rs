//! `GET /status`: how the tenant is, part by part in plain words, and how much of the time it was there.

use actix_web::HttpResponse;
use askama::Template;
use domain::permission::ReadUsage;
use domain::{Health, TimeZone};
use services::StoreError;
use services::checkups::{self, Checkup, Uptime};

use crate::problem::Problem;
use crate::tenant::Tenant;
use crate::web::answer;
use crate::web::chart::{Bars, Chart, values};
use crate::web::format::Format;
use crate::web::platform::checkups::state_tone;
use crate::web::shell::{Place, Shell};

#[derive(Template)]
#[template(path = "checkups/page.html")]
struct Page {
    shell: Shell,
    found: Found,
}

/// How a tenant was found, for its own page and the platform's.
pub struct Found {
    /// Whether anybody looked.
    pub checked: bool,
    /// That in a sentence.
    pub sentence: &'static str,
    /// The tone of it.
    pub tone: &'static str,
    /// In a word.
    pub word: &'static str,
    /// Since when, and when it was looked at.
    pub when: String,
    /// Its parts.
    pub parts: Vec<Line>,
    /// How much of the time it was there, by period.
    pub uptime: Vec<(&'static str, String)>,
    /// The last 30 days; `None` where no probe was made.
    pub chart: Option<Chart>,
}

/// A part.
pub struct Line {
    /// What it is called.
    pub name: &'static str,
    /// How it is.
    pub word: &'static str,
    /// The tone of that.
    pub tone: &'static str,
    /// In a sentence.
    pub message: String,
    /// What can be done.
    pub advice: &'static str,
}

/// `GET /status`
///
/// # Errors
/// Not signed in, not allowed, or no database.
pub async fn page(tenant: Tenant<ReadUsage>) -> Result<HttpResponse, Problem> {
    // Whoever may not see it costs nobody the reading.
    tenant.run(|_| Ok(())).await?;
    let (store, now, id) = (
        tenant.app().store.clone(),
        tenant.request().now,
        tenant.id(),
    );
    let zone: TimeZone = tenant.entry().timezone.parse().unwrap_or_default();
    let read = move || {
        store.platform::<_, StoreError>(now, |tx| {
            Ok((checkups::of(tx, id)?, checkups::uptime(tx, id, zone)?))
        })
    };
    let (checkup, uptime) = tenant.app().beside(tenant.entry(), read).await?;
    let ((), shell) = tenant.page(Place::Checkups, |_| Ok(())).await?;
    answer::page(&Page {
        found: Found::of(checkup.as_ref(), &uptime, &shell.format),
        shell,
    })
}

impl Found {
    /// In words and a picture.
    #[must_use]
    pub fn of(checkup: Option<&Checkup>, uptime: &[Uptime], format: &Format) -> Self {
        let (word, tone, sentence) = match checkup.map(|found| found.health) {
            None => ("Not checked", "", "Nobody looked yet."),
            Some(Health::Healthy) => ("Healthy", "ok", "Everything works."),
            Some(Health::Degraded) => (
                "Degraded",
                "warn",
                "People can work. Something needs a look.",
            ),
            Some(Health::Unhealthy) => ("Unhealthy", "bad", "People cannot work at the moment."),
        };
        let parts = checkup.and_then(|found| found.parts.as_ref());
        let lines = parts.into_iter().flat_map(|parts| parts.all());
        Self {
            checked: checkup.is_some(),
            sentence,
            tone,
            word,
            when: checkup.map_or_else(
                || "An open tenant is looked at every 5 minutes.".to_owned(),
                |found| {
                    format!(
                        "So since {}. Last look: {}.",
                        format.date_time(found.since),
                        format.relative(found.checked_at)
                    )
                },
            ),
            parts: lines
                .map(|(name, part)| Line {
                    name,
                    word: part.state.words(),
                    tone: state_tone(part.state),
                    message: part.message.clone(),
                    advice: match part.state >= domain::PartState::Warning {
                        true => advice(name),
                        false => "",
                    },
                })
                .collect(),
            uptime: uptime
                .iter()
                .map(|one| (one.period.words(), share(one, format)))
                .collect(),
            chart: uptime.last().and_then(|month| chart(month, format)),
        }
    }
}

/// What can be done about a part that needs a look.
fn advice(name: &str) -> &'static str {
    match name {
        "Database" => "Whoever runs this portal sees it too. Nothing has to be done here.",
        "Resources" => "See Usage and limits: give something back, or choose another plan.",
        "Services" => {
            "See Settings and the audit log for letters that came back; ask whoever runs this portal about jobs."
        }
        _ => "See API keys: rotate the key before it ends.",
    }
}

fn share(one: &Uptime, format: &Format) -> String {
    let Some(tenths) = one.share().and_then(|tenths| i32::try_from(tenths).ok()) else {
        return "Not measured yet".to_owned();
    };
    format!(
        "{} ({} of {} probes failed)",
        format.percent(f64::from(tenths) / 1000.0, 1),
        format.count(one.failed),
        format.count(one.made)
    )
}

/// A bar a day: probes that found it there, and those that did not. A day without a bar was not measured.
fn chart(month: &Uptime, format: &Format) -> Option<Chart> {
    let (first, ..) = month.days.first().filter(|_| month.made > 0)?;
    let good: Vec<i64> = month
        .days
        .iter()
        .map(|(_, made, failed)| (made - failed).max(0))
        .collect();
    let bad: Vec<i64> = month.days.iter().map(|(_, _, failed)| *failed).collect();
    let bars = Bars {
        unit: "answered".to_owned(),
        values: values(&good),
        bad_unit: "failed".to_owned(),
        bad: values(&bad),
    };
    let sentence = "Probes of each of the last 30 days. A day without a bar was not measured.";
    Some(Chart::bars(
        "probes",
        "Availability",
        sentence,
        *first,
        bars,
        format.clone(),
    ))
}
