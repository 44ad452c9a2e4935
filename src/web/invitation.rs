//! The door of an invitation: greeting by organisation and inviter, name and password, and in. Inviting
//! is in `invitations`.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Path;
use askama::Template;
use domain::permission::Anyone;
use domain::{FieldErrors, InvitationToken, Password, PersonName};
use serde::Deserialize;
use services::invitation::{self, Invited};
use services::sign_in::Entered;
use services::{StoreError, VerbError};

use crate::problem::Problem;
use crate::tenant::Tenant;
use crate::web::forms::Form;
use crate::web::shell::{Bare, Toast};
use crate::web::{answer, link_gone};
use crate::{flash, session};

#[derive(Template)]
#[template(path = "invitation/page.html")]
pub(in crate::web) struct Page {
    pub(in crate::web) bare: Bare,
    pub(in crate::web) errors: FieldErrors,
    pub(in crate::web) inviter: String,
    pub(in crate::web) email: String,
    pub(in crate::web) typed_name: String,
}

/// What was typed.
#[derive(Debug, Deserialize)]
pub struct Typed {
    pub(in crate::web) name: String,
    pub(in crate::web) password: String,
}

/// `GET /invitations/{token}`: who invites where, and what is needed.
///
/// # Errors
/// No database.
pub async fn page(tenant: Tenant<Anyone>, token: Path<String>) -> Result<HttpResponse, Problem> {
    let Some(invited) = look(&tenant, &token).await? else {
        return link_gone::page(&tenant, "/sign-in", "Go to the sign-in page").await;
    };
    let name = invited.holder.name.clone();
    show(&tenant, invited, name, FieldErrors::new(), StatusCode::OK).await
}

/// `POST /invitations/{token}`: joins, once, and is signed in.
///
/// # Errors
/// No database, or no room on the lane.
pub async fn accept(
    tenant: Tenant<Anyone>,
    text: Path<String>,
    form: Form<Typed>,
) -> Result<HttpResponse, Problem> {
    let Form { typed, mut errors } = form;
    let Some(invited) = look(&tenant, &text).await? else {
        return link_gone::page(&tenant, "/sign-in", "Go to the sign-in page").await;
    };
    let name = errors.check("name", PersonName::parse(&typed.name));
    let (entry, holder) = (tenant.entry(), &invited.holder);
    let about = [
        typed.name.as_str(),
        holder.email.as_str(),
        &entry.name,
        &entry.slug,
    ];
    let password = errors.check("password", Password::choose(typed.password, &about));
    let token = InvitationToken::parse(&text);
    let (Some(name), Some(password), Some(token), true) =
        (name, password, token, errors.is_empty())
    else {
        let status = StatusCode::UNPROCESSABLE_ENTITY;
        return show(&tenant, invited, typed.name, errors, status).await;
    };
    let hash = tenant
        .app()
        .passwords
        .hash(password)
        .await
        .map_err(VerbError::from)?;
    let (links, lifetimes) = (tenant.links(), tenant.lifetimes());
    let entered = tenant
        .attempt(move |tx| invitation::accept(tx, &links, &token, &name, &hash, lifetimes))
        .await;
    let entered = match entered {
        Ok(entered) => entered,
        Err(VerbError::Store(StoreError::NotFound)) => {
            return link_gone::page(&tenant, "/sign-in", "Go to the sign-in page").await;
        }
        Err(error) => return Err(tenant.problem(error)),
    };
    welcome(&tenant, &entered)
}

/// Both cookies and a word of welcome for whoever is here for the first time.
pub(in crate::web) fn welcome(
    tenant: &Tenant<Anyone>,
    entered: &Entered,
) -> Result<HttpResponse, Problem> {
    let opened = &entered.session;
    session::begin(tenant.http(), tenant.id(), &opened.token, opened.keep_for);
    let welcome = Toast::done(format!("Welcome to {}", tenant.entry().name));
    flash::leave(tenant.http(), welcome.text("You are signed in."));
    let mut answer = answer::see_other("/");
    answer
        .add_cookie(&session::device_cookie(&entered.device))
        .map_err(Problem::internal)?;
    Ok(answer)
}

async fn look(tenant: &Tenant<Anyone>, text: &str) -> Result<Option<Invited>, Problem> {
    let Some(token) = InvitationToken::parse(text) else {
        return Ok(None);
    };
    tenant
        .run(move |tx| Ok(invitation::look(tx, &token)?))
        .await
}

async fn show(
    tenant: &Tenant<Anyone>,
    invited: Invited,
    name: String,
    errors: FieldErrors,
    status: StatusCode,
) -> Result<HttpResponse, Problem> {
    let title = format!("Join {}", tenant.entry().name);
    let ((), bare) = tenant.bare(title, |_| Ok(())).await?;
    let page = Page {
        bare,
        errors,
        inviter: invited.inviter,
        email: invited.holder.email.to_string(),
        typed_name: name,
    };
    answer::with_status(status, &page)
}
