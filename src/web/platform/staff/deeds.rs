//! The doors of what is done to one of the staff. Those that ask before have a sheet at the same address.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Path;
use domain::staff::ManageStaff;
use domain::{FieldErrors, StaffId, StaffRole, text};
use serde::Deserialize;
use services::VerbError;
use services::staff::{Person, deeds, invite};

use super::confirm::{Confirm, role_sheet, suspension_sheet};
use crate::platform::Platform;
use crate::problem::Problem;
use crate::web::answer;
use crate::web::forms::Form;
use crate::web::platform::shell::{StaffPlace, StaffShell};
use crate::web::shell::Toast;
use crate::{flash, session};

/// The most characters of a reason.
const MAX_REASON: usize = 300;

/// A form that only says "do it".
#[derive(Debug, Deserialize)]
pub struct Nothing {}

/// The form of another role.
#[derive(Debug, Deserialize)]
pub struct AnotherRole {
    role: String,
}

/// The form of a suspension.
#[derive(Debug, Deserialize)]
pub struct Suspension {
    #[serde(default)]
    reason: String,
}

/// `GET /staff/{id}/role`
///
/// # Errors
/// 404, or what keeps the person from being read.
pub async fn ask_role(
    platform: Platform<ManageStaff>,
    id: Path<String>,
) -> Result<HttpResponse, Problem> {
    let (person, shell) = read(&platform, &id).await?;
    answer::page(&role_sheet(shell, &person, FieldErrors::new()))
}

/// `POST /staff/{id}/role`
///
/// # Errors
/// 404, a rule, or no database.
pub async fn give_role(
    platform: Platform<ManageStaff>,
    id: Path<String>,
    form: Form<AnotherRole>,
) -> Result<HttpResponse, Problem> {
    let Ok(role) = StaffRole::parse(&form.typed.role) else {
        let (person, shell) = read(&platform, &id).await?;
        let errors = FieldErrors::one("role", "Choose a role of the list.");
        let sheet = role_sheet(shell, &person, errors);
        return answer::with_status(StatusCode::UNPROCESSABLE_ENTITY, &sheet);
    };
    let id = staff(&id)?;
    let changed = platform
        .attempt(move |tx| deeds::change_role(tx, id, role))
        .await;
    let token = match changed {
        Ok(token) => token,
        Err(error) => return refused(&platform, id, error, role_sheet).await,
    };
    if let Some(token) = token {
        session::staff::begin(platform.http(), &token);
    }
    Ok(done(&platform, Toast::done("The role is changed")))
}

/// `GET /staff/{id}/suspension`
///
/// # Errors
/// 404, or what keeps the person from being read.
pub async fn ask_suspension(
    platform: Platform<ManageStaff>,
    id: Path<String>,
) -> Result<HttpResponse, Problem> {
    let (person, shell) = read(&platform, &id).await?;
    let sheet = suspension_sheet(shell, &person, String::new(), FieldErrors::new());
    answer::page(&sheet)
}

/// `POST /staff/{id}/suspension`: open sessions end.
///
/// # Errors
/// 404, a rule, or no database.
pub async fn suspend(
    platform: Platform<ManageStaff>,
    id: Path<String>,
    form: Form<Suspension>,
) -> Result<HttpResponse, Problem> {
    let Form { typed, mut errors } = form;
    let reason = errors.check("reason", text::optional_line(&typed.reason, MAX_REASON));
    let (Some(reason), true) = (reason, errors.is_empty()) else {
        let (person, shell) = read(&platform, &id).await?;
        let sheet = suspension_sheet(shell, &person, typed.reason, errors);
        return answer::with_status(StatusCode::UNPROCESSABLE_ENTITY, &sheet);
    };
    let id = staff(&id)?;
    let suspended = platform
        .attempt(move |tx| deeds::suspend(tx, id, reason.as_deref()))
        .await;
    let person = match suspended {
        Ok(person) => person,
        Err(error) => {
            let sheet = |shell, person: &Person, errors| {
                suspension_sheet(shell, person, typed.reason, errors)
            };
            return refused(&platform, id, error, sheet).await;
        }
    };
    let said = Toast::done(format!("{} is suspended", person.name))
        .text("Open sessions have ended.")
        .undo(format!("/staff/{id}/restoration"));
    Ok(done(&platform, said))
}

/// `POST /staff/{id}/restoration`
///
/// # Errors
/// 404, a rule, or no database.
pub async fn restore(
    platform: Platform<ManageStaff>,
    id: Path<String>,
    _: Form<Nothing>,
) -> Result<HttpResponse, Problem> {
    let id = staff(&id)?;
    let person = platform.run(move |tx| deeds::restore(tx, id)).await?;
    let said = Toast::done(format!("{} is active again", person.name));
    Ok(done(&platform, said))
}

/// `POST /staff/{id}/invitation`: a new link; the old one is dead.
///
/// # Errors
/// 404, a rule, or no database.
pub async fn resend(
    platform: Platform<ManageStaff>,
    id: Path<String>,
    _: Form<Nothing>,
) -> Result<HttpResponse, Problem> {
    let id = staff(&id)?;
    let links = platform.links();
    let person = platform
        .run(move |tx| invite::resend(tx, &links, id))
        .await?;
    let said = Toast::done("A new link is on its way").text(format!("To {}.", person.email));
    Ok(done(&platform, said))
}

/// A rule that forbids it is said on the sheet that asked; anything else is a page of its own.
pub(super) async fn refused(
    platform: &Platform<ManageStaff>,
    id: StaffId,
    error: VerbError,
    sheet: impl FnOnce(StaffShell, &Person, FieldErrors) -> Confirm,
) -> Result<HttpResponse, Problem> {
    let (words, status) = match error {
        VerbError::Refused(words) => (words, StatusCode::FORBIDDEN),
        VerbError::Conflict(words) => (words, StatusCode::CONFLICT),
        other => return Err(platform.problem(other)),
    };
    let (person, shell) = read(platform, &id.to_string()).await?;
    let errors = FieldErrors::one("", words);
    answer::with_status(status, &sheet(shell, &person, errors))
}

/// The person of a sheet, and its frame.
pub(super) async fn read(
    platform: &Platform<ManageStaff>,
    id: &str,
) -> Result<(Person, StaffShell), Problem> {
    let id = staff(id)?;
    platform
        .page(StaffPlace::Staff, move |tx| Ok(deeds::read(tx, id)?))
        .await
}

/// The id in an address.
pub(super) fn staff(id: &str) -> Result<StaffId, Problem> {
    id.parse().map_err(|_| Problem::not_found())
}

/// Back to the list, with a message.
pub(super) fn done(platform: &Platform<ManageStaff>, said: Toast) -> HttpResponse {
    flash::leave(platform.http(), said);
    answer::see_other("/staff")
}
