//! The doors of a forgotten password: asking for a letter, and choosing another password by its link.
//! Looking at a link never uses it up.

use std::time::Duration;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::RETRY_AFTER;
use actix_web::web::Path;
use askama::Template;
use domain::permission::Anyone;
use domain::{EmailAddress, FieldErrors, Password, PasswordResetToken};
use serde::Deserialize;
use services::links::LinkHolder;
use services::password_reset::{self, Asked};
use services::{StoreError, VerbError};

use crate::problem::Problem;
use crate::tenant::Tenant;
use crate::web::forms::Form;
use crate::web::shell::{Bare, Toast};
use crate::web::sign_in::too_often_words;
use crate::web::{answer, link_gone, mailbox};
use crate::{flash, session};

#[derive(Template)]
#[template(path = "password/ask.html")]
struct AskPage {
    bare: Bare,
    errors: FieldErrors,
    email: String,
}

#[derive(Template)]
#[template(path = "password/asked.html")]
struct AskedPage {
    bare: Bare,
    told: &'static str,
    mailbox: bool,
}

#[derive(Template)]
#[template(path = "password/choose.html")]
struct ChoosePage {
    bare: Bare,
    errors: FieldErrors,
    email: String,
}

/// What was typed to ask for a letter.
#[derive(Debug, Deserialize)]
pub struct Address {
    email: String,
}

/// What was typed as the new password.
#[derive(Debug, Deserialize)]
pub struct Choice {
    password: String,
}

/// `GET /password-reset`: where to send the letter.
///
/// # Errors
/// No database.
pub async fn form(tenant: Tenant<Anyone>) -> Result<HttpResponse, Problem> {
    ask_again(&tenant, String::new(), FieldErrors::new(), StatusCode::OK).await
}

/// `POST /password-reset`: the same answer for everybody.
///
/// # Errors
/// No database.
pub async fn ask(tenant: Tenant<Anyone>, form: Form<Address>) -> Result<HttpResponse, Problem> {
    let Form { typed, mut errors } = form;
    let email = errors.check("email", EmailAddress::parse(&typed.email));
    let (Some(email), true) = (email, errors.is_empty()) else {
        let status = StatusCode::UNPROCESSABLE_ENTITY;
        return ask_again(&tenant, typed.email, errors, status).await;
    };
    let limits = tenant.limits();
    let (asked, bare) = tenant
        .bare("Look into your mail", move |tx| {
            Ok(password_reset::ask(tx, &email, &limits)?)
        })
        .await?;
    let told = password_reset::ANSWER;
    match asked {
        Asked::Taken => {
            let mailbox = mailbox::is_open(&tenant);
            answer::page(&AskedPage {
                bare,
                told,
                mailbox,
            })
        }
        Asked::TooOften { retry_after } => wait(&tenant, typed.email, retry_after).await,
    }
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

async fn ask_again(
    tenant: &Tenant<Anyone>,
    email: String,
    errors: FieldErrors,
    status: StatusCode,
) -> Result<HttpResponse, Problem> {
    let ((), bare) = tenant.bare("Forgot your password?", |_| Ok(())).await?;
    answer::with_status(
        status,
        &AskPage {
            bare,
            errors,
            email,
        },
    )
}

async fn wait(
    tenant: &Tenant<Anyone>,
    email: String,
    time: Duration,
) -> Result<HttpResponse, Problem> {
    let errors = FieldErrors::one("", too_often_words(time));
    let mut answer = ask_again(tenant, email, errors, StatusCode::TOO_MANY_REQUESTS).await?;
    answer
        .headers_mut()
        .insert(RETRY_AFTER, time.as_secs().into());
    Ok(answer)
}
