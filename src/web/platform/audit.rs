//! The pages of the platform's log: the list with its filters in the address, one entry with what changed,
//! the check of the chain. The file is in `export`.

mod asked;
pub mod export;
mod line;

use actix_web::web::{Path, Query};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use domain::AuditEntryId;
use domain::staff::ReadPlatformAudit;
use services::audit::log::Proof;
use services::platform_audit::log;

use super::shell::{StaffPlace, StaffShell};
use crate::platform::{Platform, zone};
use crate::problem::Problem;
use crate::web::answer;
use crate::web::audit::Line;
use crate::web::audit::asked::Anchored;
use crate::web::diff::{Line as Change, diff};
use crate::web::list::{FilterOption, Pager, chosen};

use asked::{Asked, filter};

#[derive(Template)]
#[template(path = "platform/audit/list.html")]
struct List {
    shell: StaffShell,
    hint: String,
    asked: Asked,
    actions: Vec<FilterOption>,
    action_told: String,
    outcomes: Vec<FilterOption>,
    outcome_told: String,
    lines: Vec<line::Row>,
    pager: Pager,
    all: String,
    csv: String,
}

/// `GET /audit`
///
/// # Errors
/// What keeps the log from being read.
pub async fn list(
    platform: Platform<ReadPlatformAudit>,
    http: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let asked = Asked::read(http.query_string());
    let (page, ask) = (asked.page(), asked.clone());
    let (found, shell) = platform
        .page(StaffPlace::Audit, move |tx| {
            let zone = zone(tx.staff()?);
            Ok(log::list(tx, &filter(&ask, zone), page)?)
        })
        .await?;
    let address = asked.address("/audit");
    let (actions, outcomes) = (asked.actions(), asked.outcomes());
    let row = |entry| line::row(entry, &shell.format, &address);
    answer::page(&List {
        hint: asked.told(&found.totals, &shell.format),
        lines: found.entries.iter().map(row).collect(),
        pager: Pager::new(&address, &found.totals, &shell.format),
        action_told: chosen(&actions),
        outcome_told: chosen(&outcomes),
        actions,
        outcomes,
        all: if asked.is_everything() {
            String::new()
        } else {
            "/audit".to_owned()
        },
        csv: asked.address("/audit.csv").without("page").href(),
        asked,
        shell,
    })
}

#[derive(Template)]
#[template(path = "audit/entry.html")]
struct EntryPage {
    shell: StaffShell,
    line: Line,
    changes: Vec<Change>,
    number: String,
    local: String,
    request: String,
    hash: String,
}

/// `GET /audit/{id}`
///
/// # Errors
/// 404, or what keeps the entry from being read.
pub async fn entry(
    platform: Platform<ReadPlatformAudit>,
    id: Path<String>,
) -> Result<HttpResponse, Problem> {
    let id: AuditEntryId = id.parse().map_err(|_| Problem::not_found())?;
    let (found, shell) = platform
        .page(StaffPlace::Audit, move |tx| Ok(log::entry(tx, id)?))
        .await?;
    let address = Asked::default().address("/audit");
    let line = line::row(&found, &shell.format, &address).line;
    let entry = &found.entry;
    answer::page(&EntryPage {
        changes: diff(entry.before.as_ref(), entry.after.as_ref()),
        number: shell.format.count(entry.seq),
        local: format!("{} ({})", line.local, shell.format.zone()),
        request: entry.request_id.to_string(),
        hash: data_encoding::HEXLOWER.encode(&entry.hash),
        shell: shell.titled(line.sentence()),
        line,
    })
}

#[derive(Template)]
#[template(path = "audit/verification.html")]
struct Verification {
    shell: StaffShell,
    proof: Proof,
    read: String,
    bad: String,
    end: String,
}

/// `GET /audit/verification`
///
/// # Errors
/// What keeps the chain from being read.
pub async fn verification(
    platform: Platform<ReadPlatformAudit>,
    asked: Query<Anchored>,
) -> Result<HttpResponse, Problem> {
    let anchor = asked.anchor().map_err(Problem::bad_request)?;
    let (proof, shell) = platform
        .page(StaffPlace::Audit, move |tx| {
            Ok(log::verify(tx, anchor.as_ref())?)
        })
        .await?;
    let told = |seq: i64| shell.format.count(seq);
    answer::page(&Verification {
        read: told(proof.verdict.entries),
        bad: proof.verdict.bad_seq.map(told).unwrap_or_default(),
        end: proof
            .end
            .as_ref()
            .map(ToString::to_string)
            .unwrap_or_default(),
        shell: shell.titled("Check the log"),
        proof,
    })
}
