//! The door that a letter's link opens: choosing another password. Looking at the link never uses it up.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Path;
use askama::Template;
use domain::permission::Anyone;
use domain::{FieldErrors, Password, PasswordResetToken};
use serde::Deserialize;
use services::links::LinkHolder;
use services::{StoreError, VerbError, password_reset};

use crate::problem::Problem;
use crate::tenant::Tenant;
use crate::web::forms::Form;
use crate::web::shell::{Bare, Toast};
use crate::web::{answer, link_gone};
use crate::{flash, session};

#[derive(Template)]
#[template(path = "password/choose.html")]
pub(in crate::web) struct ChoosePage {
    pub(in crate::web) bare: Bare,
    pub(in crate::web) errors: FieldErrors,
    pub(in crate::web) email: String,
}

/// What was typed as the new password.
#[derive(Debug, Deserialize)]
pub struct Choice {
    pub(in crate::web) password: String,
}

/// `GET /password-reset/{token}`: the form for the new password, as often as one likes.
///
/// # Errors
/// No database.
pub async fn choose(tenant: Tenant<Anyone>, token: Path<String>) -> Result<HttpResponse, Problem> {
    let Some(holder) = look(&tenant, &token).await? else {
        return link_gone::page(&tenant, "/password-reset", "Ask for a new letter").await;
    };
    let errors = FieldErrors::new();
    choose_again(&tenant, &holder, errors, StatusCode::OK).await
}

/// `POST /password-reset/{token}`: sets the password, once.
///
/// # Errors
/// No database, or no room on the lane.
pub async fn set(
    tenant: Tenant<Anyone>,
    text: Path<String>,
    form: Form<Choice>,
) -> Result<HttpResponse, Problem> {
    let Form { typed, mut errors } = form;
    let Some(holder) = look(&tenant, &text).await? else {
        return link_gone::page(&tenant, "/password-reset", "Ask for a new letter").await;
    };
    let about = [
        holder.name.as_str(),
        holder.email.as_str(),
        &tenant.entry().name,
        &tenant.entry().slug,
    ];
    let chosen = errors.check("password", Password::choose(typed.password, &about));
    let (Some(password), true, Some(token)) =
        (chosen, errors.is_empty(), PasswordResetToken::parse(&text))
    else {
        let status = StatusCode::UNPROCESSABLE_ENTITY;
        return choose_again(&tenant, &holder, errors, status).await;
    };
    let hash = tenant
        .app()
        .passwords
        .hash(password)
        .await
        .map_err(VerbError::from)?;
    let links = tenant.links();
    let done = tenant
        .attempt(move |tx| password_reset::finish(tx, &links, &token, &hash))
        .await;
    match done {
        Ok(device) => {
            session::forget(tenant.http());
            let said = Toast::done("Your password is set").text("Sign in with it now.");
            flash::leave(tenant.http(), said);
            let mut answer = answer::see_other("/sign-in");
            answer
                .add_cookie(&session::device_cookie(&device))
                .map_err(Problem::internal)?;
            Ok(answer)
        }
        Err(VerbError::Store(StoreError::NotFound)) => {
            link_gone::page(&tenant, "/password-reset", "Ask for a new letter").await
        }
        Err(error) => Err(tenant.problem(error)),
    }
}

async fn look(tenant: &Tenant<Anyone>, text: &str) -> Result<Option<LinkHolder>, Problem> {
    let Some(token) = PasswordResetToken::parse(text) else {
        return Ok(None);
    };
    tenant
        .run(move |tx| Ok(password_reset::look(tx, &token)?))
        .await
}

async fn choose_again(
    tenant: &Tenant<Anyone>,
    holder: &LinkHolder,
    errors: FieldErrors,
    status: StatusCode,
) -> Result<HttpResponse, Problem> {
    let ((), bare) = tenant.bare("Choose a new password", |_| Ok(())).await?;
    let email = holder.email.to_string();
    answer::with_status(
        status,
        &ChoosePage {
            bare,
            errors,
            email,
        },
    )
}
