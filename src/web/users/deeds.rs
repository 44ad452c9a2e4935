//! The doors of what is done to one person. Those that ask before have a sheet at the same address.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::REFERER;
use actix_web::web::Path;
use domain::permission::ManageUsers;
use domain::{FieldErrors, Role, UserId, text};
use serde::Deserialize;
use services::users::deed::{self, Deed};
use services::users::list::{self, Detail};
use url::Url;

use super::confirm::Confirm;
use super::invite::choices;
use crate::flash;
use crate::problem::Problem;
use crate::tenant::Tenant;
use crate::web::answer;
use crate::web::forms::Form;
use crate::web::redirect::NextPage;
use crate::web::shell::{Place, Shell, Toast};

/// The most characters of a reason.
pub(super) const MAX_REASON: usize = 300;

/// A form that only says "do it".
#[derive(Debug, Deserialize)]
pub struct Nothing {}

/// The form of a suspension.
#[derive(Debug, Deserialize)]
pub struct Suspension {
    #[serde(default)]
    reason: String,
}

/// The form of another role.
#[derive(Debug, Deserialize)]
pub struct AnotherRole {
    role: String,
}

/// `GET /users/{id}/suspension`
///
/// # Errors
/// 404, or what keeps the person from being read.
pub async fn ask_suspension(
    tenant: Tenant<ManageUsers>,
    id: Path<String>,
) -> Result<HttpResponse, Problem> {
    let (detail, shell) = read(&tenant, person(&id)?).await?;
    suspension_sheet(shell, &detail, String::new(), FieldErrors::new()).answer(StatusCode::OK)
}

/// `POST /users/{id}/suspension`: open sessions end.
///
/// # Errors
/// 404, a rule, or no database.
pub async fn suspend(
    tenant: Tenant<ManageUsers>,
    id: Path<String>,
    form: Form<Suspension>,
) -> Result<HttpResponse, Problem> {
    let id = person(&id)?;
    let Form { typed, mut errors } = form;
    let reason = errors.check("reason", text::optional_line(&typed.reason, MAX_REASON));
    let (Some(reason), true) = (reason, errors.is_empty()) else {
        let (detail, shell) = read(&tenant, id).await?;
        let sheet = suspension_sheet(shell, &detail, typed.reason, errors);
        return sheet.answer(StatusCode::UNPROCESSABLE_ENTITY);
    };
    let reason = reason.unwrap_or_default();
    let name = tenant
        .run(move |tx| deed::one(tx, id, Deed::Suspend { reason: &reason }))
        .await?;
    let said = Toast::done(format!("{name} is suspended")).text("Open sessions have ended.");
    Ok(done(
        &tenant,
        id,
        said.undo(format!("/users/{id}/restoration")),
    ))
}

/// `POST /users/{id}/restoration`
///
/// # Errors
/// 404, a rule, no seat, or no database.
pub async fn restore(
    tenant: Tenant<ManageUsers>,
    id: Path<String>,
    _: Form<Nothing>,
) -> Result<HttpResponse, Problem> {
    simply(&tenant, &id, Deed::Restore, |name| {
        Toast::done(format!("{name} is active again"))
    })
    .await
}

/// `POST /users/{id}/deactivation`
///
/// # Errors
/// 404, a rule, or no database.
pub async fn deactivate(
    tenant: Tenant<ManageUsers>,
    id: Path<String>,
    _: Form<Nothing>,
) -> Result<HttpResponse, Problem> {
    let undo = format!("/users/{}/restoration", person(&id)?);
    simply(&tenant, &id, Deed::Deactivate, move |name| {
        let said = Toast::done(format!("{name} is deactivated")).text("The seat is free.");
        said.undo(undo)
    })
    .await
}

/// `POST /users/{id}/invitation`: a new link; the old one is dead.
///
/// # Errors
/// 404, a rule, or no database.
pub async fn resend(
    tenant: Tenant<ManageUsers>,
    id: Path<String>,
    _: Form<Nothing>,
) -> Result<HttpResponse, Problem> {
    simply(&tenant, &id, Deed::Resend, |name| {
        let said = Toast::done(format!("Invitation sent again to {name}"));
        said.text("The earlier link does not work any more.")
    })
    .await
}

/// `POST /users/{id}/invitation/revocation`
///
/// # Errors
/// 404, a rule, or no database.
pub async fn revoke(
    tenant: Tenant<ManageUsers>,
    id: Path<String>,
    form: Form<Nothing>,
) -> Result<HttpResponse, Problem> {
    remove(tenant, id, form).await
}

/// `GET /users/{id}/removal`
///
/// # Errors
/// 404, or what keeps the person from being read.
pub async fn ask_removal(
    tenant: Tenant<ManageUsers>,
    id: Path<String>,
) -> Result<HttpResponse, Problem> {
    let (detail, shell) = read(&tenant, person(&id)?).await?;
    let (id, name) = (detail.person.id, detail.person.name.as_str());
    let sheet = Confirm {
        title: format!("Remove {name}?"),
        hint:
            "They are signed out at once and leave the list; their seat is free. You can undo it."
                .to_owned(),
        icon: "bin",
        tone: "bad",
        action: format!("/users/{id}/removal"),
        label: "Remove",
        ..plain(shell, id)
    };
    sheet.answer(StatusCode::OK)
}

