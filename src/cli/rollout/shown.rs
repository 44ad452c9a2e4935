//! One rollout as a card, with the schemas that failed, and its fields.

use domain::staff::ReadTenants;
use domain::{RolloutId, TargetState};
use serde_json::{Value as Json, json};
use services::rollouts::{self, Counts, Rollout};

use crate::cli::Exit;
use crate::cli::desk::Desk;
use crate::cli::talk::{Talk, moment, moment_or_never};
use crate::cli::trouble::Trouble;

/// How many schemas that failed are shown.
const SHOWN: i64 = 100;

pub(super) fn show(desk: &Desk<'_>, talk: Talk, id: RolloutId) -> Result<Exit, Trouble> {
    let (line, counts, failed) = desk.platform::<ReadTenants, _>(|tx| {
        Ok((
            rollouts::of_all(tx, id)?,
            tx.count_targets(id)?,
            tx.targets(id, TargetState::Failed, "", SHOWN)?,
        ))
    })?;
    let mut json = fields(&line);
    if let Some(json) = json.as_object_mut() {
        json.insert("counts".to_owned(), counted(&counts));
        let failed = failed.iter().map(|space| {
            json!({ "schema": space.schema_name, "tenant": space.tenant.as_ref().map(|(id, _)| id.to_string()), "error": space.error })
        });
        json.insert("failed".to_owned(), failed.collect());
    }
    let card = [
        ("id", line.id.to_string()),
        ("to", line.version.clone()),
        ("state", line.state.words().to_owned()),
        ("why", line.why.clone().unwrap_or_default()),
        ("done", format!("{} of {}", counts.done, counts.all())),
        ("failed", counts.failed.to_string()),
        (
            "asked",
            format!("{}, by {}", moment(line.asked_at), line.asked_by),
        ),
        ("over", moment_or_never(line.finished_at)),
    ];
    talk.card(&card, &json)?;
    if !talk.json && !failed.is_empty() {
        let rows = failed.iter().map(|space| {
            let whose = space.tenant.as_ref().map_or("", |(_, name)| name);
            vec![
                space.schema_name.clone(),
                whose.to_owned(),
                space.error.clone().unwrap_or_default(),
            ]
        });
        talk.list(&["schema", "tenant", "why"], rows.collect(), &json!([]))?;
    }
    Ok(Exit::Done)
}

pub(super) fn fields(line: &Rollout) -> Json {
    json!({
        "id": line.id,
        "direction": line.direction,
        "version": line.version,
        "status": line.state,
        "parallel": line.pace.parallel,
        "wave_percent": line.pace.wave_percent,
        "stop_percent": line.pace.stop_percent,
        "asked_at": line.asked_at,
        "asked_by": line.asked_by,
        "begun_at": line.begun_at,
        "finished_at": line.finished_at,
        "why": line.why,
    })
}

pub(super) fn counted(counts: &Counts) -> Json {
    json!({ "waiting": counts.waiting, "running": counts.running, "done": counts.done, "failed": counts.failed })
}
