//! The doors of handing a tenant over: the owner's page, and the page that the letter's link opens.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Path;
use askama::Template;
use domain::permission::{OwnTenant, SignedIn};
use domain::{EmailAddress, FieldErrors, OwnershipToken};
use serde::Deserialize;
use services::ownership::{self, Offered};
use services::{StoreError, VerbError};

use crate::problem::Problem;
use crate::tenant::Tenant;
use crate::web::answer;
use crate::web::forms::Form;
use crate::web::shell::{Place, Shell, Toast};
use crate::{flash, session};

#[derive(Template)]
#[template(path = "ownership/offer.html")]
struct OfferPage {
    shell: Shell,
    errors: FieldErrors,
    email: String,
    open: Option<Offered>,
}

#[derive(Template)]
#[template(path = "ownership/answer.html")]
struct AnswerPage {
    shell: Shell,
    offered: Option<Offered>,
    token: String,
}

/// What was typed.
#[derive(Debug, Deserialize)]
pub struct Typed {
    #[serde(default)]
    email: String,
}

/// What was answered.
#[derive(Debug, Deserialize)]
pub struct Answered {
    answer: String,
}

/// `GET /ownership`: who could own the tenant next, and the offer that waits.
///
/// # Errors
/// Not the owner, or no database.
pub async fn form(tenant: Tenant<OwnTenant>) -> Result<HttpResponse, Problem> {
    again(&tenant, String::new(), FieldErrors::new(), StatusCode::OK).await
}

/// `POST /ownership`: offers it; the letter goes to the person.
///
/// # Errors
/// Not the owner, or no database.
pub async fn offer(tenant: Tenant<OwnTenant>, form: Form<Typed>) -> Result<HttpResponse, Problem> {
    let Form { typed, mut errors } = form;
    let unprocessable = StatusCode::UNPROCESSABLE_ENTITY;
    let Some(email) = errors.check("email", EmailAddress::parse(&typed.email)) else {
        return again(&tenant, typed.email, errors, unprocessable).await;
    };
    let links = tenant.links();
    match tenant
        .attempt(move |tx| ownership::offer(tx, &links, &email))
        .await
    {
        Ok(()) => {
            let said = Toast::done("The offer is on its way")
                .text("Nothing changes until it is accepted.");
            flash::leave(tenant.http(), said);
            Ok(answer::see_other("/ownership"))
        }
        Err(VerbError::Invalid(errors)) => again(&tenant, typed.email, errors, unprocessable).await,
        Err(error) => Err(tenant.problem(error)),
    }
}

/// `POST /ownership/withdrawal`: takes the offer back.
///
/// # Errors
/// Not the owner, no offer, or no database.
pub async fn withdraw(tenant: Tenant<OwnTenant>) -> Result<HttpResponse, Problem> {
    tenant.run(ownership::withdraw).await?;
    flash::leave(tenant.http(), Toast::done("The offer was withdrawn"));
    Ok(answer::see_other("/ownership"))
}

/// `GET /ownership-offers/{token}`: what is offered, to the person it is offered to.
///
/// # Errors
/// Not signed in, or no database.
pub async fn look(tenant: Tenant<SignedIn>, text: Path<String>) -> Result<HttpResponse, Problem> {
    let token = OwnershipToken::parse(&text);
    let (offered, shell) = tenant
        .page(Place::Me, move |tx| match &token {
            Some(token) => ownership::look(tx, token),
            None => Ok(None),
        })
        .await?;
    let status = match offered {
        Some(_) => StatusCode::OK,
        None => StatusCode::GONE,
    };
    let page = AnswerPage {
        shell: shell.titled("Ownership"),
        offered,
        token: text.into_inner(),
    };
    answer::with_status(status, &page)
}

/// `POST /ownership-offers/{token}`: takes it, or does not.
///
/// # Errors
/// Not signed in, a link that does not work, or no database.
pub async fn respond(
    tenant: Tenant<SignedIn>,
    text: Path<String>,
    form: Form<Answered>,
) -> Result<HttpResponse, Problem> {
    let Some(token) = OwnershipToken::parse(&text) else {
        return Err(StoreError::NotFound.into());
    };
    if form.typed.answer != "accept" {
        tenant.run(move |tx| ownership::decline(tx, &token)).await?;
        flash::leave(tenant.http(), Toast::done("You declined; nothing changed"));
        return Ok(answer::see_other("/me"));
    }
    tenant.run(move |tx| ownership::accept(tx, &token)).await?;
    session::forget(tenant.http());
    let said =
        Toast::done("The organisation is yours").text("Sign in again to go on as its owner.");
    flash::leave(tenant.http(), said);
    Ok(answer::see_other("/sign-in"))
}

async fn again(
    tenant: &Tenant<OwnTenant>,
    email: String,
    errors: FieldErrors,
    status: StatusCode,
) -> Result<HttpResponse, Problem> {
    let (open, shell) = tenant
        .page(Place::Me, |tx| Ok(ownership::open(tx)?))
        .await?;
    let shell = shell.titled("Ownership");
    let page = OfferPage {
        shell,
        errors,
        email,
        open,
    };
    answer::with_status(status, &page)
}
