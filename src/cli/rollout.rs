//! `tenantry rollout`: the application's migrations brought to every schema of tenants. Asked for here, done by a worker,
//! watched until it is over.

mod forecast;
mod shown;
mod start;

use clap::{Args, Subcommand};
use domain::RolloutId;
use domain::staff::{ManageTenants, ReadTenants};
use serde_json::{Value as Json, json};
use services::rollouts;
use services::{StaffTx, VerbError};

use super::Exit;
use super::desk::{self, Desk};
use super::talk::{Talk, moment, moment_or_never};
use super::trouble::Trouble;
use crate::config::Config;
use shown::{fields, show};

/// The application's migrations in the schemas of tenants.
#[derive(Debug, Args)]
pub(super) struct Asked {
    #[command(flatten)]
    talk: Talk,
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// The latest rollouts
    List,
    /// The migrations there are, and how far each came
    Migrations,
    /// Bring every schema to a version
    Start(start::Start),
    /// One rollout, with the schemas that failed
    Show(Named),
    /// Let it stand still
    Pause(Named),
    /// Let it go on
    Resume(Named),
    /// End it early; what is done stays
    Cancel(Named),
    /// Try what failed again, and nothing else
    Retry(Named),
}

/// A rollout.
#[derive(Debug, Args)]
struct Named {
    /// Its id; the latest where none is given
    rollout: Option<String>,
}

pub(super) fn run(config: &Config, asked: &Asked) -> Exit {
    let talk = asked.talk;
    desk::at(config, |desk| match &asked.what {
        What::List => list(desk, talk),
        What::Migrations => migrations(desk, talk),
        What::Start(what) => start::run(desk, talk, what),
        What::Show(which) => show(desk, talk, which.found(desk)?),
        What::Pause(which) => deed(desk, talk, which, rollouts::pause),
        What::Cancel(which) => deed(desk, talk, which, rollouts::cancel),
        What::Resume(which) => go_on(desk, talk, which, rollouts::resume),
        What::Retry(which) => go_on(desk, talk, which, rollouts::retry),
    })
}

type Deed = fn(&mut StaffTx<'_, ManageTenants>, RolloutId) -> Result<(), VerbError>;

impl Named {
    fn found(&self, desk: &Desk<'_>) -> Result<RolloutId, Trouble> {
        let Some(id) = &self.rollout else {
            let all = desk.platform::<ReadTenants, _>(|tx| Ok(rollouts::list(tx)?))?;
            let latest = all.first().map(|line| line.id);
            return latest.ok_or_else(|| Trouble::missing("there was no rollout yet"));
        };
        id.parse()
            .map_err(|_| Trouble::missing(format!("there is no rollout \"{id}\"")))
    }
}

fn deed(desk: &Desk<'_>, talk: Talk, which: &Named, deed: Deed) -> Result<Exit, Trouble> {
    let id = which.found(desk)?;
    desk.platform::<ManageTenants, _>(|tx| deed(tx, id))?;
    show(desk, talk, id)
}

fn go_on(desk: &Desk<'_>, talk: Talk, which: &Named, deed: Deed) -> Result<Exit, Trouble> {
    let id = which.found(desk)?;
    desk.platform::<ManageTenants, _>(|tx| deed(tx, id))?;
    start::watch(desk, talk, id)
}

fn list(desk: &Desk<'_>, talk: Talk) -> Result<Exit, Trouble> {
    let all = desk.platform::<ReadTenants, _>(|tx| Ok(rollouts::list(tx)?))?;
    let rows = all.iter().map(|line| {
        vec![
            line.id.to_string(),
            line.direction.to_string(),
            line.version.clone(),
            line.state.to_string(),
            moment(line.asked_at),
            moment_or_never(line.finished_at),
        ]
    });
    let json: Vec<Json> = all.iter().map(fields).collect();
    let head = ["id", "direction", "version", "state", "asked", "over"];
    talk.list(&head, rows.collect(), &json!(json))
}

fn migrations(desk: &Desk<'_>, talk: Talk) -> Result<Exit, Trouble> {
    let all = desk.platform::<ReadTenants, _>(|tx| Ok(services::vendor::list(tx)?))?;
    let rows = all.iter().map(|one| {
        vec![
            one.version.clone(),
            one.name.clone(),
            one.schemas.to_string(),
            moment_or_never(one.released_at),
        ]
    });
    let json: Vec<Json> = all
        .iter()
        .map(|one| {
            json!({
                "version": one.version, "name": one.name, "schemas": one.schemas,
                "given_at": one.given_at, "released_at": one.released_at, "goes_back": one.goes_back,
            })
        })
        .collect();
    talk.list(
        &["version", "name", "schemas", "released"],
        rows.collect(),
        &json!(json),
    )
}
