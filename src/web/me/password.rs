//! The door of changing the own password.

use std::time::Duration;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::RETRY_AFTER;
use askama::Template;
use domain::permission::SignedIn;
use domain::{FieldErrors, Password};
use serde::Deserialize;
use services::{VerbError, me};

use crate::problem::Problem;
use crate::tenant::Tenant;
use crate::web::answer;
use crate::web::forms::Form;
use crate::web::shell::{Place, Shell, Toast};
use crate::web::sign_in::too_often_words;
use crate::{flash, session};

#[derive(Template)]
#[template(path = "me/password.html")]
struct Page {
    shell: Shell,
    errors: FieldErrors,
}

/// What was typed.
#[derive(Debug, Deserialize)]
pub struct Typed {
    pub(in crate::web) current_password: String,
    pub(in crate::web) new_password: String,
}

/// `GET /me/password`
///
/// # Errors
/// Not signed in, or no database.
pub async fn show(tenant: Tenant<SignedIn>) -> Result<HttpResponse, Problem> {
    again(&tenant, FieldErrors::new(), StatusCode::OK).await
}

/// `POST /me/password`: in three steps, and no connection is held while hashing.
///
/// # Errors
/// Not signed in, no database, or no room on the lane.
pub async fn change(tenant: Tenant<SignedIn>, form: Form<Typed>) -> Result<HttpResponse, Problem> {
    let Form { typed, mut errors } = form;
    let limits = tenant.limits();
    let checked = match tenant
        .run(move |tx| me::check_password(tx, &limits))
        .await?
    {
        Ok(checked) => checked,
        Err(wait) => return too_often(&tenant, wait).await,
    };
    let entry = tenant.entry();
    let about = [
        checked.name.as_str(),
        checked.email.as_str(),
        &entry.name,
        &entry.slug,
    ];
    let current = errors.check("current_password", Password::typed(typed.current_password));
    let new = errors.check("new_password", Password::choose(typed.new_password, &about));
    let (Some(current), Some(new), true) = (current, new, errors.is_empty()) else {
        return again(&tenant, errors, StatusCode::UNPROCESSABLE_ENTITY).await;
    };
    let proof = me::prove_password(&tenant.app().passwords, checked, current, new)
        .await
        .map_err(VerbError::from)?;
    let links = tenant.links();
    let changed = tenant
        .run(move |tx| me::change_password(tx, &links, &proof, &limits))
        .await?;
    let Some(opened) = changed else {
        let sentence = "That is not your current password.";
        let errors = FieldErrors::one("current_password", sentence);
        return again(&tenant, errors, StatusCode::UNPROCESSABLE_ENTITY).await;
    };
    session::begin(tenant.http(), tenant.id(), &opened.token, opened.keep_for);
    let said = Toast::done("Password changed").text("You were signed out on your other devices.");
    flash::leave(tenant.http(), said);
    Ok(answer::see_other("/me/password"))
}

async fn again(
    tenant: &Tenant<SignedIn>,
    errors: FieldErrors,
    status: StatusCode,
) -> Result<HttpResponse, Problem> {
    let ((), shell) = tenant.page(Place::Me, |_| Ok(())).await?;
    let shell = shell.titled("Password");
    answer::with_status(status, &Page { shell, errors })
}

async fn too_often(tenant: &Tenant<SignedIn>, wait: Duration) -> Result<HttpResponse, Problem> {
    let errors = FieldErrors::one("current_password", too_often_words(wait));
    let mut answer = again(tenant, errors, StatusCode::TOO_MANY_REQUESTS).await?;
    answer
        .headers_mut()
        .insert(RETRY_AFTER, wait.as_secs().into());
    Ok(answer)
}
