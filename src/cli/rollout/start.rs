//! Asking for a rollout, or only for what it would do, and watching one.

use std::time::{Duration, Instant};

use clap::Args;
use domain::staff::{ManageTenants, ReadTenants};
use domain::{Direction, Pace, RolloutId, RolloutState};
use services::rollouts::{self, Asked};

use super::forecast::forecast;
use super::shown::{counted, fields, show};
use crate::cli::Exit;
use crate::cli::desk::Desk;
use crate::cli::lint::trouble;
use crate::cli::talk::Talk;
use crate::cli::trouble::Trouble;

const LOOK_EVERY: Duration = Duration::from_millis(200);
/// How long a rollout is watched that no worker takes.
const PATIENCE: Duration = Duration::from_secs(30);

/// A rollout to be asked for.
#[derive(Debug, Args)]
pub(super) struct Start {
    /// To which version [default: the newest]
    #[arg(long)]
    version: Option<String>,
    /// Go back to this version: what newer ones made is deleted
    #[arg(long, conflicts_with = "version")]
    back_to: Option<String>,
    /// Whose schema goes first, by slug or id; may stand more than once
    #[arg(long, value_name = "TENANT")]
    canary: Vec<String>,
    /// Schemas at once
    #[arg(long, default_value_t = Pace::default().parallel)]
    parallel: i32,
    /// How many of all schemas one wave has, in percent
    #[arg(long, default_value_t = Pace::default().wave_percent)]
    wave_percent: i32,
    /// At how many failures, in percent, it stands still
    #[arg(long, default_value_t = Pace::default().stop_percent)]
    stop_percent: i32,
    /// Only say what it would do, and which tables it would keep people from
    #[arg(long, conflicts_with = "back_to")]
    dry_run: bool,
    /// Do not wait until it is over
    #[arg(long)]
    no_wait: bool,
}

pub(super) fn run(desk: &Desk<'_>, talk: Talk, start: &Start) -> Result<Exit, Trouble> {
    take(desk)?;
    if start.dry_run {
        return forecast(
            talk,
            &rollouts::forecast(&desk.store, desk.now, start.version.as_deref())?,
        );
    }
    let (direction, version) = match &start.back_to {
        Some(version) => (Direction::Down, Some(version)),
        None => (Direction::Up, start.version.as_ref()),
    };
    if direction == Direction::Down {
        talk.confirm("What newer versions made, and what was written into it, is deleted in every tenant. Go on?")?;
    }
    let asked = Asked {
        direction,
        version: version.cloned(),
        pace: Pace {
            parallel: start.parallel,
            wave_percent: start.wave_percent,
            stop_percent: start.stop_percent,
        },
        canaries: start.canary.clone(),
    };
    let store = desk.store.clone();
    let id = desk.platform::<ManageTenants, _>(|tx| rollouts::ask(tx, &store, &asked))?;
    if start.no_wait {
        show(desk, talk, id)
    } else {
        watch(desk, talk, id)
    }
}

/// What lies in the folder now is what is rolled out.
fn take(desk: &Desk<'_>) -> Result<(), Trouble> {
    let Some(folder) = &desk.config.application.migrations else {
        return Ok(());
    };
    let found = services::vendor::read(folder).map_err(trouble)?;
    let taken = services::vendor::take(&desk.store, "command line", &desk.request(), &found);
    for told in taken.map_err(trouble)?.told {
        eprintln!("{} {}: {}", told.version, told.object, told.detail);
    }
    Ok(())
}

/// Looks until it is over. A worker does it: where none runs, nothing happens.
pub(super) fn watch(desk: &Desk<'_>, talk: Talk, id: RolloutId) -> Result<Exit, Trouble> {
    let read = || {
        desk.platform::<ReadTenants, _>(|tx| Ok((rollouts::of_all(tx, id)?, tx.count_targets(id)?)))
    };
    let begun = Instant::now();
    let (mut line, mut counts) = read()?;
    let bar = talk.bar(0, "schemas");
    while matches!(line.state, RolloutState::Waiting | RolloutState::Running) {
        if line.state == RolloutState::Waiting && begun.elapsed() > PATIENCE {
            break;
        }
        std::thread::sleep(LOOK_EVERY);
        (line, counts) = read()?;
        bar.set_length(u64::try_from(counts.all()).unwrap_or(0));
        bar.set_position(u64::try_from(counts.over()).unwrap_or(0));
        if counts.failed > 0 {
            bar.set_message(format!("{} failed", counts.failed));
        }
    }
    bar.finish_and_clear();
    match line.state {
        RolloutState::Done => {
            let mut json = fields(&line);
            if let Some(json) = json.as_object_mut() {
                json.insert("counts".to_owned(), counted(&counts));
            }
            talk.done(
                &format!(
                    "{} schemas were brought to {}.",
                    counts.done,
                    named(&line.version)
                ),
                &json,
            )
        }
        RolloutState::Waiting => {
            let words = "no worker took it yet: `tenantry serve` or `tenantry worker` does";
            Err(Trouble::new(Exit::Busy, words))
        }
        _ => {
            show(desk, talk, id)?;
            Err(Trouble::new(
                Exit::Conflict,
                line.why.unwrap_or_else(|| line.state.words().to_owned()),
            ))
        }
    }
}

fn named(version: &str) -> &str {
    if version.is_empty() { "none" } else { version }
}
