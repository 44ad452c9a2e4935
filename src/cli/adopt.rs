//! `tenantry adopt`: makes the tables of a database that knew one tenant tables of many, in place, while the application goes on.
//! The database is the operator's own; ours is asked for the tenant's id alone, and not where that is given.

mod shown;
mod talk;

use clap::{Args, Subcommand, ValueEnum};
use domain::adoption::{Fill, FillWish, TableName, table_names};
use services::adopt::{self, Leaks, NoAdoption, Wish};
use uuid::Uuid;

use super::Exit;
use super::desk;
use super::talk::Talk;
use super::trouble::Trouble;
use crate::config::Config;
use talk::Teller;

/// Which tables of which database become whose.
#[derive(Debug, Args)]
pub(super) struct Asked {
    #[command(flatten)]
    talk: Talk,
    /// The address of the database, as the owner of its tables; a password is better kept in ~/.pgpass
    #[arg(long, global = true, value_name = "URL")]
    url: Option<String>,
    /// The tables, as SQL names them: accounts,audit."System Logs". Without it what is under way goes on
    #[arg(long, value_name = "NAMES")]
    tables: Option<String>,
    /// Whose rows they are: the slug of a tenant here
    #[arg(long, value_name = "SLUG")]
    tenant: Option<String>,
    /// The tenant's id, where this installation does not know it
    #[arg(long, value_name = "UUID")]
    tenant_id: Option<Uuid>,
    /// How rows that are there get their tenant
    #[arg(long, value_enum, default_value_t)]
    fill: How,
    /// How many rows are written at once
    #[arg(long, value_name = "ROWS", default_value_t = 1000, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    batch: u32,
    /// Print every statement with what it locks, and change nothing
    #[arg(long)]
    dry_run: bool,
    #[command(subcommand)]
    then: Option<Then>,
}

#[derive(Debug, Subcommand)]
enum Then {
    /// How far it is
    Status,
    /// Let the policies hold, once the application names its tenant; there is no way back
    Finish {
        /// Also where a view shows rows of all tenants
        #[arg(long)]
        despite_leaks: bool,
    },
    /// Take everything back
    Undo,
}

#[derive(Debug, Clone, Copy, Default, ValueEnum)]
enum How {
    /// In batches, but by the default where a trigger would fire at every row
    #[default]
    ByTable,
    /// Written in batches
    Batches,
    /// By the column's default: no row is written
    Default,
}

impl From<How> for FillWish {
    fn from(how: How) -> Self {
        match how {
            How::ByTable => Self::ByTable,
            How::Batches => Self::All(Fill::Batches),
            How::Default => Self::All(Fill::Default),
        }
    }
}

pub(super) fn run(config: &Config, asked: &Asked) -> Exit {
    let done = match (&asked.then, &asked.tenant, asked.tenant_id) {
        // Only here is a database of ours needed.
        (None, Some(slug), None) => {
            return desk::in_any_mode(config, |desk| {
                run_for(asked, Some(desk.named_tenant(slug)?.uuid()))
            });
        }
        (None, _, id) => run_for(asked, id),
        (Some(then), ..) => after(asked, then),
    };
    done.unwrap_or_else(|trouble| trouble.tell())
}

fn run_for(asked: &Asked, tenant: Option<Uuid>) -> Result<Exit, Trouble> {
    let url = asked.url()?;
    let wish = match (&asked.tables, tenant) {
        (Some(names), Some(tenant)) => Some(Wish {
            tables: names_in(names)?,
            tenant_name: asked.tenant.clone().unwrap_or_else(|| tenant.to_string()),
            tenant,
            fill: asked.fill.into(),
        }),
        (None, None) if !asked.dry_run => None,
        _ => {
            let words = "say which tables of which tenant: --tables NAMES --tenant SLUG";
            return Err(Trouble::usage(words));
        }
    };
    if let (true, Some(wish)) = (asked.dry_run, &wish) {
        let planned = adopt::plan(url, wish).map_err(trouble)?;
        return shown::plan(asked.talk, &planned);
    }
    let mut teller = Teller::new(asked.talk);
    let adoption = adopt::run(url, wish.as_ref(), asked.batch, &mut |told| {
        teller.hear(&told)
    });
    teller.end();
    let adoption = adoption.map_err(trouble)?;
    if !asked.talk.json {
        eprintln!("{}", talk::THEN);
    }
    shown::adoption(asked.talk, &adoption)
}

fn after(asked: &Asked, then: &Then) -> Result<Exit, Trouble> {
    let (url, talk) = (asked.url()?, asked.talk);
    let mut teller = Teller::new(talk);
    let adoption = match then {
        Then::Status => adopt::status(url)
            .map_err(trouble)?
            .ok_or(NoAdoption::Nothing),
        Then::Finish { despite_leaks } => {
            talk.confirm("From then on nobody without BYPASSRLS reads or writes these tables without naming a tenant. Is the application ready?")?;
            let leaks = if *despite_leaks {
                Leaks::PutUpWith
            } else {
                Leaks::Refused
            };
            adopt::finish(url, leaks, &mut |told| teller.hear(&told))
        }
        Then::Undo => {
            talk.confirm("tenant_id and all that was made with it is dropped from the tables. Take the adoption back?")?;
            let undone = adopt::undo(url, &mut |told| teller.hear(&told)).map_err(trouble)?;
            let names: Vec<String> = undone.tables.iter().map(ToString::to_string).collect();
            let words = format!("Taken back: {} are as they were.", names.join(", "));
            return talk.done(
                &words,
                &serde_json::json!({ "status": "undone", "tables": names }),
            );
        }
    };
    shown::adoption(talk, &adoption.map_err(trouble)?)
}

impl Asked {
    fn url(&self) -> Result<&str, Trouble> {
        let url = self.url.as_deref();
        url.ok_or_else(|| {
            Trouble::usage("say which database: --url postgresql://OWNER@HOST/DATABASE")
        })
    }
}

fn names_in(text: &str) -> Result<Vec<TableName>, Trouble> {
    table_names(text).map_err(|error| Trouble::usage(format!("--tables: {error}")))
}

fn trouble(error: NoAdoption) -> Trouble {
    let exit = match &error {
        NoAdoption::Connect(_)
        | NoAdoption::Language(_)
        | NoAdoption::Database(_)
        | NoAdoption::Statement { .. } => Exit::Database,
        NoAdoption::Refused(refusals) => {
            let lines = refusals
                .iter()
                .map(|one| format!("{}: {}", one.what, one.why));
            return Trouble::several(
                Exit::Conflict,
                lines.chain(["nothing was changed".to_owned()]),
            );
        }
        NoAdoption::Held | NoAdoption::Busy(_) => Exit::Busy,
        NoAdoption::Nothing => Exit::Missing,
        NoAdoption::Another(_) | NoAdoption::NotReady | NoAdoption::Finished => Exit::Conflict,
        NoAdoption::Leaks(_) => {
            let words = "restrict who may read them, or say --despite-leaks; nothing was changed";
            return Trouble::several(Exit::Conflict, [error.to_string(), words.to_owned()]);
        }
        NoAdoption::Meddled(_) | NoAdoption::Unproven(_) | NoAdoption::Ledger(_) => Exit::Disproved,
    };
    Trouble::new(exit, error.to_string())
}
