//! The door of a new tenant for whoever signed up for it. The base domain's page leads here with the token that its
//! cookie carried; sending the form lets in, once. Following the link alone changes nothing.

use actix_web::web::Path;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use domain::permission::Anyone;
use domain::{ArrivalToken, SignUpId};
use services::sign_up::arrive;
use services::{StoreError, VerbError};

use crate::flash;
use crate::problem::Problem;
use crate::tenant::Tenant;
use crate::web::forms::Form;
use crate::web::shell::Bare;
use crate::web::users::deeds::Nothing;
use crate::web::{answer, invitation, link_gone};

#[derive(Template)]
#[template(path = "sign_up/arrive.html")]
struct Page {
    bare: Bare,
    token: String,
    email: String,
}

/// Gives the token to the browser that chose the password.
pub(super) fn carry(request: &HttpRequest, sign_up: SignUpId, token: &ArrivalToken) {
    flash::leave_secret(request, &sign_up.to_string(), token.reveal().as_str());
}

/// The token that this browser was given for this sign-up. It stays there: it works once, wherever it is.
pub(super) fn carried(request: &HttpRequest, sign_up: SignUpId) -> Option<ArrivalToken> {
    ArrivalToken::parse(&flash::secret(request, &sign_up.to_string())?)
}

/// `GET /arrivals/{token}`: who is about to come in; straight on for whoever is in.
///
/// # Errors
/// No database.
pub async fn ask(tenant: Tenant<Anyone>, text: Path<String>) -> Result<HttpResponse, Problem> {
    let Some(token) = ArrivalToken::parse(&text) else {
        return gone(&tenant).await;
    };
    let title = format!("{} is ready", tenant.entry().name);
    let (is_in, bare) = tenant.bare(title, |tx| Ok(tx.user().is_ok())).await?;
    if is_in {
        return Ok(answer::see_other("/"));
    }
    let app = tenant.app();
    let (store, entry, request) = (
        app.store.clone(),
        tenant.entry().clone(),
        tenant.request().clone(),
    );
    let look = move || arrive::look(&store, &entry, &request, &token);
    let found = app.gate.through(look).await;
    let Some(email) = found.map_err(|error| tenant.problem(error))? else {
        return gone(&tenant).await;
    };
    answer::page(&Page {
        bare,
        token: text.into_inner(),
        email: email.to_string(),
    })
}

/// `POST /arrivals/{token}`: in, once.
///
/// # Errors
/// No database.
pub async fn enter(
    tenant: Tenant<Anyone>,
    text: Path<String>,
    _: Form<Nothing>,
) -> Result<HttpResponse, Problem> {
    let Some(token) = ArrivalToken::parse(&text) else {
        return gone(&tenant).await;
    };
    let (app, lifetimes) = (tenant.app(), tenant.lifetimes());
    let (store, entry, request) = (
        app.store.clone(),
        tenant.entry().clone(),
        tenant.request().clone(),
    );
    let enter = move || arrive::enter(&store, &entry, &request, &token, lifetimes);
    let entered = match app.gate.through(enter).await {
        Ok(entered) => entered,
        Err(VerbError::Store(StoreError::NotFound)) => return gone(&tenant).await,
        Err(error) => return Err(tenant.problem(error)),
    };
    invitation::welcome(&tenant, &entered)
}

async fn gone(tenant: &Tenant<Anyone>) -> Result<HttpResponse, Problem> {
    link_gone::page(tenant, "/sign-in", "Go to the sign-in page").await
}
