//! `tenantry drift`: whether the schemas of tenants are what their migrations make.

use clap::Args;
use domain::staff::ReadTenants;
use serde_json::{Value as Json, json};
use services::rollouts;

use super::Exit;
use super::desk::{self, Desk};
use super::talk::Talk;
use super::trouble::Trouble;
use crate::config::Config;

/// How many findings are shown.
const SHOWN: i64 = 1_000;

/// What the schemas have that their migrations do not make, and the other way.
#[derive(Debug, Args)]
pub(super) struct Asked {
    #[command(flatten)]
    talk: Talk,
}

pub(super) fn run(config: &Config, asked: &Asked) -> Exit {
    desk::at(config, |desk| look(desk, asked.talk))
}

fn look(desk: &Desk<'_>, talk: Talk) -> Result<Exit, Trouble> {
    let now = desk.now;
    let found = rollouts::look_for_drift(&desk.store, &|| now);
    let found = found.map_err(|error| Trouble::new(Exit::Database, error.to_string()))?;
    if found == 0 {
        return talk.done("Every schema is what its migrations make.", &json!([]));
    }
    let all = desk.platform::<ReadTenants, _>(|tx| Ok(tx.drifts(SHOWN)?))?;
    let rows = all.iter().map(|drift| {
        let (wanted, is) = (&drift.finding.wanted, &drift.finding.found);
        vec![
            drift
                .tenant
                .as_ref()
                .map_or_else(|| drift.schema_name.clone(), |(_, name)| name.clone()),
            format!("{} {}", drift.finding.kind, drift.finding.object),
            wanted.clone().unwrap_or_else(|| "no such thing".to_owned()),
            is.clone().unwrap_or_else(|| "missing".to_owned()),
        ]
    });
    let json: Vec<Json> = all
        .iter()
        .map(|drift| {
            json!({
                "schema": drift.schema_name,
                "tenant": drift.tenant.as_ref().map(|(id, _)| id.to_string()),
                "kind": drift.finding.kind,
                "object": drift.finding.object,
                "wanted": drift.finding.wanted,
                "found": drift.finding.found,
            })
        })
        .collect();
    talk.list(
        &["where", "what", "by the migrations", "is"],
        rows.collect(),
        &json!(json),
    )?;
    Err(Trouble::new(
        Exit::Disproved,
        format!("{found} things are not as the migrations make them"),
    ))
}
