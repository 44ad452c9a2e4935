//! The doors of the own signed-in devices: seeing them, ending one, ending all others.

use actix_web::HttpResponse;
use actix_web::web::Path;
use askama::Template;
use domain::SessionId;
use domain::permission::SignedIn;
use services::sessions::{self, SessionRow};

use crate::flash;
use crate::problem::Problem;
use crate::tenant::Tenant;
use crate::web::answer;
use crate::web::format::{Format, plural};
use crate::web::shell::{Place, Shell, Toast};

#[derive(Template)]
#[template(path = "me/sessions.html")]
struct Page {
    shell: Shell,
    devices: Vec<Device>,
    others: usize,
}

/// A row of the list.
pub(in crate::web) struct Device {
    pub(in crate::web) id: String,
    pub(in crate::web) name: String,
    /// From where, or nothing.
    pub(in crate::web) address: String,
    pub(in crate::web) here: bool,
    pub(in crate::web) kept: bool,
    pub(in crate::web) since: String,
    pub(in crate::web) seen: String,
    pub(in crate::web) seen_full: String,
    pub(in crate::web) seen_machine: String,
}

/// `GET /me/sessions`
///
/// # Errors
/// Not signed in, or no database.
pub async fn list(tenant: Tenant<SignedIn>) -> Result<HttpResponse, Problem> {
    let ((rows, own), shell) = tenant
        .page(Place::Me, |tx| {
            Ok((sessions::list(tx)?, tx.user()?.session))
        })
        .await?;
    let shell = shell.titled("Devices and sessions");
    let devices: Vec<Device> = rows
        .iter()
        .map(|row| device(&shell.format, row, own))
        .collect();
    let others = devices.iter().filter(|device| !device.here).count();
    answer::page(&Page {
        shell,
        devices,
        others,
    })
}

/// `POST /me/sessions/{id}/end`
///
/// # Errors
/// Not found when it is no live session of one's own.
pub async fn end(tenant: Tenant<SignedIn>, id: Path<SessionId>) -> Result<HttpResponse, Problem> {
    let id = *id;
    let ended = tenant.run(move |tx| sessions::end(tx, id)).await?;
    let said = Toast::done("Signed out").text(format!("{} is signed out.", ended.device));
    flash::leave(tenant.http(), said);
    Ok(answer::see_other("/me/sessions"))
}

/// `POST /me/sessions/others/end`
///
/// # Errors
/// Not signed in, or no database.
pub async fn end_others(tenant: Tenant<SignedIn>) -> Result<HttpResponse, Problem> {
    let count = tenant.run(sessions::end_others).await?;
    let count = i64::try_from(count).unwrap_or(i64::MAX);
    let devices = plural(count, "device", "devices");
    let said = Toast::done("Signed out the others").text(format!("{count} {devices} signed out."));
    flash::leave(tenant.http(), said);
    Ok(answer::see_other("/me/sessions"))
}

/// The row of a session; `own` is the one that asks.
pub(in crate::web) fn device(format: &Format, row: &SessionRow, own: SessionId) -> Device {
    Device {
        id: row.id.to_string(),
        name: row.device.clone(),
        address: row
            .address
            .map_or_else(String::new, |address| address.to_string()),
        here: row.id == own,
        kept: row.keep,
        since: format.date_time(row.created_at),
        seen: format.relative(row.last_seen_at),
        seen_full: format.date_time(row.last_seen_at),
        seen_machine: format.machine(row.last_seen_at),
    }
}
