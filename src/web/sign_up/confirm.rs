//! The door that a sign-up's letter opens: a password, then the tenant is made, then the way to it. Looking
//! at the link never uses it up, and it makes one tenant only.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Path;
use askama::Template;
use domain::staff::{AnyStaff, ManageTenants};
use domain::{FieldErrors, SignUpToken, Slug};
use serde::Deserialize;
use services::sign_up::{self, Confirmed, Made, SignUp};
use services::{StaffCredential, VerbError};

use super::arrive;
use super::making::{making, ready};
use crate::platform::Platform;
use crate::problem::Problem;
use crate::web::answer;
use crate::web::forms::Form;
use crate::web::shell::Bare;

#[derive(Template)]
#[template(path = "sign_up/confirm.html")]
struct ConfirmPage {
    bare: Bare,
    errors: FieldErrors,
    email: String,
    slug: String,
    base: String,
    /// Whether the slug was taken since the letter went.
    other_slug: bool,
}

#[derive(Template)]
#[template(path = "sign_up/link_gone.html")]
struct GonePage {
    bare: Bare,
}

/// What was typed.
#[derive(Debug, Deserialize)]
pub struct Typed {
    password: String,
    /// Another slug, where the first was taken meanwhile.
    #[serde(default)]
    slug: String,
}

/// `GET /signup/{token}`: the form for the password; how far the tenant is; the way to it.
///
/// # Errors
/// No database.
pub async fn page(
    platform: Platform<AnyStaff>,
    text: Path<String>,
) -> Result<HttpResponse, Problem> {
    let Some((sign_up, made)) = look(&platform, &text).await? else {
        return gone(&platform);
    };
    match made {
        None => {
            let errors = FieldErrors::new();
            again(&platform, &sign_up, &sign_up.slug, errors, StatusCode::OK)
        }
        Some(Made::NotYet(progress)) => making(&platform, *progress),
        Some(Made::Open { host, email }) => {
            let arrival = arrive::carried(platform.http(), sign_up.id);
            ready(&platform, host, email.as_str(), arrival)
        }
    }
}

/// `POST /signup/{token}`: asks for the tenant, once.
///
/// # Errors
/// No database, or no room on the lane.
pub async fn submit(
    platform: Platform<AnyStaff>,
    text: Path<String>,
    form: Form<Typed>,
) -> Result<HttpResponse, Problem> {
    let Form { typed, mut errors } = form;
    let Some((sign_up, made)) = look(&platform, &text).await? else {
        return gone(&platform);
    };
    let back = format!("/signup/{text}");
    if made.is_some() {
        return Ok(answer::see_other(&back));
    }
    let slug = match typed.slug.trim() {
        "" => Slug::parse(&sign_up.slug),
        other => Slug::parse(other),
    };
    let slug = errors.check("slug", slug);
    let password = errors.check("password", sign_up::password(&sign_up, typed.password));
    let token = SignUpToken::parse(&text);
    let (Some(slug), Some(password), Some(token), true) =
        (slug, password, token, errors.is_empty())
    else {
        let status = StatusCode::UNPROCESSABLE_ENTITY;
        return again(&platform, &sign_up, &typed.slug, errors, status);
    };
    let app = platform.app().clone();
    let hash = app
        .passwords
        .hash(password)
        .await
        .map_err(VerbError::from)?;
    let (request, working) = (platform.request().clone(), app.clone());
    let wanted = slug.to_string();
    let confirmed = app
        .platform_gate
        .through(move || {
            let credential = StaffCredential::System("sign-up");
            let addresses = &working.config.addresses;
            let confirm = |tx: &mut services::StaffTx<'_, ManageTenants>| {
                sign_up::confirm(tx, &token, &hash, Some(&slug), addresses)
            };
            working.store.staff(credential, &request, confirm)
        })
        .await;
    match confirmed {
        Ok(confirmed) => {
            if let Confirmed::Now(arrival) = confirmed {
                arrive::carry(platform.http(), sign_up.id, &arrival);
            }
            Ok(answer::see_other(&back))
        }
        Err(VerbError::Invalid(errors)) => {
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            again(&platform, &sign_up, &wanted, errors, status)
        }
        Err(error) => Err(platform.problem(error)),
    }
}

async fn look(
    platform: &Platform<AnyStaff>,
    text: &str,
) -> Result<Option<(SignUp, Option<Made>)>, Problem> {
    let Some(token) = SignUpToken::parse(text) else {
        return Ok(None);
    };
    platform
        .run(move |tx| Ok(sign_up::found(tx, &token)?))
        .await
}

fn gone(platform: &Platform<AnyStaff>) -> Result<HttpResponse, Problem> {
    let bare = platform.bare("This link does not work any more");
    answer::with_status(StatusCode::GONE, &GonePage { bare })
}

fn again(
    platform: &Platform<AnyStaff>,
    sign_up: &SignUp,
    slug: &str,
    errors: FieldErrors,
    status: StatusCode,
) -> Result<HttpResponse, Problem> {
    let page = ConfirmPage {
        bare: platform.bare(format!("Open {}", sign_up.tenant_name)),
        email: sign_up.email.to_string(),
        slug: slug.to_owned(),
        base: platform.app().config.server.base_domain.clone(),
        other_slug: errors.of("slug").is_some() || errors.of("domain").is_some(),
        errors,
    };
    answer::with_status(status, &page)
}