/// `POST /users/{id}/removal`
///
/// # Errors
/// 404, a rule, or no database.
pub async fn remove(
    tenant: Tenant<ManageUsers>,
    id: Path<String>,
    _: Form<Nothing>,
) -> Result<HttpResponse, Problem> {
    let id = person(&id)?;
    let name = tenant
        .run(move |tx| deed::one(tx, id, Deed::Remove))
        .await?;
    let said = Toast::done(format!("{name} is removed")).undo(format!("/users/{id}/removal/undo"));
    flash::leave(tenant.http(), said);
    let back = came_from(&tenant).filter(|path| path.split('?').next() == Some("/users"));
    Ok(answer::see_other(back.as_deref().unwrap_or("/users")))
}

/// `POST /users/{id}/removal/undo`
///
/// # Errors
/// 404, a rule, no seat, or no database.
pub async fn undo_removal(
    tenant: Tenant<ManageUsers>,
    id: Path<String>,
    _: Form<Nothing>,
) -> Result<HttpResponse, Problem> {
    simply(&tenant, &id, Deed::UndoRemoval, |name| {
        Toast::done(format!("{name} is back"))
    })
    .await
}

/// `GET /users/{id}/role`
///
/// # Errors
/// 404, or what keeps the person from being read.
pub async fn ask_role(
    tenant: Tenant<ManageUsers>,
    id: Path<String>,
) -> Result<HttpResponse, Problem> {
    let (detail, shell) = read(&tenant, person(&id)?).await?;
    let role = detail.person.role.to_string();
    role_sheet(shell, detail, role, FieldErrors::new()).answer(StatusCode::OK)
}

/// `POST /users/{id}/role`
///
/// # Errors
/// 404, a rule, or no database.
pub async fn give_role(
    tenant: Tenant<ManageUsers>,
    id: Path<String>,
    form: Form<AnotherRole>,
) -> Result<HttpResponse, Problem> {
    let id = person(&id)?;
    let Form { typed, mut errors } = form;
    let role = typed
        .role
        .parse::<Role>()
        .map_err(|_| "Choose a role from the list.");
    let Some(role) = errors.check("role", role) else {
        let (detail, shell) = read(&tenant, id).await?;
        let sheet = role_sheet(shell, detail, typed.role, errors);
        return sheet.answer(StatusCode::UNPROCESSABLE_ENTITY);
    };
    let name = tenant
        .run(move |tx| deed::one(tx, id, Deed::GiveRole(role)))
        .await?;
    let said = Toast::done(format!("{name} has another role"))
        .text("It holds from the next time they sign in; their open sessions ended.");
    Ok(done(&tenant, id, said))
}

/// A deed that needs nothing but its person.
async fn simply(
    tenant: &Tenant<ManageUsers>,
    id: &str,
    deed: Deed<'static>,
    said: impl FnOnce(&str) -> Toast,
) -> Result<HttpResponse, Problem> {
    let id = person(id)?;
    let name = tenant.run(move |tx| deed::one(tx, id, deed)).await?;
    Ok(done(tenant, id, said(&name)))
}

fn done(tenant: &Tenant<ManageUsers>, id: UserId, said: Toast) -> HttpResponse {
    flash::leave(tenant.http(), said);
    let own = format!("/users/{id}");
    let back = came_from(tenant).filter(|path| {
        let path = path.split('?').next().unwrap_or_default();
        path == "/users" || path == own
    });
    answer::see_other(back.as_deref().unwrap_or(&own))
}

/// The page of ours where the button was.
pub(super) fn came_from(tenant: &Tenant<ManageUsers>) -> Option<String> {
    let referer = tenant.http().headers().get(REFERER)?.to_str().ok()?;
    let url = Url::parse(referer).ok()?;
    let query = url
        .query()
        .map(|query| format!("?{query}"))
        .unwrap_or_default();
    let page = NextPage::parse(&format!("{}{query}", url.path()))?;
    Some(page.as_str().to_owned())
}

pub(super) fn person(text: &str) -> Result<UserId, Problem> {
    text.parse().map_err(|_| Problem::not_found())
}

async fn read(tenant: &Tenant<ManageUsers>, id: UserId) -> Result<(Detail, Shell), Problem> {
    tenant
        .page(Place::Users, move |tx| list::detail(tx, id))
        .await
}

fn plain(shell: Shell, id: UserId) -> Confirm {
    Confirm {
        shell,
        errors: FieldErrors::new(),
        title: String::new(),
        hint: String::new(),
        icon: "person",
        tone: "",
        notice: String::new(),
        action: String::new(),
        back: format!("/users/{id}"),
        hidden: Vec::new(),
        reason: None,
        roles: Vec::new(),
        role: String::new(),
        label: "",
    }
}

fn suspension_sheet(shell: Shell, detail: &Detail, reason: String, errors: FieldErrors) -> Confirm {
    let (id, name) = (detail.person.id, detail.person.name.as_str());
    Confirm {
        title: format!("Suspend {name}?"),
        hint: "They are signed out at once and cannot sign in. They keep their seat.".to_owned(),
        icon: "block",
        tone: "bad",
        errors,
        action: format!("/users/{id}/suspension"),
        reason: Some(reason),
        label: "Suspend",
        ..plain(shell, id)
    }
}

fn role_sheet(shell: Shell, detail: Detail, role: String, errors: FieldErrors) -> Confirm {
    let (id, name) = (detail.person.id, detail.person.name.to_string());
    Confirm {
        title: format!("Change the role of {name}"),
        hint: format!(
            "{name} is {} now. Their open sessions end, and the new role holds when they sign in again.",
            detail.role_name
        ),
        icon: "shield",
        errors,
        action: format!("/users/{id}/role"),
        roles: choices(detail.givable),
        role,
        label: "Change role",
        ..plain(shell, id)
    }
}
