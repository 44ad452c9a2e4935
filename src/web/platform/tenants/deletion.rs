//! The sheet that schedules a tenant's deletion: the name typed, days of grace, the final date shown; and the
//! way back.

use actix_web::HttpResponse;
use actix_web::web::Path;
use chrono::Days;
use domain::staff::DeleteTenants;
use serde::Deserialize;
use services::StaffTx;
use services::tenants::deletion::{self, Grace, Sure};
use services::tenants::{Doer, Found, TenantRecord};

use super::ask::{Ask, Input, InputKind};
use super::deeds::{read, sent, simply};
use super::steps::Nothing;
use crate::platform::Platform;
use crate::problem::Problem;
use crate::web::forms::Form;
use crate::web::platform::shell::StaffShell;
use crate::web::shell::Toast;

/// The form of a deletion.
#[derive(Debug, Deserialize)]
pub struct Deletion {
    #[serde(default)]
    name: String,
    #[serde(default)]
    days: String,
}

/// `GET /tenants/{id}/deletion`
///
/// # Errors
/// 404, or what keeps the tenant from being read.
pub async fn ask_deletion(
    platform: Platform<DeleteTenants>,
    name: Path<String>,
) -> Result<HttpResponse, Problem> {
    let (found, shell) = read(&platform, &name).await?;
    let grace = platform.app().config.sign_up.grace;
    let usual = grace.usual.to_string();
    deletion_sheet(shell, &found, grace, String::new(), usual).answer()
}

/// `POST /tenants/{id}/deletion`
///
/// # Errors
/// 404, a rule, or no database.
pub async fn delete(
    platform: Platform<DeleteTenants>,
    name: Path<String>,
    form: Form<Deletion>,
) -> Result<HttpResponse, Problem> {
    let Form { typed, mut errors } = form;
    let grace = platform.app().config.sign_up.grace;
    let days = match typed.days.trim() {
        "" => Ok(None),
        text => text.parse::<u16>().map(Some),
    };
    let days = errors.check("days", days.map_err(|_| "Write a whole number of days."));
    let written = typed.name.clone();
    let deed = days.map(|days| {
        move |tx: &mut StaffTx<'_, DeleteTenants>, tenant| {
            let sure = Sure::Name(&written);
            deletion::schedule(tx, tenant, sure, days, grace, &Doer::Platform)
        }
    });
    let said = |record: &TenantRecord| {
        let undo = format!("/tenants/{}/deletion/undo", record.id);
        Toast::done(format!("{} will be deleted", record.name)).undo(undo)
    };
    let sheet = |shell, found: &Found| deletion_sheet(shell, found, grace, typed.name, typed.days);
    sent(&platform, &name, errors, deed, said, sheet).await
}

/// `POST /tenants/{id}/deletion/undo`
///
/// # Errors
/// 404, 409 when no deletion is scheduled, or no database.
pub async fn undo_deletion(
    platform: Platform<DeleteTenants>,
    name: Path<String>,
    _: Form<Nothing>,
) -> Result<HttpResponse, Problem> {
    simply(&platform, &name, deletion::undo, "stays").await
}

fn deletion_sheet(
    shell: StaffShell,
    found: &Found,
    grace: Grace,
    typed: String,
    days: String,
) -> Ask {
    let base = format!("/tenants/{}", found.record.id);
    let last = days.trim().parse::<u64>().ok();
    let last = last.and_then(|days| shell.format.now().checked_add_days(Days::new(days)));
    let date = last.map(|at| shell.format.date(at)).unwrap_or_default();
    let name = found.record.name.clone();
    let ask = Ask::new(
        shell,
        format!("Delete {name}?"),
        format!("{base}/deletion"),
        "Schedule the deletion",
    );
    Ask {
        hint: "It closes now and is deleted when the days of grace are over.".to_owned(),
        icon: "bin",
        tone: "bad",
        back: base,
        notice: if date.is_empty() {
            String::new()
        } else {
            format!(
                "With {} days it can be kept until {date}. After that nothing of it can be brought back.",
                days.trim()
            )
        },
        points: vec![
            "Everybody is out within a second; keys and jobs stop.".to_owned(),
            "People, roles, the log and everything else of the tenant go with it.".to_owned(),
        ],
        inputs: vec![
            Input::new(
                "name",
                format!("Type the name: {name}"),
                typed,
                InputKind::Line,
            )
            .longest(120),
            Input::new("days", "Days of grace", days, InputKind::Number)
                .hint(format!("{} to {}.", grace.least, grace.most))
                .longest(3),
        ],
        ..ask
    }
}
