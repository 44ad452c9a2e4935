//! One rollout: how far it is, live, and the schemas that failed.

use actix_web::HttpResponse;
use actix_web::web::Path;
use askama::Template;
use domain::staff::{ReadTenants, StaffPermission};
use domain::{RolloutId, RolloutState, TargetState};
use services::StoreError;
use services::rollouts::{self, Counts, Rollout, Space};

use super::{title, tone};
use crate::platform::Platform;
use crate::problem::Problem;
use crate::web::answer;
use crate::web::format::Format;
use crate::web::platform::shell::{StaffPlace, StaffShell};

/// How many schemas that failed are shown.
const SHOWN: i64 = 100;

#[derive(Template)]
#[template(path = "platform/rollouts/one.html")]
struct Page {
    title: String,
    base: String,
    word: &'static str,
    tone: &'static str,
    told: String,
    why: String,
    over: i64,
    all: i64,
    facts: Vec<(&'static str, String)>,
    failed: Vec<Failed>,
    more: i64,
    open: bool,
    runs: bool,
    paused: bool,
    retries: bool,
    may: bool,
    shell: StaffShell,
}

struct Failed {
    place: String,
    schema: String,
    why: String,
    tries: i32,
}

/// `GET /rollouts/{id}`
///
/// # Errors
/// 404, or what keeps it from being read.
pub async fn page(
    platform: Platform<ReadTenants>,
    id: Path<String>,
) -> Result<HttpResponse, Problem> {
    let id = which(&id)?;
    let (found, shell) = platform
        .page(StaffPlace::Rollouts, move |tx| {
            Ok((
                rollouts::of_all(tx, id)?,
                tx.count_targets(id)?,
                tx.targets(id, TargetState::Failed, "", SHOWN)?,
            ))
        })
        .await?;
    let (line, counts, failed) = found;
    answer::page(&Page::of(shell, &line, &counts, failed))
}

/// The rollout of a path.
pub(super) fn which(id: &str) -> Result<RolloutId, Problem> {
    id.parse().map_err(|_| StoreError::NotFound.into())
}

impl Page {
    fn of(shell: StaffShell, line: &Rollout, counts: &Counts, failed: Vec<Space>) -> Self {
        let format = shell.format.clone();
        let title = title(line);
        let shown = i64::try_from(failed.len()).unwrap_or(i64::MAX);
        let runs = matches!(line.state, RolloutState::Waiting | RolloutState::Running);
        Self {
            base: format!("/rollouts/{}", line.id),
            word: line.state.words(),
            tone: tone(line.state),
            told: told(counts, runs, &format),
            why: line.why.clone().unwrap_or_default(),
            over: counts.over(),
            // A bar of nothing is full.
            all: counts.all().max(1),
            facts: facts(line, counts, &format),
            more: counts.failed - shown,
            failed: failed.into_iter().map(row).collect(),
            open: line.state.is_open(),
            runs,
            paused: line.state == RolloutState::Paused,
            retries: counts.failed > 0 && !runs,
            may: shell.may(StaffPermission::ManageTenants),
            shell: shell.titled(&title),
            title,
        }
    }
}

/// "1,842 of 2,000, 3 failed, 40 s left"
fn told(counts: &Counts, runs: bool, format: &Format) -> String {
    let mut told = format!(
        "{} of {}",
        format.count(counts.done),
        format.count(counts.all())
    );
    if counts.failed > 0 {
        told.push_str(&format!(", {} failed", format.count(counts.failed)));
    }
    if let Some(left) = counts.left().filter(|_| runs) {
        told.push_str(&format!(", {} s left", format.count(left / 1_000_000 + 1)));
    }
    told
}

fn facts(line: &Rollout, counts: &Counts, format: &Format) -> Vec<(&'static str, String)> {
    let mut facts = vec![
        (
            "Asked",
            format!("{}, by {}", format.date_time(line.asked_at), line.asked_by),
        ),
        ("At once", format.count(i64::from(line.pace.parallel))),
        ("In a wave", format!("{} %", line.pace.wave_percent)),
        (
            "Stands still at",
            match line.pace.stop_percent {
                0 => "The first failure".to_owned(),
                100 => "No failure".to_owned(),
                percent => format!("{percent} % of failures"),
            },
        ),
    ];
    if counts.waiting + counts.running > 0 {
        facts.push(("Not begun", format.count(counts.waiting)));
        facts.push(("Under way", format.count(counts.running)));
    }
    if let Some(at) = line.finished_at {
        facts.push(("Over", format.date_time(at)));
    }
    facts
}

fn row(space: Space) -> Failed {
    let place = match (&space.tenant, space.schema_name.as_str()) {
        (Some((_, name)), _) => name.clone(),
        (None, "shared") => "The shared tables".to_owned(),
        (None, _) => "A copy that is kept".to_owned(),
    };
    Failed {
        place,
        schema: space.schema_name,
        why: space.error.unwrap_or_default(),
        tries: space.attempts,
    }
}
