//! `tenantry job`: the queue. Whose job it is and what kind of work is shown, never what is in it.

use clap::{Args, Subcommand, ValueEnum};
use domain::staff::{ManageQueue, ReadQueue};
use domain::{JobId, PageRequest};
use serde_json::{Value as Json, json};
use services::queue::{self, Dropped, Filter, Job as Found, State};

use super::Exit;
use super::desk::{self, Desk};
use super::talk::{Talk, moment, moment_or_never};
use super::trouble::Trouble;
use crate::config::Config;

/// The queue.
#[derive(Debug, Args)]
pub(super) struct Job {
    #[command(flatten)]
    talk: Talk,
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// A page of the jobs in one state
    List {
        /// Where they stand
        #[arg(long, value_enum, default_value_t = Stand::Dead)]
        state: Stand,
        /// Only this kind, by its key; may stand more than once
        #[arg(long)]
        kind: Vec<String>,
        /// Which page
        #[arg(long, default_value_t = 1)]
        page: u32,
        /// How many on a page, 100 at most
        #[arg(long, default_value_t = 50)]
        page_size: u32,
    },
    /// One job that is not done
    Show {
        /// Its id
        id: String,
    },
    /// Try a job at once
    Retry {
        /// Its id
        id: String,
    },
    /// Drop a job that waits or was given up
    Drop {
        /// Its id
        id: String,
    },
}

/// Where a job stands.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum Stand {
    /// Given up
    Dead,
    /// In a worker's hands
    Running,
    /// Waits for its moment
    Queued,
}

impl From<Stand> for State {
    fn from(stand: Stand) -> Self {
        match stand {
            Stand::Dead => Self::Dead,
            Stand::Running => Self::Running,
            Stand::Queued => Self::Queued,
        }
    }
}

pub(super) fn run(config: &Config, asked: &Job) -> Exit {
    desk::at(config, |desk| {
        let talk = asked.talk;
        match &asked.what {
            What::List {
                state,
                kind,
                page,
                page_size,
            } => {
                let page = PageRequest::new(*page, *page_size)
                    .map_err(|error| Trouble::usage(error.to_string()))?;
                let filter = Filter {
                    state: (*state).into(),
                    kinds: kind.clone(),
                    ..Filter::default()
                };
                list(desk, talk, &filter, page)
            }
            What::Show { id } => show(desk, talk, found(id)?),
            What::Retry { id } => retry(desk, talk, found(id)?),
            What::Drop { id } => drop_one(desk, talk, found(id)?),
        }
    })
}

fn found(id: &str) -> Result<JobId, Trouble> {
    id.parse()
        .map_err(|_| Trouble::usage(format!("\"{id}\" is not a job's id; `job list` shows them")))
}

fn list(desk: &Desk<'_>, talk: Talk, filter: &Filter, page: PageRequest) -> Result<Exit, Trouble> {
    let listing = desk.platform::<ReadQueue, _>(|tx| Ok(queue::list(tx, filter, page)?))?;
    let rows = listing.jobs.iter().map(|job| {
        vec![
            job.row.id.to_string(),
            job.row.kind.clone(),
            whose(job),
            format!("{}/{}", job.row.attempts, job.row.max_attempts),
            moment(job.row.run_at),
            job.row.last_error.clone().unwrap_or_default(),
        ]
    });
    let head = ["id", "kind", "tenant", "tries", "due", "why"];
    let jobs: Vec<Json> = listing.jobs.iter().map(row).collect();
    let missing = listing.missing.words();
    let json = json!({ "jobs": jobs, "pagination": listing.totals, "missing": missing });
    let exit = talk.list(&head, rows.collect(), &json)?;
    // Where a program reads it is in the answer.
    for words in missing.iter().filter(|_| !talk.json) {
        eprintln!("{words}");
    }
    Ok(exit)
}

fn show(desk: &Desk<'_>, talk: Talk, id: JobId) -> Result<Exit, Trouble> {
    let job = desk.platform::<ManageQueue, _>(|tx| Ok(queue::read(tx, id)?))?;
    let fields = [
        ("Id", job.row.id.to_string()),
        ("Kind", job.row.kind.clone()),
        ("Does", job.words.to_owned()),
        ("Tenant", whose(&job)),
        ("State", job.row.state.clone()),
        (
            "Tries",
            format!("{} of {}", job.row.attempts, job.row.max_attempts),
        ),
        ("Asked for", moment(job.row.created_at)),
        ("Due", moment(job.row.run_at)),
        ("Given up", moment_or_never(job.row.finished_at)),
        ("Why", job.row.last_error.clone().unwrap_or_default()),
    ];
    talk.card(&fields, &row(&job))
}

fn retry(desk: &Desk<'_>, talk: Talk, id: JobId) -> Result<Exit, Trouble> {
    let job = desk.platform::<ManageQueue, _>(|tx| queue::retry(tx, id))?;
    talk.done(&format!("{} is tried again.", job.row.kind), &row(&job))
}

fn drop_one(desk: &Desk<'_>, talk: Talk, id: JobId) -> Result<Exit, Trouble> {
    talk.confirm(&format!("Drop {id}? It is not done any more."))?;
    let dropped = desk.platform::<ManageQueue, _>(|tx| queue::drop_job(tx, id))?;
    let (word, words) = match dropped {
        Dropped::Cleared => ("cleared", "It is off the list."),
        Dropped::GivenUp => ("given_up", "A worker gives it up without trying it."),
    };
    talk.done(words, &json!({ "id": id.to_string(), "dropped": word }))
}

fn whose(job: &Found) -> String {
    let tenant = job.row.tenant.as_ref();
    tenant.map_or_else(|| "the platform".to_owned(), |(_, name)| name.clone())
}

fn row(job: &Found) -> Json {
    json!({
        "id": job.row.id.to_string(),
        "kind": job.row.kind,
        "tenant_id": job.row.tenant.as_ref().map(|(id, _)| id.to_string()),
        "state": job.row.state,
        "attempts": job.row.attempts,
        "max_attempts": job.row.max_attempts,
        "run_at": job.row.run_at,
        "created_at": job.row.created_at,
        "finished_at": job.row.finished_at,
        "last_error": job.row.last_error,
    })
}
