//! The audit log's pages: the list with its filters in the address, one entry with what changed, the
//! check of the chain. Files are in `export`.

pub(in crate::web) mod asked;
pub mod export;
pub(super) mod line;

use actix_web::web::{Path, Query};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use domain::AuditEntryId;
use domain::permission::{Permission, ReadAudit};
use services::audit::log::{self, Proof};

use crate::problem::Problem;
use crate::tenant::Tenant;
use crate::web::answer;
use crate::web::diff::{Line as Change, diff};
use crate::web::list::{FilterOption, Pager, chosen};
use crate::web::shell::{Place, Shell};

pub(in crate::web) use line::Line;

/// The query of a tenant's log.
type Asked = asked::Asked<asked::OfTenant>;

#[derive(Template)]
#[template(path = "audit/list.html")]
struct List {
    shell: Shell,
    hint: String,
    asked: Asked,
    actions: Vec<FilterOption>,
    action_told: String,
    outcomes: Vec<FilterOption>,
    outcome_told: String,
    lines: Vec<Line>,
    pager: Pager,
    all: String,
    csv: String,
    ndjson: String,
}

/// `GET /audit`
///
/// # Errors
/// What keeps the log from being read.
pub async fn list(tenant: Tenant<ReadAudit>, http: HttpRequest) -> Result<HttpResponse, Problem> {
    let asked = Asked::read(http.query_string());
    let (page, ask, zone) = (asked.page(), asked.clone(), tenant.entry().timezone.clone());
    let (found, shell) = tenant
        .page(Place::Audit, move |tx| {
            let zone = asked::zone(tx.user().ok(), &zone);
            Ok(log::list(tx, &ask.filter(zone), page)?)
        })
        .await?;
    let address = asked.address("/audit");
    let (actions, outcomes) = (asked.actions(), asked.outcomes());
    answer::page(&List {
        hint: asked.told(&found.totals, &shell.format),
        lines: found
            .entries
            .iter()
            .map(|entry| Line::new(entry, &shell.format, &address))
            .collect(),
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
        ndjson: asked.address("/audit.ndjson").without("page").href(),
        asked,
        shell,
    })
}

#[derive(Template)]
#[template(path = "audit/entry.html")]
struct EntryPage {
    shell: Shell,
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
pub async fn entry(tenant: Tenant<ReadAudit>, id: Path<String>) -> Result<HttpResponse, Problem> {
    let id: AuditEntryId = id.parse().map_err(|_| Problem::not_found())?;
    let (entry, shell) = tenant
        .page(Place::Audit, move |tx| Ok(log::entry(tx, id)?))
        .await?;
    let line = Line::new(&entry, &shell.format, &Asked::default().address("/audit"));
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
    shell: Shell,
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
    tenant: Tenant<ReadAudit>,
    asked: Query<asked::Anchored>,
) -> Result<HttpResponse, Problem> {
    let anchor = asked.anchor().map_err(Problem::bad_request)?;
    let (proof, shell) = tenant
        .page(Place::Audit, move |tx| {
            Ok(log::verify(tx, anchor.as_ref())?)
        })
        .await?;
    answer::page(&Verification {
        read: shell.format.count(proof.verdict.entries),
        bad: proof
            .verdict
            .bad_seq
            .map(|seq| shell.format.count(seq))
            .unwrap_or_default(),
        end: proof
            .end
            .as_ref()
            .map(ToString::to_string)
            .unwrap_or_default(),
        shell: shell.titled("Check the log"),
        proof,
    })
}
