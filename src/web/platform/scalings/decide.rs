//! Saying yes to what a tenant asks for, with its numbers or others.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Path;
use askama::Template;
use domain::staff::ManageTenants;
use domain::{FieldErrors, ScalingBilling, ScalingId, ScalingStrategy, TenantId};
use services::scalings::{self, Decision, Scaling, Used};
use services::{StaffTx, StoreError, VerbError};

use super::{base, when};
use crate::flash;
use crate::platform::Platform;
use crate::problem::Problem;
use crate::web::answer;
use crate::web::choice::Choice;
use crate::web::forms::Form;
use crate::web::platform::shell::{StaffPlace, StaffShell};
use crate::web::scalings::Typed;
use crate::web::shell::Toast;

#[derive(Template)]
#[template(path = "platform/scalings/approve.html")]
struct Sheet {
    title: String,
    base: String,
    note: String,
    /// What the typed numbers cost; empty where one of them is wrong.
    price: String,
    rows: Vec<Row>,
    strategies: Vec<Choice>,
    typed: Typed,
    errors: FieldErrors,
    shell: StaffShell,
}

/// One resource of the asking.
struct Row {
    key: String,
    name: String,
    from: String,
    asked: String,
    typed: String,
    error: String,
}

/// `GET /tenants/{id}/scalings/{scaling}/approval`
///
/// # Errors
/// 404, not allowed, or no database.
pub async fn ask(
    platform: Platform<ManageTenants>,
    path: Path<(String, String)>,
) -> Result<HttpResponse, Problem> {
    let (found, shell) = read(&platform, &path).await?;
    let typed = Typed::of(&found.0);
    let price = bill(&found.0.billing, &shell);
    let errors = FieldErrors::new();
    sheet(shell, &found, (price, typed, errors), StatusCode::OK)
}

/// `POST /tenants/{id}/scalings/{scaling}/price`: the same sheet with what these numbers would cost.
///
/// # Errors
/// 404, not allowed, or no database.
pub async fn price(
    platform: Platform<ManageTenants>,
    path: Path<(String, String)>,
    form: Form<Typed>,
) -> Result<HttpResponse, Problem> {
    let Form { typed, mut errors } = form;
    let (found, shell) = read(&platform, &path).await?;
    let mut price = String::new();
    if let Some(wish) = typed.wish(&mut errors).filter(|_| errors.is_empty()) {
        let (tenant, used) = (found.0.tenant, used(&platform, found.0.tenant).await?);
        let priced = platform
            .attempt(move |tx| scalings::price(tx, tenant, &wish, &used))
            .await;
        match priced {
            Ok(priced) => price = bill(&priced.billing, &shell),
            Err(VerbError::Invalid(wrong)) => errors = wrong,
            Err(error) => return Err(platform.problem(error)),
        }
    }
    sheet(shell, &found, (price, typed, errors), StatusCode::OK)
}

/// `POST /tenants/{id}/scalings/{scaling}/approval`
///
/// # Errors
/// 404, not allowed, decided already, what is wrong with the answers, or no database.
pub async fn approve(
    platform: Platform<ManageTenants>,
    path: Path<(String, String)>,
    form: Form<Typed>,
) -> Result<HttpResponse, Problem> {
    let Form { typed, mut errors } = form;
    let ((scaling, name), shell) = read(&platform, &path).await?;
    let wish = typed.wish(&mut errors).filter(|_| errors.is_empty());
    if let Some(wish) = wish {
        let (tenant, id) = (scaling.tenant, scaling.id);
        let used = used(&platform, tenant).await?;
        let decision = Decision {
            target: Some(wish.target),
            strategy: Some(wish.strategy),
            note: wish.note,
        };
        let done = platform
            .attempt(move |tx| scalings::approve(tx, tenant, id, &decision, &used))
            .await;
        match done {
            Ok(_) => return Ok(left(&platform, format!("{name} gets other limits"))),
            Err(VerbError::Invalid(wrong)) => errors = wrong,
            Err(error) => return Err(platform.problem(error)),
        }
    }
    let status = StatusCode::UNPROCESSABLE_ENTITY;
    let typed = (String::new(), typed, errors);
    sheet(shell, &(scaling, name), typed, status)
}

/// How much of each resource the tenant has in use, which is read where it lives.
async fn used(platform: &Platform<ManageTenants>, tenant: TenantId) -> Result<Used, Problem> {
    let (app, request) = (platform.app().clone(), platform.request().clone());
    let look = move || scalings::used_of(&app.store, &request, tenant);
    Ok(platform.app().gate.through(look).await?)
}

pub(super) fn left(platform: &Platform<ManageTenants>, title: String) -> HttpResponse {
    let said = Toast::done(title).text("The tenant gets a letter.");
    flash::leave(platform.http(), said);
    answer::see_other("/requests")
}

/// The asking of the path with its tenant's name, as long as it waits for a decision.
pub(super) async fn read(
    platform: &Platform<ManageTenants>,
    path: &(String, String),
) -> Result<((Scaling, String), StaffShell), Problem> {
    let (name, id) = path.clone();
    let work = move |tx: &mut StaffTx<'_, ManageTenants>| {
        let tenant: TenantId = tx.named_tenant(&name)?;
        let id: ScalingId = id.parse().map_err(|_| StoreError::NotFound)?;
        let scaling = scalings::one(tx, tenant, id)?;
        Ok((scaling, tx.tenant_record(tenant)?.name))
    };
    platform.page(StaffPlace::Requests, work).await
}

fn bill(billing: &ScalingBilling, shell: &StaffShell) -> String {
    scalings::bill(billing, shell.format.locale())
}

fn sheet(
    shell: StaffShell,
    (scaling, name): &(Scaling, String),
    (price, typed, errors): (String, Typed, FieldErrors),
    status: StatusCode,
) -> Result<HttpResponse, Problem> {
    let row = |(resource, asked): (&String, &i64)| Row {
        name: domain::plan::title(resource),
        from: scaling
            .from
            .get(resource)
            .map_or_else(String::new, |from| shell.format.count(*from)),
        asked: shell.format.count(*asked),
        typed: typed.limit_of(resource),
        error: errors.on(&format!("target_limits.{resource}")).to_owned(),
        key: resource.clone(),
    };
    let strategies = [ScalingStrategy::Immediate, ScalingStrategy::NextBillingDate];
    let page = Sheet {
        title: format!("Other limits for {name}?"),
        base: base(scaling),
        note: scaling.note.clone().unwrap_or_default(),
        price,
        rows: scaling.target.iter().map(row).collect(),
        strategies: strategies
            .map(|one| Choice::new(one.as_str(), when(one)))
            .to_vec(),
        typed,
        errors,
        shell: shell.titled(format!("{name} asks for more")),
    };
    answer::with_status(status, &page)
}
