//! How far the making of a tenant has come: each step, the one that failed with its reason, a new try.

use actix_web::HttpResponse;
use actix_web::web::Path;
use askama::Template;
use domain::TenantState;
use domain::staff::{ManageTenants, ReadTenants, StaffPermission};
use services::tenants::progress::StepProgress;
use services::tenants::{self, Found, Provisioning, StepState};
use services::{StaffTx, VerbError};

use super::words;
use crate::flash;
use crate::platform::Platform;
use crate::problem::Problem;
use crate::web::answer;
use crate::web::format::{Format, plural};
use crate::web::forms::Form;
use crate::web::platform::shell::{StaffPlace, StaffShell};
use crate::web::shell::Toast;

/// A form that only says "do it".
#[derive(Debug, serde::Deserialize)]
pub struct Nothing {}

#[derive(Template)]
#[template(path = "platform/tenants/steps.html")]
struct Page {
    title: String,
    host: String,
    base: String,
    word: &'static str,
    tone: &'static str,
    now_doing: String,
    done_told: String,
    done: usize,
    steps: Vec<Line>,
    admin: String,
    written: bool,
    ended: bool,
    failed: bool,
    manages: bool,
    shell: StaffShell,
}

struct Line {
    name: &'static str,
    state: &'static str,
    word: &'static str,
    error: String,
    tries: String,
    when: String,
}

/// `GET /tenants/{id}/provisioning`
///
/// # Errors
/// 404, or what keeps it from being read.
pub async fn page(
    platform: Platform<ReadTenants>,
    name: Path<String>,
) -> Result<HttpResponse, Problem> {
    let name = name.into_inner();
    let work = move |tx: &mut StaffTx<'_, ReadTenants>| {
        let tenant = tx.named_tenant(&name)?;
        let found = tenants::find(tx, tenant)?;
        Ok((found, tenants::provisioning(tx, tenant)?))
    };
    let ((found, making), shell) = platform.page(StaffPlace::Tenants, work).await?;
    match making {
        Some(making) => answer::page(&Page::of(shell, &found, &making)),
        // It was there before tenants were made in steps.
        None => Ok(answer::see_other(&format!("/tenants/{}", found.record.id))),
    }
}

/// `POST /tenants/{id}/provisioning/retry`
///
/// # Errors
/// 404, 409 when nothing failed, or no database.
pub async fn retry(
    platform: Platform<ManageTenants>,
    name: Path<String>,
    _: Form<Nothing>,
) -> Result<HttpResponse, Problem> {
    let name = name.into_inner();
    let tenant = platform
        .run(move |tx| {
            let tenant = tx.named_tenant(&name)?;
            tenants::retry(tx, tenant)?;
            Ok::<_, VerbError>(tenant)
        })
        .await?;
    flash::leave(platform.http(), Toast::done("It is tried again"));
    Ok(answer::see_other(&format!(
        "/tenants/{tenant}/provisioning"
    )))
}

impl Page {
    fn of(shell: StaffShell, found: &Found, making: &Provisioning) -> Self {
        let record = &found.record;
        let ended = making.is_whole() || making.failed().is_some();
        let failed = record.status == TenantState::Failed;
        let format = shell.format.clone();
        let done_told = match (&making.estimate, making.is_whole()) {
            (_, true) => format!("{} of {} steps", making.done(), making.steps.len()),
            (Ok(at), false) => format!(
                "{} of {} steps, done {}",
                making.done(),
                making.steps.len(),
                format.relative(*at)
            ),
            (Err(why), false) => {
                format!("{} of {} steps. {why}", making.done(), making.steps.len())
            }
        };
        Self {
            title: match (making.is_whole(), failed) {
                (true, _) => format!("{} is ready", record.name),
                (_, true) => format!("{} could not be made", record.name),
                _ => format!("Making {}", record.name),
            },
            host: found.hosts.first().cloned().unwrap_or_default(),
            base: format!("/tenants/{}", record.id),
            word: words::title(record.status),
            tone: words::tone(record.status),
            now_doing: doing(making),
            done_told,
            done: making.done(),
            steps: making
                .steps
                .iter()
                .map(|step| line(step, &format))
                .collect(),
            admin: record.contact.email.clone().unwrap_or_default(),
            // Those who are made up get no letters.
            written: !record.demo,
            ended,
            failed,
            manages: shell.may(StaffPermission::ManageTenants),
            shell: shell
                .titled("Making")
                .below(&record.name, &format!("/tenants/{}", record.id)),
        }
    }
}

fn doing(making: &Provisioning) -> String {
    if making.is_whole() {
        return "Everything is done".to_owned();
    }
    if let Some(step) = making.failed() {
        return format!("Failed: {}", step.step.words());
    }
    let open = making.steps.iter();
    let next = open.clone().find(|step| step.state == StepState::Running);
    let next = next.or_else(|| open.clone().find(|step| step.state == StepState::Waiting));
    next.map_or_else(
        || "Opening the tenant".to_owned(),
        |step| step.step.words().to_owned(),
    )
}

/// A state as the page marks it, and in words.
pub(super) const fn state(state: StepState) -> (&'static str, &'static str) {
    match state {
        StepState::Waiting => ("waiting", "waiting"),
        StepState::Running => ("running", "under way"),
        StepState::Done => ("done", "done"),
        StepState::Failed => ("failed", "failed"),
    }
}

fn line(step: &StepProgress, format: &Format) -> Line {
    let (state, word) = state(step.state);
    let tries = i64::from(step.attempts);
    Line {
        name: step.step.words(),
        state,
        word,
        error: step.error.clone().unwrap_or_default(),
        tries: if tries > 1 {
            format!("{tries} {}", plural(tries, "try", "tries"))
        } else {
            String::new()
        },
        when: step
            .finished_at
            .map(|at| format.time(at))
            .unwrap_or_default(),
    }
}
