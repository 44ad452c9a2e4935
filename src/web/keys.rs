//! The tenant's pages of API keys: the list, making one, one key with what to do about it. The key itself
//! is shown on one page and only once.

mod deeds;
mod form;
mod line;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Path;
use askama::Template;
use domain::permission::{ManageKeys, ReadKeys};
use domain::{FieldErrors, KeyId, Permission};
use services::VerbError;
use services::features::Feature;
use services::keys;

use crate::flash;
use crate::problem::Problem;
use crate::tenant::Tenant;
use crate::web::answer;
use crate::web::feature;
use crate::web::forms::Form;
use crate::web::shell::{Place, Shell};
pub use deeds::{ask_revocation, ask_rotation, revoke, rotate};
use form::{Page, Typed};
use line::Line;

#[derive(Template)]
#[template(path = "keys/list.html")]
struct List {
    shell: Shell,
    lines: Vec<Line>,
}

#[derive(Template)]
#[template(path = "keys/key.html")]
struct Key {
    shell: Shell,
    line: Line,
    /// The key itself and a request with it: only right after it was made.
    made: Option<(String, Option<String>)>,
}

/// `GET /keys`
///
/// # Errors
/// Not signed in, not allowed, or no database.
pub async fn list(tenant: Tenant<ReadKeys>) -> Result<HttpResponse, Problem> {
    let (found, shell) = tenant.page(Place::Keys, keys::list).await?;
    let lines = found.iter().map(|row| Line::new(row, &shell.format));
    let lines = lines.collect();
    answer::page(&List { shell, lines })
}

/// `GET /keys/new`
///
/// # Errors
/// Not signed in, not allowed, or no database.
pub async fn new(tenant: Tenant<ManageKeys>) -> Result<HttpResponse, Problem> {
    feature::required(&tenant, Feature::ApiAccess).await?;
    let ((), shell) = tenant.page(Place::Keys, |_| Ok(())).await?;
    Page::new(shell, Typed::blank(), FieldErrors::new()).answer(StatusCode::OK)
}

/// `POST /keys`
///
/// # Errors
/// Not signed in, not allowed, or no database.
pub async fn create(
    tenant: Tenant<ManageKeys>,
    form: Form<Typed>,
) -> Result<HttpResponse, Problem> {
    feature::required(&tenant, Feature::ApiAccess).await?;
    let Form { typed, errors } = form;
    let made = match typed.wish(errors) {
        Ok(wish) => tenant.attempt(move |tx| keys::create(tx, &wish)).await,
        Err(errors) => Err(VerbError::Invalid(errors)),
    };
    let (errors, status) = match made {
        Ok(made) => return Ok(shown_next(&tenant, &made)),
        Err(VerbError::Invalid(errors)) => (errors, StatusCode::UNPROCESSABLE_ENTITY),
        Err(VerbError::Conflict(why)) => (FieldErrors::one("", why), StatusCode::CONFLICT),
        Err(error) => return Err(tenant.problem(error)),
    };
    let ((), shell) = tenant.page(Place::Keys, |_| Ok(())).await?;
    Page::new(shell, typed, errors).answer(status)
}

/// `GET /keys/{id}`
///
/// # Errors
/// 404, not allowed, or no database.
pub async fn show(tenant: Tenant<ReadKeys>, id: Path<String>) -> Result<HttpResponse, Problem> {
    let id = key(&id)?;
    let (row, shell) = tenant
        .page(Place::Keys, move |tx| keys::read(tx, id))
        .await?;
    let line = Line::new(&row, &shell.format);
    let made = flash::take_secret(tenant.http(), &id.to_string());
    let made = made.map(|secret| {
        let curl = line::curl(&tenant.links().to("/api/v1"), &row.permissions);
        (secret, curl)
    });
    let shell = shell.titled(row.name);
    answer::page(&Key { shell, line, made })
}

/// On to the key's page, which shows it this once.
fn shown_next(tenant: &Tenant<ManageKeys>, made: &keys::Made) -> HttpResponse {
    let id = made.id.to_string();
    flash::leave_secret(tenant.http(), &id, made.key.reveal());
    answer::see_other(&format!("/keys/{id}"))
}

fn key(text: &str) -> Result<KeyId, Problem> {
    text.parse().map_err(|_| Problem::not_found())
}
