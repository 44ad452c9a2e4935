//! The doors of importing people: choosing the file, the dry run's report, confirming it, and the wrong
//! lines as a file.

use actix_web::HttpResponse;
use actix_web::http::{StatusCode, header};
use actix_web::web::Path;
use askama::Template;
use domain::FieldErrors;
use domain::permission::ImportUsers;
use services::VerbError;
use services::users::import::{self, BadLine, Report};
use uuid::Uuid;

use super::deeds::Nothing;
use super::invite::no_seat;
use crate::flash;
use crate::problem::Problem;
use crate::tenant::Tenant;
use crate::web::answer;
use crate::web::format::plural;
use crate::web::forms::Form;
use crate::web::shell::{Place, Shell, Toast};
use crate::web::upload::Upload;

/// How many wrong lines the page shows; the file has them all.
const SHOWN: usize = 50;

#[derive(Template)]
#[template(path = "users/import.html")]
struct Choose {
    shell: Shell,
    errors: FieldErrors,
}

#[derive(Template)]
#[template(path = "users/import_report.html")]
struct Review {
    shell: Shell,
    errors: FieldErrors,
    id: Uuid,
    report: Report,
    people: String,
    noun: &'static str,
    more: usize,
}

/// `GET /users/import`
///
/// # Errors
/// Not signed in, not allowed, or no database.
pub async fn form(tenant: Tenant<ImportUsers>) -> Result<HttpResponse, Problem> {
    again(&tenant, FieldErrors::new(), StatusCode::OK).await
}

/// `POST /users/import`: the dry run. Nobody is invited yet.
///
/// # Errors
/// Not signed in, not allowed, or no database.
pub async fn upload(tenant: Tenant<ImportUsers>, file: Upload) -> Result<HttpResponse, Problem> {
    if file.bytes.len() > import::MAX_BYTES {
        let errors = FieldErrors::one("file", "The file is larger than 5 MB. Split it.");
        return again(&tenant, errors, StatusCode::PAYLOAD_TOO_LARGE).await;
    }
    let name = file_name(&file.name);
    let read = tenant
        .attempt(move |tx| import::dry_run(tx, &name, &file.bytes))
        .await;
    match read {
        Ok((id, _)) => Ok(answer::see_other(&format!("/users/import/{id}"))),
        Err(VerbError::Invalid(errors)) => {
            again(&tenant, errors, StatusCode::UNPROCESSABLE_ENTITY).await
        }
        Err(error) => Err(tenant.problem(error)),
    }
}

/// `GET /users/import/{id}`: what the file would do.
///
/// # Errors
/// 404 for another's or an old one, or no database.
pub async fn review(
    tenant: Tenant<ImportUsers>,
    id: Path<String>,
) -> Result<HttpResponse, Problem> {
    report(&tenant, upload_id(&id)?, FieldErrors::new(), StatusCode::OK).await
}

/// `POST /users/import/{id}`: invites everybody in the file, or nobody.
///
/// # Errors
/// 404 for another's or an old one, or no database.
pub async fn confirm(
    tenant: Tenant<ImportUsers>,
    id: Path<String>,
    _: Form<Nothing>,
) -> Result<HttpResponse, Problem> {
    let id = upload_id(&id)?;
    match tenant.attempt(move |tx| import::confirm(tx, id)).await {
        Ok(people) => {
            let noun = plural(people.try_into().unwrap_or(i64::MAX), "person", "people");
            let said = Toast::done(format!("{people} {noun} invited"));
            flash::leave(tenant.http(), said.text("The letters are on their way."));
            Ok(answer::see_other("/users?status=invited"))
        }
        Err(VerbError::Stale) => {
            let errors =
                FieldErrors::one("", "Not everything in the file can be invited. Nobody was.");
            report(&tenant, id, errors, StatusCode::CONFLICT).await
        }
        Err(error @ VerbError::LimitReached(_)) => {
            let errors = FieldErrors::one("", no_seat(&error));
            report(&tenant, id, errors, StatusCode::TOO_MANY_REQUESTS).await
        }
        Err(error) => Err(tenant.problem(error)),
    }
}

/// `GET /users/import/{id}/bad-lines.csv`
///
/// # Errors
/// 404 for another's or an old one, or no database.
pub async fn bad_lines(
    tenant: Tenant<ImportUsers>,
    id: Path<String>,
) -> Result<HttpResponse, Problem> {
    let id = upload_id(&id)?;
    let file = tenant.run(move |tx| import::bad_lines(tx, id)).await?;
    Ok(HttpResponse::Ok()
        .content_type("text/csv; charset=utf-8")
        .insert_header((
            header::CONTENT_DISPOSITION,
            "attachment; filename=\"lines-to-correct.csv\"",
        ))
        .body(file))
}

impl Review {
    fn bad(&self) -> &[BadLine] {
        self.report.bad.get(..SHOWN).unwrap_or(&self.report.bad)
    }

    fn seats(&self) -> String {
        self.report.seats.map_or_else(String::new, |seats| {
            let free = (seats.hard - seats.used).max(0);
            format!(
                "{} of {} seats are free.",
                self.shell.format.count(free),
                self.shell.format.count(seats.hard)
            )
        })
    }
}

async fn again(
    tenant: &Tenant<ImportUsers>,
    errors: FieldErrors,
    status: StatusCode,
) -> Result<HttpResponse, Problem> {
    let ((), shell) = tenant.page(Place::Users, |_| Ok(())).await?;
    let shell = shell.titled("Import people");
    answer::with_status(status, &Choose { shell, errors })
}

async fn report(
    tenant: &Tenant<ImportUsers>,
    id: Uuid,
    errors: FieldErrors,
    status: StatusCode,
) -> Result<HttpResponse, Problem> {
    let (report, shell) = tenant
        .page(Place::Users, move |tx| import::review(tx, id))
        .await?;
    let count = i64::try_from(report.people()).unwrap_or(i64::MAX);
    let page = Review {
        people: shell.format.count(count),
        noun: plural(count, "person", "people"),
        more: report.bad.len().saturating_sub(SHOWN),
        shell: shell.titled("Import people"),
        errors,
        id,
        report,
    };
    answer::with_status(status, &page)
}

fn upload_id(text: &str) -> Result<Uuid, Problem> {
    text.parse().map_err(|_| Problem::not_found())
}

/// The name alone, as something that can be shown.
fn file_name(sent: &str) -> String {
    let name = sent.rsplit(['/', '\\']).next().unwrap_or_default();
    let name = domain::text::optional_line(name, 120).ok().flatten();
    name.unwrap_or_else(|| "people.csv".to_owned())
}
