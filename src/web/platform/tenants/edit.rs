//! Changing what is written about a tenant: general, contact and billing, features and limits, the product's
//! configuration. Whoever saves second sees both versions.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Path;
use askama::Template;
use domain::FieldErrors;
use domain::staff::ManageTenants;
use serde::Deserialize;
use services::VerbError;
use services::tenants::{Change, Doer, TenantRecord, change};

use super::fields;
use super::typed::Typed;
use crate::flash;
use crate::platform::Platform;
use crate::problem::Problem;
use crate::web::answer;
use crate::web::choice::Choice;
use crate::web::diff::{Line, diff};
use crate::web::forms::Form;
use crate::web::platform::shell::{StaffPlace, StaffShell};
use crate::web::shell::Toast;

#[derive(Template)]
#[template(path = "platform/tenants/edit.html")]
struct Page {
    shell: StaffShell,
    errors: FieldErrors,
    base: String,
    version: i32,
    typed: Typed,
    locales: Vec<Choice>,
    zones: Vec<Choice>,
    currencies: Vec<Choice>,
    /// How what is saved differs from what was typed, after somebody else saved first.
    clash: Vec<Line>,
}

/// The form as it is sent.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Sent {
    version: String,
    name: String,
    alias: String,
    locale: String,
    timezone: String,
    currency: String,
    date_format: String,
    time_format: String,
    contact_name: String,
    contact_email: String,
    contact_phone: String,
    billing_email: String,
    features: String,
    limits: String,
    product_config: String,
}

/// `GET /tenants/{id}/edit`
///
/// # Errors
/// 404, or what keeps the tenant from being read.
pub async fn form(
    platform: Platform<ManageTenants>,
    name: Path<String>,
) -> Result<HttpResponse, Problem> {
    let (record, shell) = read(&platform, &name).await?;
    let typed = Typed::of(&Change::of(&record));
    let page = Page::new(shell, &record, typed);
    answer::page(&page)
}

/// `POST /tenants/{id}/edit`
///
/// # Errors
/// 404, a rule, or no database.
pub async fn submit(
    platform: Platform<ManageTenants>,
    name: Path<String>,
    form: Form<Sent>,
) -> Result<HttpResponse, Problem> {
    let Form {
        typed: sent,
        mut errors,
    } = form;
    let (version, typed) = sent.apart();
    let wanted = typed.read(&mut errors);
    let (Some(wanted), true) = (wanted, errors.is_empty()) else {
        return again(&platform, &name, version, typed, errors).await;
    };
    let named = name.clone();
    let saved = platform
        .attempt(move |tx| {
            let tenant = tx.named_tenant(&named)?;
            change::change(tx, tenant, Some(version), &wanted, &Doer::Platform)
        })
        .await;
    match saved {
        Ok(record) => {
            flash::leave(platform.http(), Toast::done("Saved"));
            Ok(answer::see_other(&format!("/tenants/{}", record.id)))
        }
        Err(VerbError::Stale) => clashed(&platform, &name, typed).await,
        Err(VerbError::Invalid(errors)) => again(&platform, &name, version, typed, errors).await,
        Err(error) => Err(platform.problem(error)),
    }
}

impl Sent {
    fn apart(self) -> (i32, Typed) {
        let typed = Typed {
            name: self.name,
            alias: self.alias,
            locale: self.locale,
            timezone: self.timezone,
            currency: self.currency,
            date_format: self.date_format,
            time_format: self.time_format,
            contact_name: self.contact_name,
            contact_email: self.contact_email,
            contact_phone: self.contact_phone,
            billing_email: self.billing_email,
            features: self.features,
            limits: self.limits,
            product_config: self.product_config,
        };
        // A version that is no number is no version that the record ever had.
        (self.version.parse().unwrap_or(0), typed)
    }
}

impl Page {
    fn new(shell: StaffShell, record: &TenantRecord, typed: Typed) -> Self {
        let base = format!("/tenants/{}", record.id);
        Self {
            shell: shell
                .titled(format!("Change {}", record.name))
                .below(&record.name, &base),
            errors: FieldErrors::new(),
            base,
            version: record.version,
            typed,
            locales: fields::locales(),
            zones: fields::zones(),
            currencies: fields::currencies(),
            clash: Vec::new(),
        }
    }
}

async fn read(
    platform: &Platform<ManageTenants>,
    name: &str,
) -> Result<(TenantRecord, StaffShell), Problem> {
    let name = name.to_owned();
    platform
        .page(StaffPlace::Tenants, move |tx| {
            let tenant = tx.named_tenant(&name)?;
            Ok(tx.tenant_record(tenant)?)
        })
        .await
}

/// The page with what is wrong, and what was typed.
async fn again(
    platform: &Platform<ManageTenants>,
    name: &str,
    version: i32,
    typed: Typed,
    errors: FieldErrors,
) -> Result<HttpResponse, Problem> {
    let (record, shell) = read(platform, name).await?;
    let page = Page {
        version,
        errors,
        ..Page::new(shell, &record, typed)
    };
    answer::with_status(StatusCode::UNPROCESSABLE_ENTITY, &page)
}

/// The page with both versions: what is saved now, and what was typed, ready to be saved over it.
async fn clashed(
    platform: &Platform<ManageTenants>,
    name: &str,
    typed: Typed,
) -> Result<HttpResponse, Problem> {
    let (record, shell) = read(platform, name).await?;
    let saved = Typed::of(&Change::of(&record)).as_fields();
    let page = Page {
        clash: diff(Some(&saved), Some(&typed.as_fields())),
        ..Page::new(shell, &record, typed)
    };
    answer::with_status(StatusCode::CONFLICT, &page)
}
