//! The page of the queue: what failed, runs and waits, and what can be done about it. A job's payload is
//! never shown: it may be a tenant's.

mod asked;
pub mod deeds;

use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use chrono::{DateTime, Utc};
use domain::staff::ReadQueue;
use domain::{PageRequest, StaffPermission};
use services::jobs::JobKind;
use services::queue::{self, Job, Listing, State};

use asked::Asked;

use super::shell::{StaffPlace, StaffShell};
use crate::platform::Platform;
use crate::problem::Problem;
use crate::web::answer;
use crate::web::audit::asked::searched;
use crate::web::format::Format;
use crate::web::list::{FilterOption, Pager, Tab, chosen};

#[derive(Template)]
#[template(path = "platform/jobs/list.html")]
struct List {
    shell: StaffShell,
    tabs: Vec<Tab>,
    q: String,
    state: &'static str,
    kinds: Vec<FilterOption>,
    kind_told: String,
    rows: Vec<Row>,
    pager: Pager,
    /// Where everything of this state is shown; empty when it is already.
    all: String,
    /// The one kind that is listed, when all its failed jobs can be tried again together.
    retries: Option<&'static str>,
    manages: bool,
    /// What is not listed, and why.
    missing: Vec<String>,
}

struct Row {
    id: String,
    kind: String,
    words: &'static str,
    tenant: String,
    state: String,
    tries: String,
    reason: String,
    due: Told,
    asked: Told,
    retries: bool,
}

/// A moment in the reader's words.
struct Told {
    when: String,
    full: String,
    machine: String,
}

impl Told {
    fn of(at: DateTime<Utc>, format: &Format) -> Self {
        Self {
            when: format.relative(at),
            full: format.date_time(at),
            machine: format.machine(at),
        }
    }
}

impl Row {
    fn of(job: Job, format: &Format) -> Self {
        let row = job.row;
        let tenant = row
            .tenant
            .map_or("The platform itself".to_owned(), |(_, name)| name);
        Self {
            id: row.id.to_string(),
            kind: row.kind,
            words: job.words,
            tenant,
            tries: format!("{} of {}", row.attempts, row.max_attempts),
            reason: row.last_error.unwrap_or_default(),
            due: Told::of(row.finished_at.unwrap_or(row.run_at), format),
            asked: Told::of(row.created_at, format),
            retries: job.retries || row.state == State::Queued.key(),
            state: row.state,
        }
    }
}

/// `GET /jobs`
///
/// # Errors
/// The page of whatever went wrong.
pub async fn list(
    platform: Platform<ReadQueue>,
    http: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let asked: Asked = serde_html_form::from_str(http.query_string()).unwrap_or_default();
    let page = PageRequest::parse(asked.page.as_deref(), asked.page_size.as_deref());
    let (page, filter) = (page.unwrap_or_default(), asked.filter());
    let (found, shell) = platform
        .page(StaffPlace::Jobs, move |tx| {
            Ok(queue::list(tx, &filter, page)?)
        })
        .await?;
    answer::page(&drawn(shell, &asked, found))
}

fn drawn(shell: StaffShell, asked: &Asked, found: Listing) -> List {
    let (address, state, kinds) = (asked.address(), asked.state(), options(asked));
    let narrowed = !asked.kinds().is_empty() || searched(&asked.q).is_some();
    let only = match asked.kinds().as_slice() {
        [one] => JobKind::from_key(one),
        _ => None,
    };
    let retries = found.jobs.first().is_some_and(|job| job.retries);
    List {
        tabs: tabs(&shell, asked, &found),
        q: asked.q.clone(),
        state: state.key(),
        kind_told: chosen(&kinds),
        kinds,
        pager: Pager::new(&address, &found.totals, &shell.format),
        retries: only
            .map(JobKind::key)
            .filter(|_| retries && state == State::Dead),
        rows: found
            .jobs
            .into_iter()
            .map(|job| Row::of(job, &shell.format))
            .collect(),
        all: if narrowed {
            format!("/jobs?state={}", state.key())
        } else {
            String::new()
        },
        manages: shell.may(StaffPermission::ManageQueue),
        missing: found.missing.words(),
        shell,
    }
}

fn tabs(shell: &StaffShell, asked: &Asked, found: &Listing) -> Vec<Tab> {
    let tab = |(state, count): &(State, i64)| Tab {
        label: told(*state).to_owned(),
        href: format!("/jobs?state={}", state.key()),
        count: shell.format.count(*count),
        current: *state == asked.state(),
    };
    found.counts.iter().map(tab).collect()
}

const fn told(state: State) -> &'static str {
    match state {
        State::Dead => "Failed",
        State::Running => "Running",
        State::Queued => "Queued",
    }
}

fn options(asked: &Asked) -> Vec<FilterOption> {
    let option = |kind: &JobKind| FilterOption {
        value: kind.key().to_owned(),
        label: kind.key().to_owned(),
        checked: asked.kind.iter().any(|key| key == kind.key()),
    };
    JobKind::ALL.iter().map(option).collect()
}
