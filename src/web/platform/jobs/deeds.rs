//! The doors of what is done about jobs: trying one or all of a kind again, dropping one.

use actix_web::HttpResponse;
use actix_web::web::Path;
use askama::Template;
use domain::JobId;
use domain::staff::ManageQueue;
use serde::Deserialize;
use services::jobs::JobKind;
use services::queue::{self, Dropped, State};

use crate::flash;
use crate::platform::Platform;
use crate::problem::Problem;
use crate::web::answer;
use crate::web::format::plural;
use crate::web::forms::Form;
use crate::web::platform::shell::{StaffPlace, StaffShell};
use crate::web::shell::Toast;

/// A form that only says "do it".
#[derive(Debug, Deserialize)]
pub struct Nothing {}

/// The form that tries all jobs of a kind again.
#[derive(Debug, Deserialize)]
pub struct OfKind {
    kind: String,
}

/// `POST /jobs/{id}/retry`
///
/// # Errors
/// 404, a rule, or no database.
pub async fn retry(
    platform: Platform<ManageQueue>,
    id: Path<String>,
    _: Form<Nothing>,
) -> Result<HttpResponse, Problem> {
    let id = job(&id)?;
    let job = platform.run(move |tx| queue::retry(tx, id)).await?;
    let said = Toast::done("It is tried again").text(job.words);
    flash::leave(platform.http(), said);
    Ok(answer::see_other("/jobs?state=queued"))
}

/// `POST /jobs/retry`: all of a kind that failed.
///
/// # Errors
/// 404, a rule, or no database.
pub async fn retry_all(
    platform: Platform<ManageQueue>,
    form: Form<OfKind>,
) -> Result<HttpResponse, Problem> {
    let kind = JobKind::from_key(&form.typed.kind).ok_or_else(Problem::not_found)?;
    let retried = platform.run(move |tx| queue::retry_all(tx, kind)).await?;
    let count = i64::try_from(retried.count).unwrap_or(i64::MAX);
    let jobs = plural(count, "job is", "jobs are");
    let mut said = Toast::done(format!("{count} {jobs} tried again"));
    if !retried.unanswered.is_empty() {
        let tenants = retried.unanswered.join(", ");
        said = said.text(format!(
            "Those of {tenants} are as they were: the database does not answer."
        ));
    }
    flash::leave(platform.http(), said);
    Ok(answer::see_other("/jobs?state=queued"))
}

#[derive(Template)]
#[template(path = "platform/jobs/removal.html")]
struct Removal {
    shell: StaffShell,
    id: String,
    kind: String,
    tenant: String,
    waits: bool,
    back: String,
}

/// `GET /jobs/{id}/removal`
///
/// # Errors
/// 404, or what keeps the job from being read.
pub async fn ask_removal(
    platform: Platform<ManageQueue>,
    id: Path<String>,
) -> Result<HttpResponse, Problem> {
    let id = job(&id)?;
    let (job, shell) = platform
        .page(StaffPlace::Jobs, move |tx| Ok(queue::read(tx, id)?))
        .await?;
    let row = job.row;
    answer::page(&Removal {
        shell: shell.titled("Drop the job?"),
        id: row.id.to_string(),
        waits: row.state == State::Queued.key(),
        back: format!("/jobs?state={}", row.state),
        kind: row.kind,
        tenant: row.tenant.map(|(_, name)| name).unwrap_or_default(),
    })
}

/// `POST /jobs/{id}/removal`
///
/// # Errors
/// 404, a rule, or no database.
pub async fn remove(
    platform: Platform<ManageQueue>,
    id: Path<String>,
    _: Form<Nothing>,
) -> Result<HttpResponse, Problem> {
    let id = job(&id)?;
    let dropped = platform.run(move |tx| queue::drop_job(tx, id)).await?;
    let said = match dropped {
        Dropped::Cleared => Toast::done("The job is cleared"),
        Dropped::GivenUp => Toast::done("The job is given up")
            .text("A worker puts it among the failed ones without trying it."),
    };
    flash::leave(platform.http(), said);
    Ok(answer::see_other("/jobs"))
}

fn job(id: &str) -> Result<JobId, Problem> {
    id.parse().map_err(|_| Problem::not_found())
}
