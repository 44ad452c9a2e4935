//! The doors of a tenant's plan: what it is on, until when it is tried, and choosing another.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use askama::Template;
use domain::permission::{ManageSettings, SignedIn};
use domain::staff::ManageTenants;
use domain::{FieldErrors, Permission};
use serde::Deserialize;
use services::tenants::{self, Doer, Plan};
use services::{StaffCredential, StaffTx, StoreError, VerbError};

use crate::flash;
use crate::problem::Problem;
use crate::tenant::Tenant;
use crate::web::answer;
use crate::web::forms::Form;
use crate::web::shell::{Place, Shell, Toast};

#[derive(Template)]
#[template(path = "plan/page.html")]
struct Page {
    shell: Shell,
    errors: FieldErrors,
    plans: Vec<Plan>,
    current: String,
    may_choose: bool,
    /// When the trial ends or ended, in words; empty without one.
    trial: String,
    lapsed: bool,
}

impl Page {
    /// The price of a month.
    fn price(&self, plan: &Plan) -> String {
        match plan.price_cents {
            Some(cents) => {
                let (whole, part) = (cents / 100, cents % 100);
                let whole = self.shell.format.count(whole);
                let mark = self.shell.person.writing.locale.decimal_mark();
                format!("{whole}{mark}{part:02} {} a month", plan.currency)
            }
            None => "By agreement".to_owned(),
        }
    }

    /// How many people it allows.
    fn people(&self, plan: &Plan) -> String {
        let most = plan.limits.get("users").copied();
        most.map_or_else(
            || "As many people as you like".to_owned(),
            |most| format!("Up to {} people", self.shell.format.count(most)),
        )
    }
}

/// What was chosen.
#[derive(Debug, Deserialize)]
pub struct Chosen {
    plan: String,
}

/// `GET /plan`
///
/// # Errors
/// Not signed in, or no database.
pub async fn page(tenant: Tenant<SignedIn>) -> Result<HttpResponse, Problem> {
    let ((), shell) = tenant.page(Place::Me, |_| Ok(())).await?;
    show(&tenant, shell, FieldErrors::new(), StatusCode::OK).await
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
    // The right was proven in the tenant; the plan is the catalogue's, where its people have no hand.
    let by = tenant
        .run(|tx| {
            let own = tx.user()?;
            Ok(Doer::Person(own.id, own.name.clone()))
        })
        .await?;
    let (id, request) = (tenant.id(), tenant.request().clone());
    let plan = form.typed.plan;
    let working = tenant.app().store.clone();
    let chosen = tenant
        .app()
        .platform_gate
        .through(move || {
            let credential = StaffCredential::System("the tenant itself");
            working.staff(
                credential,
                &request,
                |tx: &mut StaffTx<'_, ManageTenants>| tenants::plan::choose(tx, id, &plan, &by),
            )
        })
        .await;
    match chosen {
        Ok(record) => {
            tenant.app().directory.forget();
            let said =
                Toast::done("The plan is chosen").text(format!("You are on {}.", record.plan));
            flash::leave(tenant.http(), said);
            Ok(answer::see_other("/plan"))
        }
        Err(VerbError::Invalid(errors)) => {
            show(&tenant, shell, errors, StatusCode::UNPROCESSABLE_ENTITY).await
        }
        Err(error) => Err(tenant.problem(error)),
    }
}

async fn show<P: domain::Access>(
    tenant: &Tenant<P>,
    shell: Shell,
    errors: FieldErrors,
    status: StatusCode,
) -> Result<HttpResponse, Problem> {
    let (store, now) = (tenant.app().store.clone(), tenant.request().now);
    let plans = tenant
        .app()
        .platform_gate
        .through(move || store.platform::<_, StoreError>(now, tenants::plan::plans))
        .await?;
    let entry = tenant.entry();
    let on_trial = entry.trial_ends_at.filter(|_| entry.status == "trial");
    let page = Page {
        trial: on_trial.map_or_else(String::new, |end| shell.format.date_time(end)),
        lapsed: entry.has_lapsed(now),
        current: entry.plan.clone(),
        may_choose: shell.may(Permission::ManageSettings),
        plans,
        errors,
        shell: shell.titled("Plan"),
    };
    answer::with_status(status, &page)
}
