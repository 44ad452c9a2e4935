//! `GET /rollouts`: the application's migrations, how far each came, the latest rollouts, and what the last look at the
//! schemas found.

pub mod back;
pub mod deeds;
pub mod new;
pub mod one;

use actix_web::HttpResponse;
use askama::Template;
use domain::staff::{ReadTenants, StaffPermission};
use domain::{Direction, RolloutState};
use services::rollouts::{self, Drift, Forecast, Measured, Rollout};
use services::vendor::{self, Given};

use super::shell::{StaffPlace, StaffShell};
use crate::platform::Platform;
use crate::problem::Problem;
use crate::web::answer;
use crate::web::format::Format;

/// How many findings the page shows.
const SHOWN: i64 = 200;

#[derive(Template)]
#[template(path = "platform/rollouts/list.html")]
struct Page {
    migrations: Vec<Line>,
    rollouts: Vec<Past>,
    drifts: Vec<Finding>,
    behind: bool,
    stands: bool,
    open: bool,
    may: bool,
    measured: String,
    shell: StaffShell,
}

struct Line {
    version: String,
    name: String,
    schemas: String,
    word: &'static str,
    tone: &'static str,
    back: &'static str,
}

struct Past {
    id: String,
    title: String,
    word: &'static str,
    tone: &'static str,
    when: String,
    why: String,
}

struct Finding {
    place: String,
    what: String,
    wanted: String,
    found: String,
}

/// `GET /rollouts`
///
/// # Errors
/// Not signed in, or no database.
pub async fn page(platform: Platform<ReadTenants>) -> Result<HttpResponse, Problem> {
    let owner = platform.app().store.makes_schemas();
    let (found, shell) = platform
        .page(StaffPlace::Rollouts, |tx| {
            Ok((
                vendor::list(tx)?,
                rollouts::list(tx)?,
                tx.drifts(SHOWN)?,
                tx.measured_rollouts()?,
                tx.schemas_of_tenants()?.len(),
            ))
        })
        .await?;
    let (migrations, past, drifts, measured, schemas) = found;
    let all = i64::try_from(schemas).unwrap_or(i64::MAX);
    let format = &shell.format;
    answer::page(&Page {
        behind: migrations.iter().any(|one| one.schemas < all),
        stands: migrations.iter().any(|one| one.schemas > 0),
        open: past.iter().any(|line| line.state.is_open()),
        may: owner && shell.may(StaffPermission::ManageTenants),
        migrations: migrations
            .iter()
            .rev()
            .map(|one| line(one, all, format))
            .collect(),
        rollouts: past.iter().map(|line| Past::of(line, format)).collect(),
        drifts: drifts.into_iter().map(finding).collect(),
        measured: told(&measured, format),
        shell,
    })
}

fn line(one: &Given, all: i64, format: &Format) -> Line {
    let (word, tone) = match one.schemas {
        0 => ("New", "info"),
        some if some < all => ("Not everywhere", "warn"),
        _ => ("Everywhere", "ok"),
    };
    Line {
        version: one.version.clone(),
        name: one.name.clone(),
        schemas: format!("{} of {}", format.count(one.schemas), format.count(all)),
        word,
        tone,
        back: if one.goes_back { "Yes" } else { "No" },
    }
}

impl Past {
    fn of(line: &Rollout, format: &Format) -> Self {
        Self {
            id: line.id.to_string(),
            title: title(line),
            word: line.state.words(),
            tone: tone(line.state),
            when: format!("{}, {}", line.asked_by, format.relative(line.asked_at)),
            why: line.why.clone().unwrap_or_default(),
        }
    }
}

/// What a rollout does, in words.
pub(super) fn title(line: &Rollout) -> String {
    match (line.direction, line.version.as_str()) {
        (Direction::Up, version) => format!("To {version}"),
        (Direction::Down, "") => "Back to none".to_owned(),
        (Direction::Down, version) => format!("Back to {version}"),
    }
}

pub(super) const fn tone(state: RolloutState) -> &'static str {
    match state {
        RolloutState::Waiting | RolloutState::Running => "info",
        RolloutState::Paused => "warn",
        RolloutState::Done => "ok",
        RolloutState::Failed => "bad",
        RolloutState::Cancelled => "",
    }
}

fn finding(drift: Drift) -> Finding {
    Finding {
        place: drift.tenant.map_or(drift.schema_name, |(_, name)| name),
        what: format!("{} {}", drift.finding.kind, drift.finding.object),
        wanted: drift
            .finding
            .wanted
            .unwrap_or_else(|| "No such thing".to_owned()),
        found: drift.finding.found.unwrap_or_else(|| "Missing".to_owned()),
    }
}

/// What earlier rollouts say of the next.
fn told(measured: &Measured, format: &Format) -> String {
    let (Some(average), Some(most)) = (measured.average, Forecast::most_in_ten_minutes(measured))
    else {
        return "Nothing was rolled out yet that would say how long one schema takes.".to_owned();
    };
    let milliseconds = std::time::Duration::from_micros(u64::try_from(average).unwrap_or(0))
        .as_secs_f64()
        * 1000.0;
    format!(
        "The latest {} schemas took {} ms each on average: two at once bring about {} schemas to a version in ten minutes.",
        format.count(measured.schemas),
        format.decimal(milliseconds, 1),
        format.count(most)
    )
}
