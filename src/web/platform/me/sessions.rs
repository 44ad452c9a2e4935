//! The doors of the own signed-in devices: seeing them, ending one, ending all others.

use actix_web::HttpResponse;
use actix_web::web::Path;
use askama::Template;
use domain::SessionId;
use domain::staff::SignedInStaff;
use services::staff::sessions;

use crate::flash;
use crate::platform::Platform;
use crate::problem::Problem;
use crate::web::answer;
use crate::web::format::plural;
use crate::web::platform::shell::{StaffPlace, StaffShell};
use crate::web::sessions::{Device, device};
use crate::web::shell::Toast;

#[derive(Template)]
#[template(path = "me/sessions.html")]
struct Page {
    shell: StaffShell,
    devices: Vec<Device>,
    others: usize,
}

/// `GET /me/sessions`
///
/// # Errors
/// Not signed in, or no database.
pub async fn list(platform: Platform<SignedInStaff>) -> Result<HttpResponse, Problem> {
    let ((rows, own), shell) = platform
        .page(StaffPlace::Me, |tx| {
            Ok((sessions::list(tx)?, tx.staff()?.session))
        })
        .await?;
    let shell = shell.titled("Devices and sessions");
    let device = |row| device(&shell.format, row, own);
    let devices: Vec<Device> = rows.iter().map(device).collect();
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
pub async fn end(
    platform: Platform<SignedInStaff>,
    id: Path<String>,
) -> Result<HttpResponse, Problem> {
    let id: SessionId = id.parse().map_err(|_| Problem::not_found())?;
    let ended = platform.run(move |tx| sessions::end(tx, id)).await?;
    let said = Toast::done("Signed out").text(format!("{} is signed out.", ended.device));
    flash::leave(platform.http(), said);
    Ok(answer::see_other("/me/sessions"))
}

/// `POST /me/sessions/others/end`
///
/// # Errors
/// Not signed in, or no database.
pub async fn end_others(platform: Platform<SignedInStaff>) -> Result<HttpResponse, Problem> {
    let count = platform.run(sessions::end_others).await?;
    let count = i64::try_from(count).unwrap_or(i64::MAX);
    let devices = plural(count, "device", "devices");
    let said = Toast::done("Signed out the others").text(format!("{count} {devices} signed out."));
    flash::leave(platform.http(), said);
    Ok(answer::see_other("/me/sessions"))
}
