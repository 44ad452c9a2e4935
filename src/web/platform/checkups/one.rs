//! `GET /tenants/{id}/health`: how one tenant is, part by part, and how much of the time it was there.

use actix_web::HttpResponse;
use actix_web::web::Path;
use askama::Template;
use domain::staff::{ReadTenants, StaffPermission};
use services::checkups;

use crate::platform::Platform;
use crate::problem::Problem;
use crate::web::answer;
use crate::web::checkups::Found;
use crate::web::platform::shell::{StaffPlace, StaffShell};

#[derive(Template)]
#[template(path = "platform/checkups/one.html")]
struct Page {
    name: String,
    base: String,
    found: Found,
    trouble: String,
    asked: bool,
    manages: bool,
    shell: StaffShell,
}

/// `GET /tenants/{id}/health`
///
/// # Errors
/// 404, not allowed, or no database.
pub async fn page(
    platform: Platform<ReadTenants>,
    name: Path<String>,
) -> Result<HttpResponse, Problem> {
    let name = name.into_inner();
    let ((record, checkup, uptime, asked), shell) = platform
        .page(StaffPlace::Tenants, move |tx| {
            let tenant = tx.named_tenant(&name)?;
            let record = tx.tenant_record(tenant)?;
            let uptime = checkups::uptime(tx, tenant, record.settings.timezone)?;
            let checkup = checkups::of(tx, tenant)?;
            Ok((
                record,
                checkup,
                uptime,
                checkups::is_asked(tx, Some(tenant))?,
            ))
        })
        .await?;
    let base = format!("/tenants/{}", record.id);
    let shell = shell.titled("Health").below(&record.name, &base);
    answer::page(&Page {
        trouble: checkup
            .as_ref()
            .and_then(|found| found.trouble.clone())
            .unwrap_or_default(),
        found: Found::of(checkup.as_ref(), &uptime, &shell.format),
        name: record.name,
        base,
        asked,
        manages: shell.may(StaffPermission::ManageTenants),
        shell,
    })
}
