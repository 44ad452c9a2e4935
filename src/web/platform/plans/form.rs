//! Making a plan and changing one: the form, with what is wrong beside each field.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Path;
use askama::Template;
use domain::FieldErrors;
use domain::staff::ManageTenants;
use services::tenants::{Plan, plans};
use services::{StaffTx, StoreError, VerbError};

use super::typed::{Row, Typed};
use crate::flash;
use crate::platform::Platform;
use crate::problem::Problem;
use crate::web::answer;
use crate::web::choice::Choice;
use crate::web::forms::Form;
use crate::web::platform::shell::{StaffPlace, StaffShell};
use crate::web::platform::tenants::fields;
use crate::web::shell::Toast;

#[derive(Template)]
#[template(path = "platform/plans/form.html")]
struct Page {
    /// Whether the plan is new.
    fresh: bool,
    action: String,
    back: String,
    typed: Typed,
    rows: Vec<Row>,
    switches: Vec<(String, String, bool)>,
    often: Vec<(&'static str, String)>,
    currencies: Vec<Choice>,
    errors: FieldErrors,
    shell: StaffShell,
}

/// `GET /plans/new`
///
/// # Errors
/// Not allowed, or no database.
pub async fn new(platform: Platform<ManageTenants>) -> Result<HttpResponse, Problem> {
    let errors = FieldErrors::new();
    again(&platform, None, Typed::blank(), errors, StatusCode::OK).await
}

/// `POST /plans`
///
/// # Errors
/// Not allowed, or no database.
pub async fn add(
    platform: Platform<ManageTenants>,
    form: Form<Typed>,
) -> Result<HttpResponse, Problem> {
    let Form { typed, mut errors } = form;
    let wish = typed.wish(None, &mut errors);
    if errors.is_empty() {
        let key = typed.key.clone();
        match platform
            .attempt(move |tx| plans::add(tx, &key, &wish))
            .await
        {
            Ok(plan) => return Ok(done(&platform, &plan, "is added")),
            Err(VerbError::Invalid(wrong)) => errors = wrong,
            Err(error) => return Err(platform.problem(error)),
        }
    }
    let status = StatusCode::UNPROCESSABLE_ENTITY;
    again(&platform, None, typed, errors, status).await
}

/// `GET /plans/{plan}/edit`
///
/// # Errors
/// 404, not allowed, or no database.
pub async fn edit(
    platform: Platform<ManageTenants>,
    key: Path<String>,
) -> Result<HttpResponse, Problem> {
    let plan = read(&platform, &key).await?;
    let (typed, errors) = (Typed::of(&plan), FieldErrors::new());
    again(&platform, Some(&plan), typed, errors, StatusCode::OK).await
}

/// `POST /plans/{plan}/edit`
///
/// # Errors
/// 404, not allowed, or no database.
pub async fn save(
    platform: Platform<ManageTenants>,
    key: Path<String>,
    form: Form<Typed>,
) -> Result<HttpResponse, Problem> {
    let Form { typed, mut errors } = form;
    let plan = read(&platform, &key).await?;
    let wish = typed.wish(Some(&plan), &mut errors);
    let mut status = StatusCode::UNPROCESSABLE_ENTITY;
    if errors.is_empty() {
        let key = plan.key.clone();
        let saved = platform.attempt(move |tx| plans::change(tx, &key, &wish));
        match saved.await {
            Ok(now) if now.version == plan.version => {
                return Ok(done(&platform, &now, "is saved"));
            }
            Ok(now) => {
                let became = format!("has a version {}", now.version);
                return Ok(done(&platform, &now, &became));
            }
            Err(VerbError::Invalid(wrong)) => errors = wrong,
            Err(VerbError::Stale) => {
                let words = "Somebody else has made a version of this plan since you opened it. Nothing of yours is saved; open the plan to see theirs.";
                (errors, status) = (FieldErrors::one("", words), StatusCode::CONFLICT);
            }
            Err(error) => return Err(platform.problem(error)),
        }
    }
    again(&platform, Some(&plan), typed, errors, status).await
}

async fn read(platform: &Platform<ManageTenants>, key: &str) -> Result<Plan, Problem> {
    let key = key.to_owned();
    platform
        .run(move |tx| Ok(tx.plan(&key)?.ok_or(StoreError::NotFound)?))
        .await
}

fn done(platform: &Platform<ManageTenants>, plan: &Plan, became: &str) -> HttpResponse {
    let said = Toast::done(format!("{} {became}", plan.terms.name));
    flash::leave(platform.http(), said);
    answer::see_other(&super::page_of(&plan.key))
}

async fn again(
    platform: &Platform<ManageTenants>,
    plan: Option<&Plan>,
    typed: Typed,
    errors: FieldErrors,
    status: StatusCode,
) -> Result<HttpResponse, Problem> {
    let work = |tx: &mut StaffTx<'_, ManageTenants>| Ok(tx.resources()?);
    let (known, shell) = platform.page(StaffPlace::Plans, work).await?;
    let title = plan.map_or_else(
        || "New plan".to_owned(),
        |plan| format!("Change {}", plan.terms.name),
    );
    let page = Page {
        fresh: plan.is_none(),
        action: plan.map_or_else(
            || "/plans".to_owned(),
            |plan| format!("{}/edit", super::page_of(&plan.key)),
        ),
        back: plan.map_or_else(|| "/plans".to_owned(), |plan| super::page_of(&plan.key)),
        rows: typed.of_each(&known),
        switches: typed.switches(plan),
        often: typed.often(),
        currencies: fields::currencies(),
        typed,
        errors,
        shell: shell.titled(title),
    };
    answer::with_status(status, &page)
}
