//! The doors of what is done to one key: putting a new one in its place, revoking it.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Path;
use askama::Template;
use domain::FieldErrors;
use domain::permission::ManageKeys;
use serde::Deserialize;
use services::VerbError;
use services::keys::{self, KeyRow};

use super::line::{Line, OVERLAPS};
use super::{key, shown_next};
use crate::flash;
use crate::problem::Problem;
use crate::tenant::Tenant;
use crate::web::answer;
use crate::web::choice::Choice;
use crate::web::forms::Form;
use crate::web::shell::{Place, Shell, Toast};
use crate::web::users::deeds::Nothing;

#[derive(Template)]
#[template(path = "keys/rotation.html")]
struct Rotation {
    shell: Shell,
    errors: FieldErrors,
    line: Line,
    overlaps: Vec<Choice>,
    overlap: String,
}

#[derive(Template)]
#[template(path = "keys/revocation.html")]
struct Revocation {
    shell: Shell,
    line: Line,
}

/// For how long both keys open.
#[derive(Debug, Deserialize)]
pub struct Overlap {
    #[serde(default)]
    overlap: String,
}

/// `GET /keys/{id}/rotation`
///
/// # Errors
/// 404, or what keeps the key from being read.
pub async fn ask_rotation(
    tenant: Tenant<ManageKeys>,
    id: Path<String>,
) -> Result<HttpResponse, Problem> {
    let (row, shell) = read(&tenant, &id).await?;
    rotation(
        shell,
        &row,
        "7".to_owned(),
        FieldErrors::new(),
        StatusCode::OK,
    )
}

/// `POST /keys/{id}/rotation`: the new key is shown once; the old one opens for a while more.
///
/// # Errors
/// 404, a rule, or no database.
pub async fn rotate(
    tenant: Tenant<ManageKeys>,
    id: Path<String>,
    form: Form<Overlap>,
) -> Result<HttpResponse, Problem> {
    let key = key(&id)?;
    let Form { typed, mut errors } = form;
    let days = OVERLAPS
        .iter()
        .find(|(days, _)| days.to_string() == typed.overlap)
        .map(|(days, _)| *days)
        .ok_or("Choose one of the list.");
    let rotated = match errors.check("overlap", days) {
        Some(days) => tenant.attempt(move |tx| keys::rotate(tx, key, days)).await,
        None => Err(VerbError::Invalid(errors)),
    };
    let (errors, status) = match rotated {
        Ok(made) => return Ok(shown_next(&tenant, &made)),
        Err(VerbError::Invalid(errors)) => (errors, StatusCode::UNPROCESSABLE_ENTITY),
        Err(VerbError::Conflict(why)) => (FieldErrors::one("", why), StatusCode::CONFLICT),
        Err(error) => return Err(tenant.problem(error)),
    };
    let (row, shell) = read(&tenant, &id).await?;
    rotation(shell, &row, typed.overlap, errors, status)
}

/// `GET /keys/{id}/revocation`
///
/// # Errors
/// 404, or what keeps the key from being read.
pub async fn ask_revocation(
    tenant: Tenant<ManageKeys>,
    id: Path<String>,
) -> Result<HttpResponse, Problem> {
    let (row, shell) = read(&tenant, &id).await?;
    let line = Line::new(&row, &shell.format);
    let shell = shell.titled(format!("Revoke {}", row.name));
    answer::page(&Revocation { shell, line })
}

/// `POST /keys/{id}/revocation`: its next request is refused.
///
/// # Errors
/// 404, or no database.
pub async fn revoke(
    tenant: Tenant<ManageKeys>,
    id: Path<String>,
    _: Form<Nothing>,
) -> Result<HttpResponse, Problem> {
    let id = key(&id)?;
    let name = tenant.run(move |tx| keys::revoke(tx, id)).await?;
    let said = Toast::done(format!("The key “{name}” is revoked"));
    flash::leave(
        tenant.http(),
        said.text("Whatever used it is refused from now on."),
    );
    Ok(answer::see_other("/keys"))
}

async fn read(tenant: &Tenant<ManageKeys>, id: &str) -> Result<(KeyRow, Shell), Problem> {
    let id = key(id)?;
    tenant.page(Place::Keys, move |tx| keys::read(tx, id)).await
}

fn rotation(
    shell: Shell,
    row: &KeyRow,
    overlap: String,
    errors: FieldErrors,
    status: StatusCode,
) -> Result<HttpResponse, Problem> {
    let line = Line::new(row, &shell.format);
    let overlaps = OVERLAPS
        .iter()
        .map(|(days, words)| Choice::new(days.to_string(), *words));
    let page = Rotation {
        overlaps: overlaps.collect(),
        shell: shell.titled(format!("Rotate {}", row.name)),
        errors,
        line,
        overlap,
    };
    answer::with_status(status, &page)
}
