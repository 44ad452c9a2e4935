//! The doors of a forgotten password of staff: asking for a letter, and what its link opens.

use std::time::Duration;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::RETRY_AFTER;
use actix_web::web::Path;
use domain::staff::AnyStaff;
use domain::{EmailAddress, FieldErrors, Password, StaffResetToken};
use services::staff::invitation::Holder;
use services::staff::password_reset::{self, Asked};
use services::{StoreError, VerbError};

use crate::platform::Platform;
use crate::problem::Problem;
use crate::web::forms::Form;
use crate::web::mailbox;
use crate::web::password::reset::{Choice, ChoosePage};
use crate::web::password::{Address, AskPage, AskedPage};
use crate::web::shell::Toast;
use crate::web::sign_in::too_often_words;
use crate::web::{answer, link_gone};
use crate::{flash, session};

/// `GET /password-reset`: where to send the letter.
///
/// # Errors
/// A page that cannot be drawn.
pub async fn form(platform: Platform<AnyStaff>) -> Result<HttpResponse, Problem> {
    ask_again(&platform, String::new(), FieldErrors::new(), StatusCode::OK)
}

/// `POST /password-reset`: the same answer for everybody.
///
/// # Errors
/// No database.
pub async fn ask(
    platform: Platform<AnyStaff>,
    form: Form<Address>,
) -> Result<HttpResponse, Problem> {
    let Form { typed, mut errors } = form;
    let email = errors.check("email", EmailAddress::parse(&typed.email));
    let (Some(email), true) = (email, errors.is_empty()) else {
        let status = StatusCode::UNPROCESSABLE_ENTITY;
        return ask_again(&platform, typed.email, errors, status);
    };
    let limits = platform.limits();
    let asked = platform
        .run(move |tx| Ok(password_reset::ask(tx, &email, &limits)?))
        .await?;
    match asked {
        Asked::Taken => answer::page(&AskedPage {
            bare: platform.bare("Look into your mail"),
            told: password_reset::ANSWER,
            mailbox: mailbox::is_open_to(&platform.app().config, platform.request().address),
        }),
        Asked::TooOften { retry_after } => wait(&platform, typed.email, retry_after),
    }
}

/// `GET /password-reset/{token}`: the form for the new password, as often as one likes.
///
/// # Errors
/// No database.
pub async fn choose(
    platform: Platform<AnyStaff>,
    token: Path<String>,
) -> Result<HttpResponse, Problem> {
    let Some(holder) = look(&platform, &token).await? else {
        return gone(&platform);
    };
    choose_again(&platform, &holder, FieldErrors::new(), StatusCode::OK)
}

/// `POST /password-reset/{token}`: sets the password, once.
///
/// # Errors
/// No database, or no room on the lane.
pub async fn set(
    platform: Platform<AnyStaff>,
    text: Path<String>,
    form: Form<Choice>,
) -> Result<HttpResponse, Problem> {
    let Form { typed, mut errors } = form;
    let Some(holder) = look(&platform, &text).await? else {
        return gone(&platform);
    };
    let name = platform.look().name;
    let about = [holder.name.as_str(), holder.email.as_str(), &name];
    let chosen = errors.check("password", Password::choose(typed.password, &about));
    let (Some(password), true, Some(token)) =
        (chosen, errors.is_empty(), StaffResetToken::parse(&text))
    else {
        let status = StatusCode::UNPROCESSABLE_ENTITY;
        return choose_again(&platform, &holder, errors, status);
    };
    let lane = &platform.app().passwords;
    let hash = lane.hash(password).await.map_err(VerbError::from)?;
    let links = platform.links();
    let done = platform
        .attempt(move |tx| password_reset::finish(tx, &links, &token, &hash))
        .await;
    let device = match done {
        Ok(device) => device,
        Err(VerbError::Store(StoreError::NotFound)) => return gone(&platform),
        Err(error) => return Err(platform.problem(error)),
    };
    session::forget(platform.http());
    let said = Toast::done("Your password is set").text("Sign in with it now.");
    flash::leave(platform.http(), said);
    let mut answer = answer::see_other("/sign-in");
    answer
        .add_cookie(&session::staff::device_cookie(&device))
        .map_err(Problem::internal)?;
    Ok(answer)
}

async fn look(platform: &Platform<AnyStaff>, text: &str) -> Result<Option<Holder>, Problem> {
    let Some(token) = StaffResetToken::parse(text) else {
        return Ok(None);
    };
    platform
        .run(move |tx| Ok(password_reset::look(tx, &token)?))
        .await
}

fn gone(platform: &Platform<AnyStaff>) -> Result<HttpResponse, Problem> {
    let bare = platform.bare(link_gone::TITLE);
    link_gone::framed(bare, "/password-reset", "Ask for a new letter")
}

fn choose_again(
    platform: &Platform<AnyStaff>,
    holder: &Holder,
    errors: FieldErrors,
    status: StatusCode,
) -> Result<HttpResponse, Problem> {
    let page = ChoosePage {
        bare: platform.bare("Choose a new password"),
        errors,
        email: holder.email.to_string(),
    };
    answer::with_status(status, &page)
}

fn ask_again(
    platform: &Platform<AnyStaff>,
    email: String,
    errors: FieldErrors,
    status: StatusCode,
) -> Result<HttpResponse, Problem> {
    let page = AskPage {
        bare: platform.bare("Forgot your password?"),
        errors,
        email,
    };
    answer::with_status(status, &page)
}

fn wait(
    platform: &Platform<AnyStaff>,
    email: String,
    time: Duration,
) -> Result<HttpResponse, Problem> {
    let errors = FieldErrors::one("", too_often_words(time));
    let mut answer = ask_again(platform, email, errors, StatusCode::TOO_MANY_REQUESTS)?;
    answer
        .headers_mut()
        .insert(RETRY_AFTER, time.as_secs().into());
    Ok(answer)
}
