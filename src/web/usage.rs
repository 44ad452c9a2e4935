//! Usage and limits: everything that is limited, how much of it is in use, and when it begins anew.

mod charts;
mod csv;
mod figures;
mod live;
mod measured;

use actix_web::HttpResponse;
use actix_web::web::Query;
use askama::Template;
use domain::Standing;
use domain::permission::ReadUsage;
use services::limits::{self, Stand};
use services::usage::Look;

use crate::problem::Problem;
use crate::tenant::Tenant;
use crate::web::answer;
use crate::web::chart::Meter;
use crate::web::format::Format;
use crate::web::shell::Shell;
pub(in crate::web) use charts::{area, start, told};
pub use csv::csv;
use figures::Figures;
pub use live::live;
use measured::Asked;

#[derive(Template)]
#[template(path = "usage/page.html")]
struct Page {
    shell: Shell,
    figures: Figures,
    /// Where the figures are told anew.
    live: String,
}

/// One resource.
struct Line {
    name: String,
    /// Where it is limited and counted.
    meter: Option<Meter>,
    /// Where it is not: what there is to say.
    told: String,
    /// What is set aside, when it begins anew, until when more is let through.
    note: String,
}

/// `GET /usage`
///
/// # Errors
/// Not signed in, not allowed, or no database.
pub async fn page(tenant: Tenant<ReadUsage>, asked: Query<Asked>) -> Result<HttpResponse, Problem> {
    // Whoever may not see it costs nobody the reading.
    tenant.run(|_| Ok(())).await?;
    let period = asked.period();
    let (figures, shell) = Figures::read(&tenant, period).await?;
    answer::page(&Page {
        figures,
        live: match shell.visiting {
            true => String::new(),
            false => format!("/usage/live?period={period}"),
        },
        shell,
    })
}

impl Line {
    fn of(stand: &Stand, look: &Look, format: &Format) -> Self {
        let told = match (stand.used, stand.limit) {
            (None, Some(limit)) => format!(
                "{} at most. How much is in use is not measured yet.",
                format.count(limit)
            ),
            (None, None) => "Not limited, and not measured yet.".to_owned(),
            (Some(used), None) => format!("{} in use. Not limited.", format.count(used)),
            (Some(_), Some(_)) => String::new(),
        };
        Self {
            name: stand.resource.name.clone(),
            meter: stand
                .used
                .zip(stand.limit)
                .map(|(used, limit)| meter(stand, used, limit, format)),
            told,
            note: [note(stand, format), ahead(stand, look, format)]
                .join(" ")
                .trim()
                .to_owned(),
        }
    }
}

/// The bar, which shows hundredths; the numbers beside it are exact.
pub(in crate::web) fn meter(stand: &Stand, used: i64, limit: i64, format: &Format) -> Meter {
    let share = u32::try_from(stand.percent.unwrap_or(0)).unwrap_or(u32::MAX);
    let mut meter = Meter::new(&*stand.resource.name, share.min(100), 100, format);
    meter.told = format!("{} of {}", format.count(used), format.count(limit));
    (meter.level, meter.word) = match stand.standing {
        Standing::Healthy => ("", ""),
        Standing::Warning => ("warn", "Near limit"),
        Standing::Grace => ("bad", "Beyond the limit"),
        Standing::Exceeded => ("bad", "Full"),
    };
    meter
}

/// When the limit will be reached, if it goes on so; empty where it will not be within a year or is already.
fn ahead(stand: &Stand, look: &Look, format: &Format) -> String {
    look.reaches(stand).map_or_else(String::new, |day| {
        format!(
            "If it goes on so, the limit is reached on {}.",
            format.day(day)
        )
    })
}

fn note(stand: &Stand, format: &Format) -> String {
    let mut notes = Vec::new();
    if stand.held > 0 {
        notes.push(format!(
            "{} more set aside by your application.",
            format.count(stand.held)
        ));
    }
    if let Some(until) = stand.grace_until {
        notes.push(format!(
            "More than the limit is let through until {}.",
            format.date_time(until)
        ));
    }
    if stand.resource.key.as_str() == limits::CALLS && stand.used > Some(0) {
        notes.push("Taken in blocks of up to 200, so a few more than were made.".to_owned());
    }
    if let Some(at) = stand.measured_at {
        notes.push(format!("Measured {}.", format.date_time(at)));
    }
    if let Some(at) = stand.resets_at {
        notes.push(format!("Begins anew {}.", format.date_time(at)));
    }
    notes.join(" ")
}
