//! The doors by which staff sign in. Who is let in is decided in `services::staff::sign_in`; a form that was
//! typed while the session ended comes back through `kept`.

use std::time::Duration;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::RETRY_AFTER;
use actix_web::web::Query;
use askama::Template;
use domain::staff::AnyStaff;
use domain::{EmailAddress, FieldErrors, Password};
use serde::Deserialize;
use services::VerbError;
use services::staff::sign_in::{self, Entered, Weighed};

use crate::platform::Platform;
use crate::problem::Problem;
use crate::session::staff as session;
use crate::web::answer;
use crate::web::forms::Form;
use crate::web::kept::Kept;
use crate::web::redirect::NextPage;
use crate::web::shell::Bare;
use crate::web::sign_in::too_often_words;

#[derive(Template)]
#[template(path = "platform/sign_in.html")]
struct Page {
    bare: Bare,
    errors: FieldErrors,
    email: String,
    next: String,
    kept: Option<Kept>,
}

/// What the address may say.
#[derive(Debug, Deserialize)]
pub struct Asked {
    next: Option<String>,
}

/// What was typed.
#[derive(Debug, Default, Deserialize)]
pub struct Typed {
    #[serde(default)]
    email: String,
    #[serde(default)]
    password: String,
    #[serde(default)]
    next: String,
    /// The form that was sent when the session had ended, and where to.
    #[serde(default)]
    kept: String,
    #[serde(default)]
    kept_for: String,
}

impl Typed {
    fn kept(&self) -> Option<Kept> {
        Kept::carried(&self.kept_for, &self.kept)
    }
}

/// `GET /sign-in`: the form, or straight on for whoever is signed in.
///
/// # Errors
/// No database.
pub async fn form(
    platform: Platform<AnyStaff>,
    asked: Query<Asked>,
) -> Result<HttpResponse, Problem> {
    let next = NextPage::or_home(asked.next.as_deref());
    if platform.run(|tx| Ok(tx.staff().is_ok())).await? {
        return Ok(answer::see_other(next.as_str()));
    }
    answer::page(&Page {
        bare: platform.bare("Sign in"),
        errors: FieldErrors::new(),
        email: String::new(),
        next: next.as_str().to_owned(),
        kept: None,
    })
}

/// `POST /sign-in`: in three steps, and no connection is held while the password is hashed.
///
/// # Errors
/// No database, or no room on the lane.
pub async fn submit(
    platform: Platform<AnyStaff>,
    form: Form<Typed>,
) -> Result<HttpResponse, Problem> {
    let Form { typed, mut errors } = form;
    let email = errors.check("email", EmailAddress::parse(&typed.email));
    if typed.password.is_empty() {
        errors.add("password", "Enter your password.");
    }
    let password = errors.check("password", Password::typed(typed.password.clone()));
    let (Some(email), Some(password), true) = (email, password, errors.is_empty()) else {
        return again(&platform, &typed, errors, StatusCode::UNPROCESSABLE_ENTITY);
    };
    let (device, limits) = (session::device(platform.http()), platform.limits());
    let weighed = platform
        .run(move |tx| Ok(sign_in::weigh(tx, &email, device.as_ref(), &limits)?))
        .await?;
    let attempt = match weighed {
        Weighed::Go(attempt) => attempt,
        Weighed::TooOften { retry_after } => return too_often(&platform, &typed, retry_after),
    };
    let judged = sign_in::judge(&platform.app().passwords, attempt, password)
        .await
        .map_err(VerbError::from)?;
    let lifetimes = platform.lifetimes();
    let entered = platform
        .run(move |tx| Ok(sign_in::admit(tx, &judged, lifetimes)?))
        .await?;
    match entered {
        Some(entered) => welcome(&platform, &entered, &typed),
        None => {
            let errors = FieldErrors::one("", sign_in::REFUSAL);
            again(&platform, &typed, errors, StatusCode::UNAUTHORIZED)
        }
    }
}

/// Puts both cookies into the browser and leads on.
fn welcome(
    platform: &Platform<AnyStaff>,
    entered: &Entered,
    typed: &Typed,
) -> Result<HttpResponse, Problem> {
    session::begin(platform.http(), &entered.session);
    let mut answer = match typed.kept() {
        Some(kept) => kept.page()?,
        None => answer::see_other(NextPage::or_home(Some(&typed.next)).as_str()),
    };
    answer
        .add_cookie(&session::device_cookie(&entered.device))
        .map_err(Problem::internal)?;
    Ok(answer)
}

fn again(
    platform: &Platform<AnyStaff>,
    typed: &Typed,
    errors: FieldErrors,
    status: StatusCode,
) -> Result<HttpResponse, Problem> {
    let page = Page {
        bare: platform.bare("Sign in"),
        errors,
        email: typed.email.clone(),
        next: NextPage::or_home(Some(&typed.next)).as_str().to_owned(),
        kept: typed.kept(),
    };
    answer::with_status(status, &page)
}

fn too_often(
    platform: &Platform<AnyStaff>,
    typed: &Typed,
    wait: Duration,
) -> Result<HttpResponse, Problem> {
    let errors = FieldErrors::one("", too_often_words(wait));
    let mut answer = again(platform, typed, errors, StatusCode::TOO_MANY_REQUESTS)?;
    answer
        .headers_mut()
        .insert(RETRY_AFTER, wait.as_secs().into());
    Ok(answer)
}
