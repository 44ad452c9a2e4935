//! The sheets that close a tenant for a while: suspension with a reason, maintenance with its own words.

use actix_web::HttpResponse;
use actix_web::web::Path;
use domain::staff::ManageTenants;
use serde::Deserialize;
use services::StaffTx;
use services::tenants::{Found, TenantRecord, rest};

use super::ask::{Ask, Input, InputKind};
use super::deeds::{read, sent};
use crate::platform::Platform;
use crate::problem::Problem;
use crate::web::forms::Form;
use crate::web::platform::shell::StaffShell;
use crate::web::shell::Toast;

/// The form of a suspension.
#[derive(Debug, Deserialize)]
pub struct Suspension {
    #[serde(default)]
    reason: String,
}

/// `GET /tenants/{id}/suspension`
///
/// # Errors
/// 404, or what keeps the tenant from being read.
pub async fn ask_suspension(
    platform: Platform<ManageTenants>,
    name: Path<String>,
) -> Result<HttpResponse, Problem> {
    let (found, shell) = read(&platform, &name).await?;
    suspension_sheet(shell, &found, String::new()).answer()
}

/// `POST /tenants/{id}/suspension`
///
/// # Errors
/// 404, a rule, or no database.
pub async fn suspend(
    platform: Platform<ManageTenants>,
    name: Path<String>,
    form: Form<Suspension>,
) -> Result<HttpResponse, Problem> {
    let Form { typed, errors } = form;
    let reason = typed.reason.clone();
    let deed =
        move |tx: &mut StaffTx<'_, ManageTenants>, tenant| rest::suspend(tx, tenant, &reason);
    let said = |record: &TenantRecord| {
        let undo = format!("/tenants/{}/reactivation", record.id);
        Toast::done(format!("{} is suspended", record.name))
            .text("Its people, keys and jobs are out.")
            .undo(undo)
    };
    let sheet = |shell, found: &Found| suspension_sheet(shell, found, typed.reason);
    sent(&platform, &name, errors, Some(deed), said, sheet).await
}

fn suspension_sheet(shell: StaffShell, found: &Found, typed: String) -> Ask {
    let base = format!("/tenants/{}", found.record.id);
    let ask = Ask::new(
        shell,
        format!("Suspend {}?", found.record.name),
        format!("{base}/suspension"),
        "Suspend",
    );
    Ask {
        hint: "Nothing is lost, and you can open it again at any time.".to_owned(),
        icon: "block",
        tone: "bad",
        back: base,
        points: vec![
            "Everybody is out within a second; nobody can sign in.".to_owned(),
            "Its keys stop working and its jobs wait.".to_owned(),
        ],
        inputs: vec![
            Input::new("reason", "Reason", typed, InputKind::Text)
                .hint("Shown on the tenant's sign-in page, to whoever comes.")
                .longest(rest::MAX_REASON),
        ],
        ..ask
    }
}

/// The form of a maintenance.
#[derive(Debug, Deserialize)]
pub struct Maintenance {
    #[serde(default)]
    text: String,
}

/// `GET /tenants/{id}/maintenance`
///
/// # Errors
/// 404, or what keeps the tenant from being read.
pub async fn ask_maintenance(
    platform: Platform<ManageTenants>,
    name: Path<String>,
) -> Result<HttpResponse, Problem> {
    let (found, shell) = read(&platform, &name).await?;
    let usual = "We are working on this. It will be back soon.";
    maintenance_sheet(shell, &found, usual.to_owned()).answer()
}

/// `POST /tenants/{id}/maintenance`
///
/// # Errors
/// 404, a rule, or no database.
pub async fn begin_maintenance(
    platform: Platform<ManageTenants>,
    name: Path<String>,
    form: Form<Maintenance>,
) -> Result<HttpResponse, Problem> {
    let Form { typed, errors } = form;
    let text = typed.text.clone();
    let deed = move |tx: &mut StaffTx<'_, ManageTenants>, tenant| {
        rest::begin_maintenance(tx, tenant, &text)
    };
    let said = |record: &TenantRecord| {
        let undo = format!("/tenants/{}/maintenance/end", record.id);
        Toast::done(format!("{} is under maintenance", record.name)).undo(undo)
    };
    let sheet = |shell, found: &Found| maintenance_sheet(shell, found, typed.text);
    sent(&platform, &name, errors, Some(deed), said, sheet).await
}

fn maintenance_sheet(shell: StaffShell, found: &Found, typed: String) -> Ask {
    let base = format!("/tenants/{}", found.record.id);
    let ask = Ask::new(
        shell,
        format!("Put {} into maintenance", found.record.name),
        format!("{base}/maintenance"),
        "Begin maintenance",
    );
    Ask {
        hint: "Closed for a while. Open sessions go on when it ends.".to_owned(),
        icon: "sliders",
        back: base,
        inputs: vec![
            Input::new("text", "What people read", typed, InputKind::Text)
                .hint("Shown on every page of the tenant until you end it.")
                .longest(rest::MAX_REASON),
        ],
        ..ask
    }
}
