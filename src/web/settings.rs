//! The organisation's settings: each group is a form that saves by itself. Closing it is in `closing`.

pub mod closing;
mod page;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use domain::FieldErrors;
use domain::permission::{ManageSettings, ReadSettings};
use domain::tenant_settings::{Currency, DatePattern, TimePattern};
use domain::{Locale, TimeZone};
use serde::Deserialize;
use services::VerbError;
use services::settings::{self, General, Insider, OfSettings};
use services::tenants::{Contact, Found};
use services::visits::{self, Policy};

use crate::flash;
use crate::problem::Problem;
use crate::tenant::Tenant;
use crate::web::answer;
use crate::web::forms::Form;
use crate::web::shell::{Place, Shell, Toast};
use page::{Page, clash};

/// What was typed as general settings.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct TypedGeneral {
    #[serde(default)]
    pub(super) version: i32,
    #[serde(default)]
    pub(super) name: String,
    #[serde(default)]
    pub(super) timezone: String,
    #[serde(default)]
    pub(super) locale: String,
    #[serde(default)]
    pub(super) currency: String,
    #[serde(default)]
    pub(super) date_format: String,
    #[serde(default)]
    pub(super) time_format: String,
}

/// What was typed as contact.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct TypedContact {
    #[serde(default)]
    pub(super) version: i32,
    #[serde(default)]
    pub(super) billing_email: String,
    #[serde(default)]
    pub(super) contact_name: String,
    #[serde(default)]
    pub(super) contact_email: String,
    #[serde(default)]
    pub(super) contact_phone: String,
}

/// `GET /settings`
///
/// # Errors
/// Not signed in, not allowed, or no database.
pub async fn show(tenant: Tenant<ReadSettings>) -> Result<HttpResponse, Problem> {
    let (found, policy, shell) = read(&tenant).await?;
    answer::page(&Page::new(shell, &tenant.lifetimes(), &found, policy))
}

/// `POST /settings/general`
///
/// # Errors
/// Not allowed, or no database.
pub async fn change_general(
    tenant: Tenant<ManageSettings>,
    form: Form<TypedGeneral>,
) -> Result<HttpResponse, Problem> {
    let Form { typed, mut errors } = form;
    let wanted = general(&typed, &mut errors).ok_or(VerbError::Invalid(errors));
    let version = typed.version;
    let saved = match wanted {
        Ok(wanted) => {
            let insider = insider(&tenant).await?;
            let (store, request) = (tenant.app().store.clone(), tenant.request().clone());
            let save =
                move || settings::change_general(&store, &request, &insider, version, &wanted);
            tenant.app().within(tenant.entry(), save).await.map(drop)
        }
        Err(error) => Err(error),
    };
    done(&tenant, saved, "General settings saved", |page| {
        page.general = typed
    })
    .await
}

/// `POST /settings/contact`
///
/// # Errors
/// Not allowed, or no database.
pub async fn change_contact(
    tenant: Tenant<ManageSettings>,
    form: Form<TypedContact>,
) -> Result<HttpResponse, Problem> {
    let Form { typed, errors } = form;
    let version = typed.version;
    let some = |text: &String| Some(text.clone()).filter(|text| !text.trim().is_empty());
    let wanted = Contact {
        billing_email: some(&typed.billing_email),
        name: some(&typed.contact_name),
        email: some(&typed.contact_email),
        phone: some(&typed.contact_phone),
    };
    let saved = if errors.is_empty() {
        let insider = insider(&tenant).await?;
        let (store, request) = (tenant.app().store.clone(), tenant.request().clone());
        let save = move || settings::change_contact(&store, &request, &insider, version, &wanted);
        tenant.app().within(tenant.entry(), save).await.map(drop)
    } else {
        Err(VerbError::Invalid(errors))
    };
    done(&tenant, saved, "Contact saved", |page| page.contact = typed).await
}

fn general(typed: &TypedGeneral, errors: &mut FieldErrors) -> Option<General> {
    let name = domain::tenant_settings::name(&typed.name);
    let name = errors.check("name", name);
    let locale = Locale::parse(&typed.locale).map_err(|_| "Choose a language of the list.");
    let locale = errors.check("locale", locale);
    let timezone = errors.check("timezone", TimeZone::parse(&typed.timezone));
    let currency = errors.check("currency", Currency::parse(&typed.currency));
    let date_format = errors.check("date_format", DatePattern::parse(&typed.date_format));
    let time_format = errors.check("time_format", TimePattern::parse(&typed.time_format));
    if !errors.is_empty() {
        return None;
    }
    Some(General {
        name: name?,
        locale: locale?,
        timezone: timezone?,
        currency: currency?,
        date_format: date_format?,
        time_format: time_format?,
    })
}

/// The proof of the right, from the tenant's own transaction.
async fn insider<P: OfSettings>(tenant: &Tenant<P>) -> Result<Insider<P>, Problem> {
    tenant.run(|tx| Ok(Insider::of(tx))).await
}

/// The record, what support is told, and the frame.
async fn read<P: OfSettings>(tenant: &Tenant<P>) -> Result<(Found, Policy, Shell), Problem> {
    let ((insider, policy), shell) = tenant
        .page(Place::Settings, |tx| {
            Ok((Insider::of(tx), visits::policy(tx)?))
        })
        .await?;
    let (store, request) = (tenant.app().store.clone(), tenant.request().clone());
    let read = move || settings::read(&store, &request, &insider);
    let found = tenant.app().within(tenant.entry(), read).await;
    let found = found.map_err(|error| tenant.problem(error))?;
    Ok((found, policy, shell))
}

/// Saved and back, or the page with what was typed and why it was not saved.
async fn done(
    tenant: &Tenant<ManageSettings>,
    saved: Result<(), VerbError>,
    said: &str,
    typed: impl FnOnce(&mut Page),
) -> Result<HttpResponse, Problem> {
    let (errors, status) = match saved {
        Ok(()) => {
            // Other processes hear of it from the catalogue; this one shows it on the next page.
            tenant.app().directory.forget();
            flash::leave(tenant.http(), Toast::done(said));
            return Ok(answer::see_other("/settings"));
        }
        Err(VerbError::Invalid(errors)) => (errors, StatusCode::UNPROCESSABLE_ENTITY),
        Err(VerbError::Stale) => (FieldErrors::new(), StatusCode::CONFLICT),
        Err(error) => return Err(tenant.problem(error)),
    };
    let (found, policy, shell) = read(tenant).await?;
    let is = Page::new(shell.clone(), &tenant.lifetimes(), &found, policy);
    let mut page = Page::new(shell, &tenant.lifetimes(), &found, policy);
    typed(&mut page);
    page.errors = errors;
    if status == StatusCode::CONFLICT {
        page.clash = clash(&is, &page);
    }
    // What is sent next is over what was shown: the version of now.
    page.version = found.record.version;
    answer::with_status(status, &page)
}
