//! The door of changing the own password.

use std::time::Duration;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::RETRY_AFTER;
use askama::Template;
use domain::staff::SignedInStaff;
use domain::{FieldErrors, Password};
use services::VerbError;
use services::staff::me;

use crate::platform::Platform;
use crate::problem::Problem;
use crate::web::answer;
use crate::web::forms::Form;
use crate::web::me::password::Typed;
use crate::web::platform::shell::{StaffPlace, StaffShell};
use crate::web::shell::Toast;
use crate::web::sign_in::too_often_words;
use crate::{flash, session};

#[derive(Template)]
#[template(path = "me/password.html")]
struct Page {
    shell: StaffShell,
    errors: FieldErrors,
}

/// `GET /me/password`
///
/// # Errors
/// Not signed in, or no database.
pub async fn show(platform: Platform<SignedInStaff>) -> Result<HttpResponse, Problem> {
    again(&platform, FieldErrors::new(), StatusCode::OK).await
}

/// `POST /me/password`: in three steps, and no connection is held while hashing.
///
/// # Errors
/// Not signed in, no database, or no room on the lane.
pub async fn change(
    platform: Platform<SignedInStaff>,
    form: Form<Typed>,
) -> Result<HttpResponse, Problem> {
    let Form { typed, mut errors } = form;
    let limits = platform.limits();
    let checked = match platform
        .run(move |tx| me::check_password(tx, &limits))
        .await?
    {
        Ok(checked) => checked,
        Err(wait) => return too_often(&platform, wait).await,
    };
    let name = platform.look().name;
    let about = [checked.name.as_str(), checked.email.as_str(), &name];
    let current = errors.check("current_password", Password::typed(typed.current_password));
    let new = errors.check("new_password", Password::choose(typed.new_password, &about));
    let (Some(current), Some(new), true) = (current, new, errors.is_empty()) else {
        return again(&platform, errors, StatusCode::UNPROCESSABLE_ENTITY).await;
    };
    let proof = me::prove_password(&platform.app().passwords, checked, current, new)
        .await
        .map_err(VerbError::from)?;
    let links = platform.links();
    let changed = platform
        .run(move |tx| me::change_password(tx, &links, &proof, &limits))
        .await?;
    let Some(token) = changed else {
        let sentence = "That is not your current password.";
        let errors = FieldErrors::one("current_password", sentence);
        return again(&platform, errors, StatusCode::UNPROCESSABLE_ENTITY).await;
    };
    session::staff::begin(platform.http(), &token);
    let said = Toast::done("Password changed").text("You were signed out on your other devices.");
    flash::leave(platform.http(), said);
    Ok(answer::see_other("/me/password"))
}

async fn again(
    platform: &Platform<SignedInStaff>,
    errors: FieldErrors,
    status: StatusCode,
) -> Result<HttpResponse, Problem> {
    let ((), shell) = platform.page(StaffPlace::Me, |_| Ok(())).await?;
    let shell = shell.titled("Password");
    answer::with_status(status, &Page { shell, errors })
}

async fn too_often(
    platform: &Platform<SignedInStaff>,
    wait: Duration,
) -> Result<HttpResponse, Problem> {
    let errors = FieldErrors::one("current_password", too_often_words(wait));
    let mut answer = again(platform, errors, StatusCode::TOO_MANY_REQUESTS).await?;
    answer
        .headers_mut()
        .insert(RETRY_AFTER, wait.as_secs().into());
    Ok(answer)
}
