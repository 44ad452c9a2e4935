//! One move of a tenant: its steps as they are done, what was compared, until when it can be undone.

use actix_web::HttpResponse;
use askama::Template;
use domain::staff::{ReadTenants, StaffPermission};
use domain::{MoveState, MoveStep};
use services::StaffTx;
use services::moves::{self, KeptCopy, Move};
use services::nodes;
use services::tenants::StepState;

use super::move_deeds::{Named, which};
use super::move_lines::{facts, tone, way};
use crate::platform::Platform;
use crate::problem::Problem;
use crate::web::answer;
use crate::web::format::Format;
use crate::web::platform::shell::{StaffPlace, StaffShell};

#[derive(Template)]
#[template(path = "platform/tenants/move.html")]
struct Page {
    title: String,
    way: String,
    base: String,
    word: &'static str,
    tone: &'static str,
    now_doing: String,
    told: String,
    done: usize,
    steps: Vec<Line>,
    facts: Vec<(&'static str, String)>,
    compared: Vec<(String, String, String)>,
    open: bool,
    kept: bool,
    manages: bool,
    back: String,
    shell: StaffShell,
}

struct Line {
    name: &'static str,
    state: &'static str,
    word: &'static str,
    error: String,
    when: String,
}

/// `GET /tenants/{id}/moves/{move}`
///
/// # Errors
/// 404, or what keeps it from being read.
pub async fn page(platform: Platform<ReadTenants>, names: Named) -> Result<HttpResponse, Problem> {
    let (name, id) = names.into_inner();
    let id = which(&id)?;
    let work = move |tx: &mut StaffTx<'_, ReadTenants>| {
        let tenant = tx.named_tenant(&name)?;
        let line = moves::of_tenant(tx, tenant, id)?;
        let kept = moves::kept(tx, &line)?;
        let way = way(&line, &nodes::names(tx)?);
        Ok((tx.tenant_record(tenant)?.name, line, way, kept))
    };
    let ((name, line, way, kept), shell) = platform.page(StaffPlace::Tenants, work).await?;
    answer::page(&Page::of(shell, &name, &line, way, kept.as_ref()))
}

impl Page {
    fn of(
        shell: StaffShell,
        name: &str,
        line: &Move,
        way: String,
        kept: Option<&KeptCopy>,
    ) -> Self {
        let format = shell.format.clone();
        let back = format!("/tenants/{}", line.tenant);
        let done = line.steps.iter().filter(|row| row.state == StepState::Done);
        let done = done.count();
        Self {
            title: match line.state {
                MoveState::Done => format!("{name} is moved"),
                MoveState::Failed => format!("{name} could not be moved"),
                MoveState::Cancelled => format!("The move of {name} was stopped"),
                MoveState::Waiting | MoveState::Running => format!("Moving {name}"),
            },
            way,
            base: format!("{back}/moves/{}", line.id),
            word: line.state.words(),
            tone: tone(line.state),
            now_doing: doing(line),
            told: told(line, &format),
            done,
            steps: line
                .steps
                .iter()
                .filter_map(|row| step(row, &format))
                .collect(),
            facts: facts(line, kept, &format),
            compared: line
                .compared
                .iter()
                .map(|table| {
                    (
                        table.table.clone(),
                        format.count(table.rows),
                        table.digest.clone(),
                    )
                })
                .collect(),
            open: line.state.is_open(),
            kept: kept.is_some(),
            manages: shell.may(StaffPermission::ManageTenants),
            shell: shell.titled("Move").below(name, &back),
            back,
        }
    }
}

fn doing(line: &Move) -> String {
    let open = line.steps.iter().find(|row| row.state != StepState::Done);
    let step = open.and_then(|row| row.step.parse::<MoveStep>().ok());
    match (line.state, step) {
        (MoveState::Done, _) => "Everything is in the new place".to_owned(),
        (MoveState::Waiting, _) => "Waiting for a worker".to_owned(),
        (_, Some(step)) => step.words().to_owned(),
        (_, None) => line.state.words().to_owned(),
    }
}

fn told(line: &Move, format: &Format) -> String {
    match (line.rows, line.tables) {
        (Some(rows), Some((done, all))) => {
            let rows = format.count(rows);
            format!("{rows} rows copied, {done} of {all} tables")
        }
        _ => String::new(),
    }
}

fn step(row: &services::tenants::StepRow, format: &Format) -> Option<Line> {
    let step: MoveStep = row.step.parse().ok()?;
    let (state, word) = super::steps::state(row.state);
    Some(Line {
        name: step.words(),
        state,
        word,
        error: row.error.clone().unwrap_or_default(),
        when: row
            .finished_at
            .map(|at| format.time(at))
            .unwrap_or_default(),
    })
}
