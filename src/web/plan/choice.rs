//! Choosing a plan: the sheet that says what changes, the choice, and taking it back.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Query;
use askama::Template;
use domain::FieldErrors;
use domain::permission::ManageSettings;
use domain::staff::ManageTenants;
use serde::Deserialize;
use services::tenants::{self, Doer, Plan, TenantRecord};
use services::{StaffCredential, StaffTx, VerbError, users};

use super::changes;
use crate::flash;
use crate::problem::Problem;
use crate::tenant::Tenant;
use crate::web::answer;
use crate::web::forms::Form;
use crate::web::shell::{Place, Shell, Toast};
use crate::web::users::deeds::Nothing;

#[derive(Template)]
#[template(path = "plan/choice.html")]
struct Sheet {
    shell: Shell,
    plan: Plan,
    /// What is different, each with what it is now.
    changes: Vec<(&'static str, String)>,
    /// What those need to know who are more than the plan allows; empty otherwise.
    too_many: String,
}

/// What the address may say.
#[derive(Debug, Deserialize)]
pub struct Asked {
    plan: Option<String>,
}

/// Which plan.
#[derive(Debug, Deserialize)]
pub struct Chosen {
    plan: String,
}

/// `GET /plan/choice`: what changes with this plan.
///
/// # Errors
/// Not allowed, a plan that is not offered, or no database.
pub async fn ask(
    tenant: Tenant<ManageSettings>,
    asked: Query<Asked>,
) -> Result<HttpResponse, Problem> {
    let (seats, shell) = tenant.page(Place::Me, |tx| Ok(users::seats(tx)?)).await?;
    let super::Plans { all, own: now, .. } = super::plans(&tenant).await?;
    let wanted = asked.plan.as_deref().unwrap_or_default();
    let mut offered = all.iter().filter(|plan| plan.offered);
    let Some(plan) = offered.find(|plan| plan.key == wanted) else {
        return Err(Problem::not_found());
    };
    let (used, most) = (
        seats.map_or(0, |seats| seats.used),
        plan.terms.limits.get("users"),
    );
    let too_many = most.filter(|most| used > **most).map(|most| {
        let (used, most) = (shell.format.count(used), shell.format.count(*most));
        format!("You are {used} people. Nobody is removed, and nobody can be invited until you are fewer than {most}.")
    });
    let page = Sheet {
        changes: changes::of(&tenant, &shell.format, plan, &now),
        too_many: too_many.unwrap_or_default(),
        plan: plan.clone(),
        shell: shell.titled(format!("Choose {}", plan.terms.name)),
    };
    answer::page(&page)
}

/// `POST /plan/choice`: the tenant's own choice, by whoever may change its settings.
///
/// # Errors
/// Not allowed, or no database.
pub async fn choose(
    tenant: Tenant<ManageSettings>,
    form: Form<Chosen>,
) -> Result<HttpResponse, Problem> {
    let ((), shell) = tenant.page(Place::Me, |_| Ok(())).await?;
    let plan = form.typed.plan;
    let id = tenant.id();
    let chosen = by_itself(&tenant, move |tx, by| {
        tenants::plan::choose(tx, id, &plan, by)
    });
    match chosen.await {
        Ok(record) => {
            let said = Toast::done("The plan is chosen").text(on(&tenant, &record).await?);
            flash::leave(tenant.http(), said.undo("/plan/choice/undo"));
            Ok(answer::see_other("/plan"))
        }
        Err(VerbError::Invalid(errors)) => {
            super::show(&tenant, shell, errors, StatusCode::UNPROCESSABLE_ENTITY).await
        }
        Err(error) => Err(tenant.problem(error)),
    }
}

/// `POST /plan/choice/undo`: plan and trial are what they were.
///
/// # Errors
/// Not allowed, or no database.
pub async fn undo(
    tenant: Tenant<ManageSettings>,
    _: Form<Nothing>,
) -> Result<HttpResponse, Problem> {
    let ((), shell) = tenant.page(Place::Me, |_| Ok(())).await?;
    let id = tenant.id();
    let back = by_itself(&tenant, move |tx, by| {
        tenants::plan::undo_choice(tx, id, by)
    });
    match back.await {
        Ok(record) => {
            let said = Toast::done("The choice is taken back").text(on(&tenant, &record).await?);
            flash::leave(tenant.http(), said);
            Ok(answer::see_other("/plan"))
        }
        Err(VerbError::Conflict(words)) => {
            let errors = FieldErrors::one("", words);
            super::show(&tenant, shell, errors, StatusCode::CONFLICT).await
        }
        Err(error) => Err(tenant.problem(error)),
    }
}

/// The plan that it is now, by name.
async fn on(tenant: &Tenant<ManageSettings>, record: &TenantRecord) -> Result<String, Problem> {
    let plans = super::plans(tenant).await?.all;
    let plan = plans.iter().find(|plan| plan.key == record.plan);
    let name = plan.map_or(&record.plan, |plan| &plan.terms.name);
    Ok(format!("You are on {name}."))
}

/// The right was proven in the tenant; the plan is the catalogue's, where its people have no hand.
async fn by_itself(
    tenant: &Tenant<ManageSettings>,
    work: impl Fn(&mut StaffTx<'_, ManageTenants>, &Doer) -> Result<TenantRecord, VerbError>
    + Send
    + 'static,
) -> Result<TenantRecord, VerbError> {
    let by = tenant
        .attempt(|tx| {
            let own = tx.user()?;
            Ok(Doer::Person(own.id, own.name.clone()))
        })
        .await?;
    let (store, request) = (tenant.app().store.clone(), tenant.request().clone());
    let credential = StaffCredential::System("the tenant itself");
    let done = tenant
        .app()
        .beside(tenant.entry(), move || {
            store.staff(credential, &request, |tx| work(tx, &by))
        })
        .await?;
    tenant.app().directory.forget();
    Ok(done)
}
