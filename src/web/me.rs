//! The doors of the own profile and preferences. There is no identifier in these addresses: they are
//! about whoever is signed in.

pub mod leaving;
pub(in crate::web) mod page;
pub mod password;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use domain::permission::SignedIn;
use domain::{FieldErrors, FreeFields, Locale, PersonName, TimeZone, text};
use serde::Deserialize;
use services::VerbError;
use services::me::{self, Preferences, Profile};

use crate::flash;
use crate::problem::Problem;
use crate::tenant::Tenant;
use crate::web::answer;
use crate::web::forms::Form;
use crate::web::shell::{Place, Toast};
use page::{Page, clash};

/// The most characters of a department, a place.
const LINE: usize = 120;

/// What was typed as profile.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct TypedProfile {
    #[serde(default)]
    pub(super) version: i32,
    #[serde(default)]
    pub(super) name: String,
    #[serde(default)]
    pub(super) department: String,
    #[serde(default)]
    pub(super) location: String,
    #[serde(default)]
    pub(super) phone: String,
    #[serde(default)]
    pub(super) field_name: Vec<String>,
    #[serde(default)]
    pub(super) field_value: Vec<String>,
}

/// What was chosen as preferences.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct TypedPreferences {
    #[serde(default)]
    pub(super) version: i32,
    #[serde(default)]
    pub(super) locale: String,
    #[serde(default)]
    pub(super) timezone: String,
    #[serde(default)]
    pub(super) notify_email: String,
    #[serde(default)]
    pub(super) notify_in_app: String,
}

/// `GET /me`
///
/// # Errors
/// Not signed in, or no database.
pub async fn show(tenant: Tenant<SignedIn>) -> Result<HttpResponse, Problem> {
    let (user, shell) = tenant.page(Place::Me, me::read).await?;
    answer::page(&Page::new(shell, tenant.entry(), &user))
}

/// `POST /me`: saves the profile.
///
/// # Errors
/// Not signed in, or no database.
pub async fn change(
    tenant: Tenant<SignedIn>,
    form: Form<TypedProfile>,
) -> Result<HttpResponse, Problem> {
    let Form { typed, mut errors } = form;
    let Some(profile) = profile(&typed, &mut errors) else {
        return again(&tenant, errors, |page| {
            page.version = typed.version;
            page.profile = typed.into();
        })
        .await;
    };
    let version = typed.version;
    let saved = tenant
        .attempt(move |tx| me::change_profile(tx, version, &profile))
        .await;
    match saved {
        Ok(_) => {
            flash::leave(tenant.http(), Toast::done("Profile saved"));
            Ok(answer::see_other("/me"))
        }
        Err(VerbError::Stale) => clashed(&tenant, |page| page.profile = typed.into()).await,
        Err(error) => Err(tenant.problem(error)),
    }
}

/// `POST /me/preferences`: saves language, time zone and notices.
///
/// # Errors
/// Not signed in, or no database.
pub async fn change_preferences(
    tenant: Tenant<SignedIn>,
    form: Form<TypedPreferences>,
) -> Result<HttpResponse, Problem> {
    let Form { typed, mut errors } = form;
    let Some(preferences) = preferences(&typed, &mut errors) else {
        return again(&tenant, errors, |page| {
            page.version = typed.version;
            page.preferences = typed.into();
        })
        .await;
    };
    let version = typed.version;
    let saved = tenant
        .attempt(move |tx| me::change_preferences(tx, version, preferences))
        .await;
    match saved {
        Ok(_) => {
            flash::leave(tenant.http(), Toast::done("Preferences saved"));
            Ok(answer::see_other("/me"))
        }
        Err(VerbError::Stale) => clashed(&tenant, |page| page.preferences = typed.into()).await,
        Err(error) => Err(tenant.problem(error)),
    }
}

fn profile(typed: &TypedProfile, errors: &mut FieldErrors) -> Option<Profile> {
    let names = typed.field_name.iter().map(String::as_str);
    let pairs = names.zip(typed.field_value.iter().map(String::as_str));
    let name = errors.check("name", PersonName::parse(&typed.name));
    let department = errors.check("department", text::optional_line(&typed.department, LINE));
    let location = errors.check("location", text::optional_line(&typed.location, LINE));
    let phone = errors.check("phone", text::optional_phone(&typed.phone));
    let fields = errors.check("field_name", FreeFields::parse(pairs));
    if !errors.is_empty() {
        return None;
    }
    Some(Profile {
        name: name?,
        department: department?,
        location: location?,
        phone: phone?,
        fields: fields?,
    })
}

fn preferences(typed: &TypedPreferences, errors: &mut FieldErrors) -> Option<Preferences> {
    let locale = optional(&typed.locale).map(Locale::parse).transpose();
    let locale = errors.check(
        "locale",
        locale.map_err(|_| "Choose a language of the list."),
    );
    let timezone = optional(&typed.timezone).map(TimeZone::parse).transpose();
    let timezone = errors.check("timezone", timezone);
    if !errors.is_empty() {
        return None;
    }
    Some(Preferences {
        locale: locale?,
        timezone: timezone?,
        notify_email: !typed.notify_email.is_empty(),
        notify_in_app: !typed.notify_in_app.is_empty(),
    })
}

fn optional(text: &str) -> Option<&str> {
    Some(text).filter(|text| !text.is_empty())
}

/// The page with what is wrong, and what was typed.
async fn again(
    tenant: &Tenant<SignedIn>,
    errors: FieldErrors,
    typed: impl FnOnce(&mut Page),
) -> Result<HttpResponse, Problem> {
    let (user, shell) = tenant.page(Place::Me, me::read).await?;
    let mut page = Page::new(shell, tenant.entry(), &user);
    typed(&mut page);
    page.errors = errors;
    answer::with_status(StatusCode::UNPROCESSABLE_ENTITY, &page)
}

/// The page with both versions: what is saved now, and what was typed, ready to be saved over it.
async fn clashed(
    tenant: &Tenant<SignedIn>,
    typed: impl FnOnce(&mut Page),
) -> Result<HttpResponse, Problem> {
    let (user, shell) = tenant.page(Place::Me, me::read).await?;
    let saved = Page::new(shell.clone(), tenant.entry(), &user);
    let mut page = Page::new(shell, tenant.entry(), &user);
    typed(&mut page);
    page.version = user.version;
    page.clash = clash(&saved, &page);
    answer::with_status(StatusCode::CONFLICT, &page)
}
