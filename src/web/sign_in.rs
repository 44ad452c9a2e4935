//! The doors of signing in. Who is let in is decided in `services::sign_in`; a form that was
//! typed while the session ended comes back through `kept`.

use std::time::Duration;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::RETRY_AFTER;
use actix_web::web::Query;
use askama::Template;
use domain::permission::Anyone;
use domain::{EmailAddress, FieldErrors, Password};
use serde::Deserialize;
use services::VerbError;
use services::sessions::Stay;
use services::sign_in::{self, Entered, Weighed};

use crate::problem::Problem;
use crate::session;
use crate::tenant::Tenant;
use crate::web::answer;
use crate::web::forms::Form;
use crate::web::kept::Kept;
use crate::web::redirect::NextPage;
use crate::web::shell::Bare;

#[derive(Template)]
#[template(path = "sign_in/page.html")]
struct Page {
    bare: Bare,
    errors: FieldErrors,
    email: String,
    keep: bool,
    next: String,
    kept: Option<Kept>,
    /// What is said beside the box.
    kept_for: String,
}

/// What the address may say.
#[derive(Debug, Deserialize)]
pub struct Asked {
    next: Option<String>,
    /// Whoever comes from a sign-up has typed it already.
    email: Option<String>,
}

/// What was typed.
#[derive(Debug, Default, Deserialize)]
pub struct Typed {
    #[serde(default)]
    email: String,
    #[serde(default)]
    password: String,
    #[serde(default)]
    keep: String,
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
pub async fn form(tenant: Tenant<Anyone>, asked: Query<Asked>) -> Result<HttpResponse, Problem> {
    let next = NextPage::or_home(asked.next.as_deref());
    let (is_in, bare) = tenant.bare("Sign in", |tx| Ok(tx.user().is_ok())).await?;
    if is_in {
        return Ok(answer::see_other(next.as_str()));
    }
    answer::page(&Page {
        bare,
        errors: FieldErrors::new(),
        email: asked.email.clone().unwrap_or_default(),
        keep: false,
        next: next.as_str().to_owned(),
        kept: None,
        kept_for: kept_for(&tenant),
    })
}

/// `POST /sign-in`: in three steps after a turn, and no connection is held while the password is hashed.
///
/// # Errors
/// No database, or no room on the lane.
pub async fn submit(tenant: Tenant<Anyone>, form: Form<Typed>) -> Result<HttpResponse, Problem> {
    let Form { typed, mut errors } = form;
    let email = errors.check("email", EmailAddress::parse(&typed.email));
    if typed.password.is_empty() {
        errors.add("password", "Enter your password.");
    }
    let password = errors.check("password", Password::typed(typed.password.clone()));
    let (Some(email), Some(password), true) = (email, password, errors.is_empty()) else {
        return again(&tenant, &typed, errors, StatusCode::UNPROCESSABLE_ENTITY).await;
    };
    let lane = &tenant.app().passwords;
    let _turn = lane.turn().await.map_err(VerbError::from)?;
    let (device, limits) = (session::device(tenant.http()), tenant.limits());
    let weighed = tenant
        .run(move |tx| Ok(sign_in::weigh(tx, &email, device.as_ref(), &limits)?))
        .await?;
    let attempt = match weighed {
        Weighed::Go(attempt) => attempt,
        Weighed::TooOften { retry_after } => return too_often(&tenant, &typed, retry_after).await,
    };
    let judged = sign_in::judge(lane, attempt, password)
        .await
        .map_err(VerbError::from)?;
    let (stay, lifetimes) = (stay(&typed.keep), tenant.lifetimes());
    let entered = tenant
        .run(move |tx| Ok(sign_in::admit(tx, &judged, stay, lifetimes)?))
        .await?;
    match entered {
        Some(entered) => welcome(&tenant, &entered, &typed),
        None => {
            let errors = FieldErrors::one("", sign_in::REFUSAL);
            again(&tenant, &typed, errors, StatusCode::UNAUTHORIZED).await
        }
    }
}

/// Puts both cookies into the browser and leads on.
fn welcome(
    tenant: &Tenant<Anyone>,
    entered: &Entered,
    typed: &Typed,
) -> Result<HttpResponse, Problem> {
    let opened = &entered.session;
    session::begin(tenant.http(), tenant.id(), &opened.token, opened.keep_for);
    let mut answer = match typed.kept() {
        Some(kept) => kept.page()?,
        None => answer::see_other(NextPage::or_home(Some(&typed.next)).as_str()),
    };
    answer
        .add_cookie(&session::device_cookie(&entered.device))
        .map_err(Problem::internal)?;
    Ok(answer)
}

/// How long "keep me signed in" lasts, in words.
fn kept_for(tenant: &Tenant<Anyone>) -> String {
    let keep = tenant.lifetimes().keep;
    match keep.num_days() {
        0 => format!("For {} hours, on this device only", keep.num_hours().max(1)),
        1 => "For a day, on this device only".to_owned(),
        days => format!("For {days} days, on this device only"),
    }
}

fn stay(keep: &str) -> Stay {
    if keep.is_empty() {
        Stay::UntilClosed
    } else {
        Stay::Kept
    }
}

async fn again(
    tenant: &Tenant<Anyone>,
    typed: &Typed,
    errors: FieldErrors,
    status: StatusCode,
) -> Result<HttpResponse, Problem> {
    let ((), bare) = tenant.bare("Sign in", |_| Ok(())).await?;
    let page = Page {
        bare,
        errors,
        email: typed.email.clone(),
        keep: !typed.keep.is_empty(),
        next: NextPage::or_home(Some(&typed.next)).as_str().to_owned(),
        kept: typed.kept(),
        kept_for: kept_for(tenant),
    };
    answer::with_status(status, &page)
}

async fn too_often(
    tenant: &Tenant<Anyone>,
    typed: &Typed,
    wait: Duration,
) -> Result<HttpResponse, Problem> {
    let errors = FieldErrors::one("", too_often_words(wait));
    let mut answer = again(tenant, typed, errors, StatusCode::TOO_MANY_REQUESTS).await?;
    answer
        .headers_mut()
        .insert(RETRY_AFTER, wait.as_secs().into());
    Ok(answer)
}

/// What is said to whoever has to wait, the same at every door.
pub(in crate::web) fn too_often_words(wait: Duration) -> String {
    let minutes = wait.as_secs().div_ceil(60).max(1);
    let time = match minutes {
        1 => "a minute".to_owned(),
        more => format!("{more} minutes"),
    };
    format!("There were too many tries. Wait {time}, then try again.")
}
