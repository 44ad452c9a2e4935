//! The door of a visit: the page that a ticket leads to, coming in by sending it, and leaving. Following the
//! link alone changes nothing.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Path;
use askama::Template;
use domain::VisitTicket;
use domain::permission::Anyone;
use services::visits;
use services::{StoreError, VerbError};

use super::line::Line;
use crate::problem::Problem;
use crate::session;
use crate::tenant::Tenant;
use crate::web::answer;
use crate::web::forms::Form;
use crate::web::shell::Bare;
use crate::web::users::deeds::Nothing;

#[derive(Template)]
#[template(path = "visits/enter.html")]
struct Page {
    bare: Bare,
    ticket: String,
    line: Line,
}

#[derive(Template)]
#[template(path = "visits/gone.html")]
struct Gone {
    bare: Bare,
}

/// `GET /visits/enter/{ticket}`: whom they are about to visit, and that they are seen.
///
/// # Errors
/// No database.
pub async fn ask(tenant: Tenant<Anyone>, text: Path<String>) -> Result<HttpResponse, Problem> {
    let Some(ticket) = VisitTicket::parse(&text) else {
        return gone(&tenant).await;
    };
    let title = format!("Visit {}", tenant.entry().name);
    let (found, bare) = tenant
        .bare(title, move |tx| Ok(visits::look(tx, &ticket)?))
        .await?;
    let Some(visit) = found else {
        return gone(&tenant).await;
    };
    answer::page(&Page {
        bare,
        ticket: text.into_inner(),
        line: Line::new(&visit, &tenant.format()),
    })
}

/// `POST /visits/enter/{ticket}`: once, within a minute.
///
/// # Errors
/// No database.
pub async fn enter(
    tenant: Tenant<Anyone>,
    text: Path<String>,
    _: Form<Nothing>,
) -> Result<HttpResponse, Problem> {
    let Some(ticket) = VisitTicket::parse(&text) else {
        return gone(&tenant).await;
    };
    let entered = match tenant.attempt(move |tx| visits::enter(tx, &ticket)).await {
        Ok(entered) => entered,
        Err(VerbError::Store(StoreError::NotFound)) => return gone(&tenant).await,
        Err(error) => return Err(tenant.problem(error)),
    };
    let lasts = entered.expires_at - tenant.request().now;
    let mut answer = answer::see_other("/");
    answer
        .add_cookie(&session::visit::cookie(&entered.token, lasts))
        .map_err(Problem::internal)?;
    Ok(answer)
}

/// `POST /visits/leave`: the visit is over. Who is on none is led on like everybody.
///
/// # Errors
/// No database.
pub async fn leave(tenant: Tenant<Anyone>, _: Form<Nothing>) -> Result<HttpResponse, Problem> {
    tenant.run(visits::leave).await?;
    let mut answer = answer::see_other("/visits/left");
    answer
        .add_cookie(&session::visit::taken_back())
        .map_err(Problem::internal)?;
    Ok(answer)
}

/// `GET /visits/left`: what whoever left reads.
///
/// # Errors
/// No database.
pub async fn left(tenant: Tenant<Anyone>) -> Result<HttpResponse, Problem> {
    let title = format!("You have left {}", tenant.entry().name);
    let ((), bare) = tenant.bare(title, |_| Ok(())).await?;
    answer::page(&Left { bare })
}

#[derive(Template)]
#[template(path = "visits/left.html")]
struct Left {
    bare: Bare,
}

async fn gone(tenant: &Tenant<Anyone>) -> Result<HttpResponse, Problem> {
    let title = "This link does not work any more";
    let ((), bare) = tenant.bare(title, |_| Ok(())).await?;
    answer::with_status(StatusCode::GONE, &Gone { bare })
}
