//! The door of a forgotten password: asking for a letter. What its link opens is in `reset`.

pub mod reset;

use std::time::Duration;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::RETRY_AFTER;
use askama::Template;
use domain::permission::Anyone;
use domain::{EmailAddress, FieldErrors};
use serde::Deserialize;
use services::password_reset::{self, Asked};

use crate::problem::Problem;
use crate::tenant::Tenant;
use crate::web::forms::Form;
use crate::web::shell::Bare;
use crate::web::sign_in::too_often_words;
use crate::web::{answer, mailbox};

#[derive(Template)]
#[template(path = "password/ask.html")]
pub(in crate::web) struct AskPage {
    pub(in crate::web) bare: Bare,
    pub(in crate::web) errors: FieldErrors,
    pub(in crate::web) email: String,
}

#[derive(Template)]
#[template(path = "password/asked.html")]
pub(in crate::web) struct AskedPage {
    pub(in crate::web) bare: Bare,
    pub(in crate::web) told: &'static str,
    pub(in crate::web) mailbox: bool,
}

/// What was typed to ask for a letter.
#[derive(Debug, Deserialize)]
pub struct Address {
    pub(in crate::web) email: String,
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
