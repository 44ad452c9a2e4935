//! The doors of changing what is written about a person. Whoever saves second sees both versions.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Path;
use askama::Template;
use domain::permission::ManageUsers;
use domain::{FieldErrors, Locale, TimeZone, UserId};
use serde::Deserialize;
use serde_json::{Value as Json, json};
use services::TenantEntry;
use services::VerbError;
use services::users::change::{self, Typed};
use services::users::list::{self, Detail};

use super::deeds::person;
use super::invite::choices;
use crate::flash;
use crate::problem::Problem;
use crate::tenant::Tenant;
use crate::web::answer;
use crate::web::choice::Choice;
use crate::web::diff::{Line, diff};
use crate::web::forms::Form;
use crate::web::shell::{Place, Shell, Toast};

/// Empty rows for the tenant's own fields, beside those that hold something.
const SPARE_FIELDS: usize = 2;

#[derive(Template)]
#[template(path = "users/edit.html")]
struct Page {
    shell: Shell,
    errors: FieldErrors,
    base: String,
    version: i32,
    typed: Typed,
    roles: Vec<Choice>,
    locales: Vec<Choice>,
    zones: Vec<Choice>,
    /// How what is saved differs from what was typed, after somebody else saved first.
    clash: Vec<Line>,
}

/// The form as it is sent.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Sent {
    version: String,
    email: String,
    name: String,
    role: String,
    department: String,
    location: String,
    phone: String,
    locale: String,
    timezone: String,
    notify_email: String,
    notify_in_app: String,
    field_name: Vec<String>,
    field_value: Vec<String>,
}

/// `GET /users/{id}/edit`
///
/// # Errors
/// 404, or what keeps the person from being read.
pub async fn form(tenant: Tenant<ManageUsers>, id: Path<String>) -> Result<HttpResponse, Problem> {
    let (detail, shell) = read(&tenant, person(&id)?).await?;
    let typed = Typed::of(&detail.person);
    Page::new(shell, tenant.entry(), &detail, typed).answer(StatusCode::OK)
}

/// `POST /users/{id}/edit`
///
/// # Errors
/// 404, a rule, or no database.
pub async fn submit(
    tenant: Tenant<ManageUsers>,
    id: Path<String>,
    form: Form<Sent>,
) -> Result<HttpResponse, Problem> {
    let id = person(&id)?;
    let Form {
        typed: sent,
        errors,
    } = form;
    let (version, typed) = sent.apart();
    if !errors.is_empty() {
        return again(&tenant, id, version, typed, errors).await;
    }
    let (links, wanted) = (tenant.links(), typed.clone());
    let saved = tenant
        .attempt(move |tx| change::change(tx, &links, id, version, &wanted))
        .await;
    match saved {
        Ok(()) => {
            flash::leave(tenant.http(), Toast::done("Saved"));
            Ok(answer::see_other(&format!("/users/{id}")))
        }
        Err(VerbError::Stale) => clashed(&tenant, id, typed).await,
        Err(VerbError::Invalid(errors)) => again(&tenant, id, version, typed, errors).await,
        Err(error) => Err(tenant.problem(error)),
    }
}

impl Sent {
    fn apart(self) -> (i32, Typed) {
        let fields = self.field_name.into_iter().zip(self.field_value);
        let typed = Typed {
            email: self.email,
            name: self.name,
            role: self.role,
            department: self.department,
            location: self.location,
            phone: self.phone,
            locale: self.locale,
            timezone: self.timezone,
            notify_email: !self.notify_email.is_empty(),
            notify_in_app: !self.notify_in_app.is_empty(),
            fields: fields
                .filter(|(name, value)| !name.is_empty() || !value.is_empty())
                .collect(),
        };
        // A version that is no number is no version that the record ever had.
        (self.version.parse().unwrap_or(0), typed)
    }
}

impl Page {
    fn new(shell: Shell, tenant: &TenantEntry, detail: &Detail, typed: Typed) -> Self {
        let mut roles = choices(detail.givable.clone());
        let own = detail.person.role.to_string();
        if !roles.iter().any(|choice| choice.value == own) {
            roles.insert(0, Choice::new(own, detail.role_name.clone()));
        }
        let mut typed = typed;
        let room = SPARE_FIELDS + typed.fields.len();
        typed.fields.resize_with(room, Default::default);
        Self {
            shell: shell.titled(format!("Edit {}", detail.person.name)),
            errors: FieldErrors::new(),
            base: format!("/users/{}", detail.person.id),
            version: detail.person.version,
            typed,
            roles,
            locales: locales(tenant),
            zones: zones(tenant),
            clash: Vec::new(),
        }
    }

    fn answer(&self, status: StatusCode) -> Result<HttpResponse, Problem> {
        answer::with_status(status, self)
    }
}

async fn read(tenant: &Tenant<ManageUsers>, id: UserId) -> Result<(Detail, Shell), Problem> {
    tenant
        .page(Place::Users, move |tx| list::detail(tx, id))
        .await
}

/// The page with what is wrong, and what was typed.
async fn again(
    tenant: &Tenant<ManageUsers>,
    id: UserId,
    version: i32,
    typed: Typed,
    errors: FieldErrors,
) -> Result<HttpResponse, Problem> {
    let (detail, shell) = read(tenant, id).await?;
    let page = Page {
        version,
        errors,
        ..Page::new(shell, tenant.entry(), &detail, typed)
    };
    page.answer(StatusCode::UNPROCESSABLE_ENTITY)
}

/// The page with both versions: what is saved now, and what was typed, ready to be saved over it.
async fn clashed(
    tenant: &Tenant<ManageUsers>,
    id: UserId,
    typed: Typed,
) -> Result<HttpResponse, Problem> {
    let (detail, shell) = read(tenant, id).await?;
    let (saved, mine) = (as_fields(&Typed::of(&detail.person)), as_fields(&typed));
    let page = Page {
        clash: diff(Some(&saved), Some(&mine)),
        ..Page::new(shell, tenant.entry(), &detail, typed)
    };
    page.answer(StatusCode::CONFLICT)
}

fn as_fields(typed: &Typed) -> Json {
    let own: serde_json::Map<String, Json> = typed
        .fields
        .iter()
        .filter(|(name, _)| !name.is_empty())
        .map(|(name, value)| (name.clone(), json!(value)))
        .collect();
    json!({
        "name": typed.name,
        "email": typed.email,
        "role": typed.role,
        "department": typed.department,
        "location": typed.location,
        "phone": typed.phone,
        "locale": typed.locale,
        "timezone": typed.timezone,
        "notices by mail": typed.notify_email,
        "notices in the portal": typed.notify_in_app,
        "fields": own,
    })
}

fn locales(tenant: &TenantEntry) -> Vec<Choice> {
    let usual = Locale::parse(&tenant.locale).unwrap_or_default();
    let first = Choice::new("", format!("As {}: {}", tenant.name, usual.title()));
    let all = Locale::ALL
        .iter()
        .map(|locale| Choice::new(locale.as_str(), locale.title()));
    std::iter::once(first).chain(all).collect()
}

fn zones(tenant: &TenantEntry) -> Vec<Choice> {
    let first = Choice::new("", format!("As {}: {}", tenant.name, tenant.timezone));
    let all = TimeZone::names().map(|name| Choice::new(name, name.replace('_', " ")));
    std::iter::once(first).chain(all).collect()
}
