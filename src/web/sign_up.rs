//! The doors of signing up, on the base domain; `services::sign_up` decides, the letter's door is beside this.

pub mod arrive;
pub mod confirm;
mod making;

pub(in crate::web) use making::links;

use std::time::Duration;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::RETRY_AFTER;
use actix_web::web::Query;
use askama::Template;
use domain::staff::AnyStaff;
use domain::{EmailAddress, FieldErrors, Locale, PersonName, Slug, TimeZone};
use serde::Deserialize;
use services::sign_up::{self, ANSWER, Asked, Wish};

use crate::platform::Platform;
use crate::problem::Problem;
use crate::web::answer;
use crate::web::choice::Choice;
use crate::web::forms::Form;
use crate::web::shell::Bare;
use crate::web::sign_in::too_often_words;

#[derive(Template)]
#[template(path = "sign_up/ask.html")]
struct AskPage {
    bare: Bare,
    errors: FieldErrors,
    typed: Typed,
    base: String,
    zones: Vec<Choice>,
}

#[derive(Template)]
#[template(path = "sign_up/asked.html")]
struct AskedPage {
    bare: Bare,
    told: &'static str,
    /// Where the letter is while developing; empty elsewhere.
    mailbox: String,
}

#[derive(Template)]
#[template(path = "sign_up/slug.html")]
struct SlugPart {
    free: bool,
    words: String,
}

/// What was typed.
#[derive(Debug, Default, Deserialize)]
pub struct Typed {
    #[serde(default)]
    organisation: String,
    #[serde(default)]
    slug: String,
    #[serde(default)]
    name: String,
    #[serde(default)]
    email: String,
    #[serde(default)]
    timezone: String,
}

/// The slug that is being typed.
#[derive(Debug, Deserialize)]
pub struct Asking {
    #[serde(default)]
    slug: String,
}

/// `GET /` of the base domain: to the form.
///
/// # Errors
/// None.
pub async fn lead(_platform: Platform<AnyStaff>) -> Result<HttpResponse, Problem> {
    Ok(answer::see_other("/signup"))
}

/// `GET /signup`: the form.
///
/// # Errors
/// None.
pub async fn form(platform: Platform<AnyStaff>) -> Result<HttpResponse, Problem> {
    again(
        &platform,
        Typed::default(),
        FieldErrors::new(),
        StatusCode::OK,
    )
}

/// `GET /signup/slug`: whether the address that is being typed is free.
///
/// # Errors
/// No database.
pub async fn slug(
    platform: Platform<AnyStaff>,
    asking: Query<Asking>,
) -> Result<HttpResponse, Problem> {
    let part = |free, words: String| SlugPart { free, words };
    let part = match Slug::parse(&asking.slug) {
        Err(error) => part(false, error.to_string()),
        Ok(slug) => {
            let limits = platform.limits();
            let host = format!("{slug}.{}", platform.app().config.server.base_domain);
            let free = platform
                .run(move |tx| sign_up::slug_is_free(tx, &slug, &limits))
                .await?;
            match free {
                Ok(true) => part(true, format!("{host} is free.")),
                Ok(false) => part(false, format!("{host} is taken.")),
                Err(wait) => part(false, too_often_words(wait)),
            }
        }
    };
    answer::page(&part)
}

/// `POST /signup`: the same answer for every mail address.
///
/// # Errors
/// No database.
pub async fn ask(platform: Platform<AnyStaff>, form: Form<Typed>) -> Result<HttpResponse, Problem> {
    let Form { typed, mut errors } = form;
    let organisation = domain::tenant_settings::name(&typed.organisation);
    let organisation = errors.check("organisation", organisation);
    let slug = errors.check("slug", Slug::parse(&typed.slug));
    let name = errors.check("name", PersonName::parse(&typed.name));
    let email = errors.check("email", EmailAddress::parse(&typed.email));
    let timezone = match typed.timezone.as_str() {
        "" => Some(TimeZone::default()),
        zone => errors.check("timezone", TimeZone::parse(zone)),
    };
    let (Some(organisation), Some(slug), Some(name), Some(email), Some(timezone), true) =
        (organisation, slug, name, email, timezone, errors.is_empty())
    else {
        return again(&platform, typed, errors, StatusCode::UNPROCESSABLE_ENTITY);
    };
    let wish = Wish {
        organisation,
        slug,
        name,
        email,
        locale: Locale::default(),
        timezone,
    };
    let (links, limits) = (links(&platform), platform.limits());
    let asked = platform
        .run(move |tx| sign_up::ask(tx, &links, &wish, &limits))
        .await?;
    match asked {
        Asked::Taken => answer::page(&AskedPage {
            bare: platform.bare("Look into your mail"),
            told: ANSWER,
            mailbox: making::mailbox(&platform),
        }),
        Asked::Wrong(errors) => again(&platform, typed, errors, StatusCode::UNPROCESSABLE_ENTITY),
        Asked::TooOften { retry_after } => wait(&platform, typed, retry_after),
    }
}

/// What the letter is made with: its link leads to the base domain, where this page is.
fn again(
    platform: &Platform<AnyStaff>,
    typed: Typed,
    errors: FieldErrors,
    status: StatusCode,
) -> Result<HttpResponse, Problem> {
    let page = AskPage {
        bare: platform.bare("Create a workspace"),
        errors,
        typed,
        base: platform.app().config.server.base_domain.clone(),
        zones: TimeZone::names()
            .map(|zone| Choice::new(zone, zone))
            .collect(),
    };
    answer::with_status(status, &page)
}

fn wait(
    platform: &Platform<AnyStaff>,
    typed: Typed,
    time: Duration,
) -> Result<HttpResponse, Problem> {
    let errors = FieldErrors::one("", too_often_words(time));
    let mut answer = again(platform, typed, errors, StatusCode::TOO_MANY_REQUESTS)?;
    answer
        .headers_mut()
        .insert(RETRY_AFTER, time.as_secs().into());
    Ok(answer)
}
