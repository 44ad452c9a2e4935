//! The door of an invitation to run the platform: name and password, and in.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Path;
use domain::staff::AnyStaff;
use domain::{FieldErrors, Password, PersonName, StaffInvitationToken};
use services::staff::invitation::{self, Holder};
use services::{StoreError, VerbError};

use crate::platform::Platform;
use crate::problem::Problem;
use crate::web::forms::Form;
use crate::web::invitation::{Page, Typed};
use crate::web::shell::Toast;
use crate::web::{answer, link_gone};
use crate::{flash, session};

/// `GET /invitations/{token}`
///
/// # Errors
/// No database.
pub async fn page(
    platform: Platform<AnyStaff>,
    token: Path<String>,
) -> Result<HttpResponse, Problem> {
    let Some(holder) = look(&platform, &token).await? else {
        return gone(&platform);
    };
    let name = holder.name.clone();
    show(&platform, &holder, name, FieldErrors::new(), StatusCode::OK)
}

/// `POST /invitations/{token}`: joins, once, and is signed in.
///
/// # Errors
/// No database, or no room on the lane.
pub async fn accept(
    platform: Platform<AnyStaff>,
    text: Path<String>,
    form: Form<Typed>,
) -> Result<HttpResponse, Problem> {
    let Form { typed, mut errors } = form;
    let Some(holder) = look(&platform, &text).await? else {
        return gone(&platform);
    };
    let name = errors.check("name", PersonName::parse(&typed.name));
    let look = platform.look();
    let about = [typed.name.as_str(), holder.email.as_str(), &look.name];
    let password = errors.check("password", Password::choose(typed.password, &about));
    let token = StaffInvitationToken::parse(&text);
    let (Some(name), Some(password), Some(token), true) =
        (name, password, token, errors.is_empty())
    else {
        let status = StatusCode::UNPROCESSABLE_ENTITY;
        return show(&platform, &holder, typed.name, errors, status);
    };
    let lane = &platform.app().passwords;
    let hash = lane.hash(password).await.map_err(VerbError::from)?;
    let lifetimes = platform.lifetimes();
    let entered = platform
        .attempt(move |tx| invitation::accept(tx, &token, &name, &hash, lifetimes))
        .await;
    let entered = match entered {
        Ok(entered) => entered,
        Err(VerbError::Store(StoreError::NotFound)) => return gone(&platform),
        Err(error) => return Err(platform.problem(error)),
    };
    session::staff::begin(platform.http(), &entered.session);
    let welcome = Toast::done(format!("Welcome to {}", look.name));
    flash::leave(platform.http(), welcome.text("You are signed in."));
    let mut answer = answer::see_other("/");
    answer
        .add_cookie(&session::staff::device_cookie(&entered.device))
        .map_err(Problem::internal)?;
    Ok(answer)
}

async fn look(platform: &Platform<AnyStaff>, text: &str) -> Result<Option<Holder>, Problem> {
    let Some(token) = StaffInvitationToken::parse(text) else {
        return Ok(None);
    };
    platform
        .run(move |tx| Ok(invitation::look(tx, &token)?))
        .await
}

fn gone(platform: &Platform<AnyStaff>) -> Result<HttpResponse, Problem> {
    let bare = platform.bare(link_gone::TITLE);
    link_gone::framed(bare, "/sign-in", "Go to the sign-in page")
}

fn show(
    platform: &Platform<AnyStaff>,
    holder: &Holder,
    name: String,
    errors: FieldErrors,
    status: StatusCode,
) -> Result<HttpResponse, Problem> {
    let title = format!("Run {} as {}", platform.look().name, holder.role.name());
    let page = Page {
        bare: platform.bare(title),
        errors,
        inviter: String::new(),
        email: holder.email.to_string(),
        typed_name: name,
    };
    answer::with_status(status, &page)
}
