//! The sheets that give a tenant connections to itself, and take them away.

use actix_web::HttpResponse;
use actix_web::web::Path;
use domain::staff::ManageTenants;
use domain::{FieldErrors, PlacementKind, StaffAccess};
use serde::Deserialize;
use services::StaffTx;
use services::tenants::pool::{self, Budget};
use services::tenants::{self, Found, TenantRecord};

use super::ask::{Ask, Input, InputKind};
use super::deeds::carry_out;
use super::steps::Nothing;
use crate::platform::Platform;
use crate::problem::Problem;
use crate::web::format::plural;
use crate::web::forms::Form;
use crate::web::platform::shell::{StaffPlace, StaffShell};
use crate::web::shell::Toast;

/// What is offered where nothing else is said.
const USUAL: u32 = 4;

/// The form of a pool.
#[derive(Debug, Deserialize)]
pub struct OwnPool {
    #[serde(default)]
    connections: String,
}

/// `GET /tenants/{id}/pool`
///
/// # Errors
/// 404, or what keeps the tenant from being read.
pub async fn ask(
    platform: Platform<ManageTenants>,
    name: Path<String>,
) -> Result<HttpResponse, Problem> {
    let (found, budget, shell) = with_budget(&platform, &name).await?;
    let size = budget.own.unwrap_or_else(|| budget.left().clamp(1, USUAL));
    sheet(shell, &found, budget, size.to_string()).answer()
}

/// `POST /tenants/{id}/pool`
///
/// # Errors
/// 404, 409 where nobody is given any, a number that does not fit, or no database.
pub async fn give(
    platform: Platform<ManageTenants>,
    name: Path<String>,
    form: Form<OwnPool>,
) -> Result<HttpResponse, Problem> {
    let Form { typed, mut errors } = form;
    let size = typed.connections.trim().parse::<u16>();
    if size.is_err() && errors.is_empty() {
        errors = FieldErrors::one("connections", "Type a whole number.");
    }
    if let (Ok(size), true) = (size, errors.is_empty()) {
        let total = platform.app().config.database.dedicated;
        let deed =
            move |tx: &mut StaffTx<'_, ManageTenants>, tenant| pool::give(tx, tenant, size, total);
        let said = |record: &TenantRecord| {
            Toast::done(format!("{} has connections to itself", record.name))
                .text("In every process, within a moment.")
                .undo(format!("/tenants/{}/pool/end", record.id))
        };
        match carry_out(&platform, &name, deed, said).await? {
            Ok(done) => return Ok(done),
            Err(wrong) => errors = wrong,
        }
    }
    let (found, budget, shell) = with_budget(&platform, &name).await?;
    let sheet = Ask {
        errors,
        ..sheet(shell, &found, budget, typed.connections)
    };
    sheet.answer()
}

/// `GET /tenants/{id}/pool/end`
///
/// # Errors
/// 404, or what keeps the tenant from being read.
pub async fn ask_end(
    platform: Platform<ManageTenants>,
    name: Path<String>,
) -> Result<HttpResponse, Problem> {
    let (found, budget, shell) = with_budget(&platform, &name).await?;
    let base = format!("/tenants/{}", found.record.id);
    let ask = Ask::new(
        shell,
        format!("End the dedicated pool of {}?", found.record.name),
        format!("{base}/pool/end"),
        "End dedicated pool",
    );
    let database = &platform.app().config.database;
    let in_its_own = found
        .placement
        .is_some_and(|place| place.kind == PlacementKind::Database);
    let back_on = match in_its_own {
        true => {
            let size = i64::from(database.own_pool);
            let words = plural(size, "connection", "connections");
            format!("It works on the {size} {words} to its own database again.")
        }
        false => format!(
            "It works on the connections that all share again: at most {} at once, or fewer by its plan.",
            database.tenant_pool.min(database.pool)
        ),
    };
    let given = budget.own.map(|size| {
        let words = plural(i64::from(size), "connection is", "connections are");
        format!("Its {size} {words} free for other tenants' dedicated pools.")
    });
    let sheet = Ask {
        hint: "Nothing is lost: what is under way ends where it began.".to_owned(),
        icon: "gauge",
        back: base,
        notice: match given {
            None => "It has no dedicated pool.".to_owned(),
            Some(_) => String::new(),
        },
        points: given
            .into_iter()
            .flat_map(|given| [given, back_on.clone()])
            .collect(),
        ..ask
    };
    sheet.answer()
}

/// `POST /tenants/{id}/pool/end`
///
/// # Errors
/// 404, 409 when it has none, or no database.
pub async fn take(
    platform: Platform<ManageTenants>,
    name: Path<String>,
    _: Form<Nothing>,
) -> Result<HttpResponse, Problem> {
    super::deeds::simply(
        &platform,
        &name,
        pool::take,
        "has no dedicated pool any more",
    )
    .await
}

async fn with_budget<P: StaffAccess>(
    platform: &Platform<P>,
    name: &str,
) -> Result<(Found, Budget, StaffShell), Problem> {
    let (name, total) = (name.to_owned(), platform.app().config.database.dedicated);
    let work = move |tx: &mut StaffTx<'_, P>| {
        let tenant = tx.named_tenant(&name)?;
        let budget = pool::budget(tx, tenant, total)?;
        Ok((tenants::find(tx, tenant)?, budget))
    };
    let ((found, budget), shell) = platform.page(StaffPlace::Tenants, work).await?;
    Ok((found, budget, shell))
}

fn sheet(shell: StaffShell, found: &Found, budget: Budget, typed: String) -> Ask {
    let base = format!("/tenants/{}", found.record.id);
    let (total, left) = (budget.total, budget.left());
    let ask = Ask::new(
        shell,
        format!("Give {} a dedicated pool", found.record.name),
        format!("{base}/pool"),
        match budget.own {
            Some(_) => "Change dedicated pool",
            None => "Give dedicated pool",
        },
    );
    Ask {
        hint: "Connections to the database that nobody else works on.".to_owned(),
        icon: "gauge",
        back: base,
        notice: match left {
            0 if total == 0 => "No process here has connections for dedicated pools: the setting database.dedicated is 0.".to_owned(),
            0 => format!("Other tenants have all of the {total} connections for dedicated pools."),
            _ => String::new(),
        },
        points: vec![
            "Its people wait behind nobody else's work, and nobody else behind theirs.".to_owned(),
            "They are its limit too: it takes no more of them at once, whatever its plan says.".to_owned(),
            format!(
                "It costs the database up to that many connections in each process; idle ones are closed after five minutes. It can have up to {left} of the {total} that each has for this."
            ),
        ],
        inputs: vec![
            Input::new("connections", "Connections", typed, InputKind::Number)
                .hint("In each process; as many of its requests are worked on at once.")
                .longest(4),
        ],
        ..ask
    }
}
