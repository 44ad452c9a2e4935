//! The tenant's pages of visits: who of the platform asked to come in, who is here, what they read. Coming
//! in and leaving is in `enter`.

pub mod enter;
mod line;
pub mod policy;

use actix_web::HttpResponse;
use actix_web::web::Path;
use askama::Template;
use domain::permission::{ManageVisits, ReadVisits};
use domain::{FieldErrors, Permission, VisitId, VisitPolicy, VisitReach};
use serde::Deserialize;
use services::visits::{self, Overview};

use crate::flash;
use crate::problem::Problem;
use crate::tenant::Tenant;
use crate::web::answer;
use crate::web::audit::Line as AuditLine;
use crate::web::forms::Form;
use crate::web::list::Address;
use crate::web::shell::{Place, Shell, Toast};
use line::{Line, Step};

#[derive(Template)]
#[template(path = "visits/list.html")]
struct List {
    shell: Shell,
    errors: FieldErrors,
    /// Those of which something can still come.
    open: Vec<Line>,
    past: Vec<Line>,
    policy: VisitPolicy,
    version: i32,
    stale: bool,
}

#[derive(Template)]
#[template(path = "visits/visit.html")]
struct Visit {
    shell: Shell,
    line: Line,
    steps: Vec<Step>,
    pages: String,
    /// The visitor's entries of the log; `None` for whoever may not read it.
    entries: Option<Vec<AuditLine>>,
}

/// What is granted.
#[derive(Debug, Deserialize)]
pub struct Grant {
    #[serde(default)]
    reach: String,
}

/// `GET /visits`
///
/// # Errors
/// Not signed in, not allowed, or no database.
pub async fn list(tenant: Tenant<ReadVisits>) -> Result<HttpResponse, Problem> {
    let (found, shell) = tenant
        .page(Place::Visits, |tx| Ok(visits::list(tx)?))
        .await?;
    answer::page(&List::of(shell, found))
}

/// `GET /visits/{id}`
///
/// # Errors
/// 404, not allowed, or no database.
pub async fn show(tenant: Tenant<ReadVisits>, id: Path<String>) -> Result<HttpResponse, Problem> {
    let id = visit(&id)?;
    let (found, shell) = tenant
        .page(Place::Visits, move |tx| Ok(visits::detail(tx, id)?))
        .await?;
    let shell = shell.titled(format!("Visit of {}", found.visit.staff_name));
    let format = shell.format.clone();
    let address = Address::new("/audit", [("", ""); 0]);
    let entries = found.entries.as_ref().map(|entries| {
        let line = |entry| AuditLine::new(entry, &format, &address);
        entries.iter().map(line).collect()
    });
    let page = Visit {
        line: Line::new(&found.visit, &format),
        steps: found
            .pages
            .iter()
            .map(|page| Step::new(page, &format))
            .collect(),
        pages: format.count(found.page_count),
        entries,
        shell,
    };
    answer::page(&page)
}

/// `POST /visits/{id}/approval`
///
/// # Errors
/// 404, decided already, or no database.
pub async fn approve(
    tenant: Tenant<ManageVisits>,
    id: Path<String>,
    form: Form<Grant>,
) -> Result<HttpResponse, Problem> {
    let id = visit(&id)?;
    let reach = VisitReach::parse(&form.typed.reach)
        .map_err(|_| Problem::bad_request("Say what the visitor may do: read or write."))?;
    let name = tenant.run(move |tx| visits::approve(tx, id, reach)).await?;
    let said = Toast::done(format!("{name} may come in"))
        .text("You see here what they read, and you can end the visit at any moment.");
    Ok(done(&tenant, id, said))
}

/// `POST /visits/{id}/refusal`
///
/// # Errors
/// 404, decided already, or no database.
pub async fn decline(
    tenant: Tenant<ManageVisits>,
    id: Path<String>,
    _: Form<crate::web::users::deeds::Nothing>,
) -> Result<HttpResponse, Problem> {
    let id = visit(&id)?;
    let name = tenant.run(move |tx| visits::decline(tx, id)).await?;
    Ok(done(
        &tenant,
        id,
        Toast::done(format!("{name} stays outside")),
    ))
}

/// `POST /visits/{id}/end`: the visitor's next request is refused.
///
/// # Errors
/// 404, over already, or no database.
pub async fn end(
    tenant: Tenant<ManageVisits>,
    id: Path<String>,
    _: Form<crate::web::users::deeds::Nothing>,
) -> Result<HttpResponse, Problem> {
    let id = visit(&id)?;
    let name = tenant.run(move |tx| visits::end(tx, id)).await?;
    let said = Toast::done(format!("The visit of {name} is over")).text("It ended at once.");
    Ok(done(&tenant, id, said))
}

impl List {
    fn of(shell: Shell, found: Overview) -> Self {
        let lines = found
            .visits
            .iter()
            .map(|visit| Line::new(visit, &shell.format));
        let (open, past) = lines.partition(|line| line.state.is_open());
        Self {
            errors: FieldErrors::new(),
            open,
            past,
            policy: found.policy.policy,
            version: found.policy.version,
            stale: false,
            shell,
        }
    }
}

fn done(tenant: &Tenant<ManageVisits>, id: VisitId, said: Toast) -> HttpResponse {
    flash::leave(tenant.http(), said);
    answer::see_other(&format!("/visits/{id}"))
}

fn visit(text: &str) -> Result<VisitId, Problem> {
    text.parse().map_err(|_| Problem::not_found())
}
