//! Moving a tenant to another place: asked for here, done by a worker, watched until it is over.

use std::time::{Duration, Instant};

use clap::Args;
use domain::staff::{ManageTenants, ReadTenants};
use domain::{FieldErrors, MoveId, MoveState, TenantId};
use serde_json::{Value as Json, json};
use services::moves::{self, Asked as Wanted, Move};
use services::nodes;

use super::found;
use crate::cli::Exit;
use crate::cli::desk::Desk;
use crate::cli::talk::{Talk, moment, moment_or_never};
use crate::cli::trouble::Trouble;

const LOOK_EVERY: Duration = Duration::from_millis(200);
/// How long a move is watched that no worker takes.
const PATIENCE: Duration = Duration::from_secs(30);

/// A move to be asked for.
#[derive(Debug, Args)]
pub(super) struct Asked {
    /// Its slug or id
    tenant: String,
    /// Where to: shared, schema, or database
    #[arg(long, value_name = "KIND", required_unless_present = "undo")]
    to: Option<String>,
    /// The server of its new database [default: the one with the fewest tenants]
    #[arg(long, value_name = "NAME")]
    node: Option<String>,
    /// For how many days the old copy is kept [default: 7]
    #[arg(long, value_name = "NUMBER")]
    keep_days: Option<i32>,
    /// Only say what it would take
    #[arg(long)]
    dry_run: bool,
    /// Undo the latest move, with everything that was written since
    #[arg(long, conflicts_with_all = ["to", "node", "keep_days", "dry_run"])]
    undo: bool,
    /// Do not wait for the steps
    #[arg(long)]
    no_wait: bool,
}

pub(super) fn run(desk: &Desk<'_>, talk: Talk, asked: &Asked) -> Result<Exit, Trouble> {
    let tenant = found(desk, &asked.tenant)?;
    let id = if asked.undo {
        let moves = desk.platform::<ReadTenants, _>(|tx| Ok(moves::list(tx, tenant)?))?;
        let mut done = moves.iter().filter(|line| line.state == MoveState::Done);
        let latest = done.next().map(|line| line.id);
        let latest = latest.ok_or_else(|| Trouble::missing("this tenant was never moved"))?;
        desk.platform::<ManageTenants, _>(|tx| moves::undo(tx, tenant, latest))?
    } else {
        let mut errors = FieldErrors::new();
        let to = asked.to.as_deref().unwrap_or_default();
        let to = moves::chosen(&desk.store, "to", to, &mut errors).ok_or(errors)?;
        if asked.dry_run {
            let known = moves::forecast(&desk.store, desk.now, tenant, to)?;
            return forecast(talk, &known);
        }
        let keep_days = asked.keep_days;
        desk.platform::<ManageTenants, _>(|tx| {
            let mut errors = FieldErrors::new();
            let node = nodes::chosen(tx, asked.node.as_deref(), &mut errors)?;
            errors.into_result()?;
            let wanted = Wanted {
                to,
                node,
                keep_days,
            };
            moves::ask(tx, tenant, wanted)
        })?
    };
    watch(desk, talk, tenant, id, asked.no_wait)
}

/// `tenantry tenant moves`
pub(super) fn list(desk: &Desk<'_>, talk: Talk, name: &str) -> Result<Exit, Trouble> {
    let tenant = found(desk, name)?;
    let moves = desk.platform::<ReadTenants, _>(|tx| Ok(moves::list(tx, tenant)?))?;
    let rows = moves.iter().map(|line| {
        vec![
            line.id.to_string(),
            line.from.to_string(),
            line.to.to_string(),
            line.state.to_string(),
            moment(line.asked_at),
            moment_or_never(line.finished_at),
        ]
    });
    let json: Vec<Json> = moves.iter().map(fields).collect();
    talk.list(
        &["id", "from", "to", "state", "asked", "over"],
        rows.collect(),
        &json!(json),
    )
}

fn forecast(talk: Talk, known: &moves::Forecast) -> Result<Exit, Trouble> {
    let seconds = |time: Result<Duration, &'static str>| match time {
        Ok(time) => format!("{:.2} s", time.as_secs_f64()),
        Err(why) => why.to_owned(),
    };
    let volume = match &known.volume {
        Ok(volume) => format!(
            "{} rows in {} tables, {} bytes",
            volume.rows, volume.tables, volume.bytes
        ),
        Err(why) => (*why).to_owned(),
    };
    let rows = vec![
        vec!["from".to_owned(), known.from.to_string()],
        vec!["to".to_owned(), known.to.to_string()],
        vec!["volume".to_owned(), volume],
        vec!["copying".to_owned(), seconds(known.copying)],
        vec!["pause".to_owned(), seconds(known.pause)],
    ];
    let json = json!({
        "from": known.from,
        "to": known.to,
        "tables": known.volume.ok().map(|volume| volume.tables),
        "rows": known.volume.ok().map(|volume| volume.rows),
        "bytes": known.volume.ok().map(|volume| volume.bytes),
        "copying_seconds": known.copying.ok().map(|time| time.as_secs_f64()),
        "pause_seconds": known.pause.ok().map(|time| time.as_secs_f64()),
    });
    talk.list(&["what", "known"], rows, &json)
}

/// Looks until it is over. A worker does it: where none runs, nothing moves.
fn watch(
    desk: &Desk<'_>,
    talk: Talk,
    tenant: TenantId,
    id: MoveId,
    no_wait: bool,
) -> Result<Exit, Trouble> {
    let read = || desk.platform::<ReadTenants, _>(|tx| Ok(moves::of_tenant(tx, tenant, id)?));
    let begun = Instant::now();
    let mut line = read()?;
    let bar = talk.bar(0, "tables");
    while !no_wait && line.state.is_open() {
        if line.state == MoveState::Waiting && begun.elapsed() > PATIENCE {
            break;
        }
        std::thread::sleep(LOOK_EVERY);
        line = read()?;
        let (done, all) = line.tables.unwrap_or_default();
        bar.set_length(u64::try_from(all).unwrap_or(0));
        bar.set_position(u64::try_from(done).unwrap_or(0));
    }
    bar.finish_and_clear();
    let said = talk.done(&format!("{tenant}: {}", line.state.words()), &fields(&line))?;
    match line.state {
        MoveState::Failed | MoveState::Cancelled => {
            let failed = line.steps.iter().find_map(|row| row.error.clone());
            Err(Trouble::new(Exit::Conflict, failed.unwrap_or_default()))
        }
        MoveState::Waiting if !no_wait => {
            let words = "no worker took it yet: `tenantry serve` or `tenantry worker` does";
            Err(Trouble::new(Exit::Busy, words))
        }
        _ => Ok(said),
    }
}

fn fields(line: &Move) -> Json {
    json!({
        "id": line.id,
        "tenant": line.tenant.to_string(),
        "from": line.from,
        "to": line.to,
        "status": line.state,
        "rows_copied": line.rows,
        "pause_microseconds": line.pause,
        "asked_at": line.asked_at,
        "finished_at": line.finished_at,
    })
}
