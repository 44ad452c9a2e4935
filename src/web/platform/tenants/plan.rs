//! The sheet that puts a tenant on another plan.

use actix_web::HttpResponse;
use actix_web::web::Path;
use domain::staff::ManageTenants;
use serde::Deserialize;
use services::StaffTx;
use services::tenants::{self, Doer, Found, Plan, TenantRecord};

use super::ask::{Ask, Input, InputKind};
use super::deeds::carry_out;
use super::fields;
use crate::platform::Platform;
use crate::problem::Problem;
use crate::web::forms::Form;
use crate::web::platform::shell::{StaffPlace, StaffShell};
use crate::web::shell::Toast;

/// The form of another plan.
#[derive(Debug, Deserialize)]
pub struct AnotherPlan {
    plan: String,
    #[serde(default)]
    trial: String,
}

/// `GET /tenants/{id}/plan`
///
/// # Errors
/// 404, or what keeps the tenant from being read.
pub async fn ask_plan(
    platform: Platform<ManageTenants>,
    name: Path<String>,
) -> Result<HttpResponse, Problem> {
    let (found, plans, shell) = with_plans(&platform, &name).await?;
    let own = found.record.plan.clone();
    plan_sheet(shell, &found, &plans, own, "none".to_owned()).answer()
}

/// `POST /tenants/{id}/plan`
///
/// # Errors
/// 404, a rule, or no database.
pub async fn change_plan(
    platform: Platform<ManageTenants>,
    name: Path<String>,
    form: Form<AnotherPlan>,
) -> Result<HttpResponse, Problem> {
    let Form { typed, mut errors } = form;
    if errors.is_empty() {
        let (plan, trial) = (typed.plan.clone(), fields::trial(&typed.trial));
        let deed = move |tx: &mut StaffTx<'_, ManageTenants>, tenant| {
            tenants::change_plan(tx, tenant, &plan, trial, &Doer::Platform)
        };
        let said = |record: &TenantRecord| {
            Toast::done(format!("{} is on another plan", record.name))
                .text("Its limits and features follow within a moment.")
        };
        match carry_out(&platform, &name, deed, said).await? {
            Ok(done) => return Ok(done),
            Err(wrong) => errors = wrong,
        }
    }
    let (found, plans, shell) = with_plans(&platform, &name).await?;
    let sheet = Ask {
        errors,
        ..plan_sheet(shell, &found, &plans, typed.plan, typed.trial)
    };
    sheet.answer()
}

async fn with_plans(
    platform: &Platform<ManageTenants>,
    name: &str,
) -> Result<(Found, Vec<Plan>, StaffShell), Problem> {
    let name = name.to_owned();
    let work = move |tx: &mut StaffTx<'_, ManageTenants>| {
        let tenant = tx.named_tenant(&name)?;
        Ok((tenants::find(tx, tenant)?, tx.plans()?))
    };
    let ((found, plans), shell) = platform.page(StaffPlace::Tenants, work).await?;
    Ok((found, plans, shell))
}

fn plan_sheet(
    shell: StaffShell,
    found: &Found,
    plans: &[Plan],
    plan: String,
    trial: String,
) -> Ask {
    let base = format!("/tenants/{}", found.record.id);
    let ask = Ask::new(
        shell,
        format!("Change the plan of {}", found.record.name),
        format!("{base}/plan"),
        "Change plan",
    );
    Ask {
        hint: format!("It is on {} now.", found.plan.terms.name),
        icon: "gauge",
        back: base,
        points: vec![
            "Limits and features follow the new plan, except where this tenant has its own."
                .to_owned(),
            "Nobody loses a seat: with fewer seats than people, nobody new can come in.".to_owned(),
        ],
        inputs: vec![
            Input::new(
                "plan",
                "Plan",
                plan,
                InputKind::Choice(fields::plans(plans)),
            ),
            Input::new("trial", "Trial", trial, InputKind::Choice(fields::trials())),
        ],
        ..ask
    }
}
