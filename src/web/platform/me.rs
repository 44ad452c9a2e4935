//! The doors of the own record of somebody of the staff: name and preferences, password, devices.

pub mod password;
pub mod sessions;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use askama::Template;
use domain::staff::SignedInStaff;
use domain::{FieldErrors, Locale, PersonName, TimeZone};
use serde::Deserialize;
use services::VerbError;
use services::staff::me::{self, Profile};

use super::shell::{StaffPlace, StaffShell};
use crate::flash;
use crate::platform::Platform;
use crate::problem::Problem;
use crate::web::answer;
use crate::web::choice::Choice;
use crate::web::forms::Form;
use crate::web::me::page::{locales_after, zones_after};
use crate::web::shell::Toast;

#[derive(Template)]
#[template(path = "platform/me.html")]
struct Page {
    shell: StaffShell,
    errors: FieldErrors,
    typed: Typed,
    /// Whether somebody changed the record while the form was open.
    clash: bool,
    locales: Vec<Choice>,
    zones: Vec<Choice>,
}

/// What was typed.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct Typed {
    #[serde(default)]
    version: i32,
    #[serde(default)]
    name: String,
    #[serde(default)]
    locale: String,
    #[serde(default)]
    timezone: String,
}

/// `GET /me`
///
/// # Errors
/// Not signed in, or no database.
pub async fn show(platform: Platform<SignedInStaff>) -> Result<HttpResponse, Problem> {
    let (own, shell) = platform.page(StaffPlace::Me, me::read).await?;
    let typed = Typed {
        version: own.version,
        name: own.name,
        locale: own.locale.unwrap_or_default(),
        timezone: own.timezone.unwrap_or_default(),
    };
    draw(shell, typed, FieldErrors::new(), StatusCode::OK)
}

/// `POST /me`
///
/// # Errors
/// Not signed in, or no database.
pub async fn change(
    platform: Platform<SignedInStaff>,
    form: Form<Typed>,
) -> Result<HttpResponse, Problem> {
    let Form { typed, mut errors } = form;
    let Some(profile) = profile(&typed, &mut errors) else {
        let ((), shell) = platform.page(StaffPlace::Me, |_| Ok(())).await?;
        return draw(shell, typed, errors, StatusCode::UNPROCESSABLE_ENTITY);
    };
    let version = typed.version;
    let saved = platform
        .attempt(move |tx| me::change_profile(tx, version, &profile))
        .await;
    match saved {
        Ok(()) => {
            flash::leave(platform.http(), Toast::done("Saved"));
            Ok(answer::see_other("/me"))
        }
        Err(VerbError::Stale) => {
            let (own, shell) = platform.page(StaffPlace::Me, me::read).await?;
            let typed = Typed {
                version: own.version,
                ..typed
            };
            draw(shell, typed, FieldErrors::new(), StatusCode::CONFLICT)
        }
        Err(error) => Err(platform.problem(error)),
    }
}

fn profile(typed: &Typed, errors: &mut FieldErrors) -> Option<Profile> {
    let chosen = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    let name = errors.check("name", PersonName::parse(&typed.name));
    if !typed.locale.is_empty() && Locale::parse(&typed.locale).is_err() {
        errors.add("locale", "Choose a language of the list.");
    }
    if !typed.timezone.is_empty() {
        errors.check("timezone", TimeZone::parse(&typed.timezone));
    }
    if !errors.is_empty() {
        return None;
    }
    Some(Profile {
        name: name?,
        locale: chosen(&typed.locale),
        timezone: chosen(&typed.timezone),
    })
}

fn draw(
    shell: StaffShell,
    typed: Typed,
    errors: FieldErrors,
    status: StatusCode,
) -> Result<HttpResponse, Problem> {
    let page = Page {
        shell,
        errors,
        typed,
        clash: status == StatusCode::CONFLICT,
        locales: locales_after(format!("As usual: {}", Locale::default().title())),
        zones: zones_after(format!("As usual: {}", TimeZone::default())),
    };
    answer::with_status(status, &page)
}
