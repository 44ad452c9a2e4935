//! The door of a tenant's plan: what it is on, and until when it is tried. Choosing another is in `choice`.

mod changes;
pub mod choice;
mod words;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use askama::Template;
use domain::permission::SignedIn;
use domain::{FieldErrors, Permission, TenantId};
use services::StoreError;
use services::scalings::{self, Scaling};
use services::tenants::{self, Plan};

use crate::problem::Problem;
use crate::tenant::Tenant;
use crate::web::answer;
use crate::web::scalings::Card;
use crate::web::shell::{Place, Shell};

#[derive(Template)]
#[template(path = "plan/page.html")]
struct Page {
    shell: Shell,
    errors: FieldErrors,
    /// Those that may be chosen, and the tenant's own with the terms that it has.
    plans: Vec<Plan>,
    current: String,
    may_choose: bool,
    /// When the trial ends or ended, in words; empty without one.
    trial: String,
    lapsed: bool,
    /// Of which day the terms are, where there are newer ones; empty otherwise.
    older: String,
    /// The plan to which a choice can still be taken back, by name; empty where there is none.
    back_to: String,
    /// What was asked for beyond the plan.
    asked: Card,
}

impl Page {
    fn price(&self, plan: &Plan) -> String {
        words::price(plan, &self.shell.format)
    }

    fn more(&self, plan: &Plan) -> String {
        words::more(plan, &self.shell.format)
    }

    fn often(&self, plan: &Plan) -> String {
        words::often(plan, &self.shell.format)
    }

    fn people(&self, plan: &Plan) -> String {
        words::people(plan, &self.shell.format)
    }
}

/// `GET /plan`
///
/// # Errors
/// Not signed in, or no database.
pub async fn page(tenant: Tenant<SignedIn>) -> Result<HttpResponse, Problem> {
    let ((), shell) = tenant.page(Place::Me, |_| Ok(())).await?;
    show(&tenant, shell, FieldErrors::new(), StatusCode::OK).await
}

/// The page, with what was wrong about a choice.
async fn show<P: domain::Access>(
    tenant: &Tenant<P>,
    shell: Shell,
    errors: FieldErrors,
    status: StatusCode,
) -> Result<HttpResponse, Problem> {
    let Plans {
        mut all,
        own,
        before,
        asked,
    } = plans(tenant).await?;
    let older = if own.version < own.current {
        shell.format.date(own.made_at)
    } else {
        String::new()
    };
    if let Some(current) = all.iter_mut().find(|plan| plan.key == own.key) {
        *current = own;
    }
    let plans = all;
    let name_of = |key: &str| plans.iter().find(|plan| plan.key == key);
    let entry = tenant.entry();
    let on_trial = entry.trial_ends_at.filter(|_| entry.status == "trial");
    let page = Page {
        trial: on_trial.map_or_else(String::new, |end| shell.format.date_time(end)),
        lapsed: entry.has_lapsed(tenant.request().now),
        current: entry.plan.clone(),
        may_choose: shell.may(Permission::ManageSettings),
        back_to: before
            .and_then(|before| name_of(&before).map(|plan| plan.terms.name.clone()))
            .unwrap_or_default(),
        asked: Card::of(&asked, &shell.format, "/plan"),
        older,
        plans,
        errors,
        shell: shell.titled("Plan"),
    };
    answer::with_status(status, &page)
}

/// What there is to choose from, and what the tenant has.
struct Plans {
    /// Every plan as whoever comes gets it.
    all: Vec<Plan>,
    /// The tenant's own, in the version that it is on.
    own: Plan,
    /// The one before a choice that it can still take back.
    before: Option<String>,
    /// What was asked for beyond the plan.
    asked: Vec<Scaling>,
}

async fn plans<P: domain::Access>(tenant: &Tenant<P>) -> Result<Plans, Problem> {
    let (store, now, id) = (
        tenant.app().store.clone(),
        tenant.request().now,
        tenant.id(),
    );
    let read = move |tx: &mut services::PlatformTx<'_>, id: TenantId| {
        let before = tenants::plan::before_choice(tx, id)?;
        Ok::<_, StoreError>(Plans {
            all: tenants::plan::plans(tx)?,
            own: tenants::plan::own(tx, id)?,
            before: before.map(|before| before.plan),
            asked: scalings::of(tx, id)?,
        })
    };
    tenant
        .app()
        .beside(tenant.entry(), move || {
            store.platform::<_, StoreError>(now, |tx| read(tx, id))
        })
        .await
        .map_err(Into::into)
}
