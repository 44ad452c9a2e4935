//! What is done to a tenant at once, without a sheet that asks, and what all deeds have in common.

use actix_web::HttpResponse;
use actix_web::web::Path;
use domain::staff::ManageTenants;
use domain::{FieldErrors, StaffAccess, TenantId};
use services::tenants::{self, Found, TenantRecord, rest};
use services::{StaffTx, VerbError};

use super::ask::Ask;
use super::steps::Nothing;
use crate::flash;
use crate::platform::Platform;
use crate::problem::Problem;
use crate::web::answer;
use crate::web::forms::Form;
use crate::web::platform::shell::{StaffPlace, StaffShell};
use crate::web::shell::Toast;

/// One tenant for a sheet.
pub(super) async fn read<P: StaffAccess>(
    platform: &Platform<P>,
    name: &str,
) -> Result<(Found, StaffShell), Problem> {
    let name = name.to_owned();
    platform
        .page(StaffPlace::Tenants, move |tx| {
            let tenant = tx.named_tenant(&name)?;
            Ok(tenants::find(tx, tenant)?)
        })
        .await
}

/// Does it, and leads to the tenant with a message; what is wrong with the answers is for the sheet.
pub(super) async fn carry_out<P: StaffAccess>(
    platform: &Platform<P>,
    name: &str,
    deed: impl Fn(&mut StaffTx<'_, P>, TenantId) -> Result<TenantRecord, VerbError> + Send + 'static,
    said: impl FnOnce(&TenantRecord) -> Toast,
) -> Result<Result<HttpResponse, FieldErrors>, Problem> {
    let named = name.to_owned();
    let done = platform
        .attempt(move |tx| {
            let tenant = tx.named_tenant(&named)?;
            deed(tx, tenant)
        })
        .await;
    match done {
        Ok(record) => {
            flash::leave(platform.http(), said(&record));
            Ok(Ok(answer::see_other(&format!("/tenants/{}", record.id))))
        }
        Err(VerbError::Invalid(errors)) => Ok(Err(errors)),
        Err(error) => Err(platform.problem(error)),
    }
}

/// Does what a sheet's form asks for, where its fields are good; else shows the sheet again, with what is wrong.
pub(super) async fn sent<P, D>(
    platform: &Platform<P>,
    name: &str,
    mut errors: FieldErrors,
    deed: Option<D>,
    said: impl FnOnce(&TenantRecord) -> Toast,
    sheet: impl FnOnce(StaffShell, &Found) -> Ask,
) -> Result<HttpResponse, Problem>
where
    P: StaffAccess,
    D: Fn(&mut StaffTx<'_, P>, TenantId) -> Result<TenantRecord, VerbError> + Send + 'static,
{
    if let Some(deed) = deed.filter(|_| errors.is_empty()) {
        match carry_out(platform, name, deed, said).await? {
            Ok(done) => return Ok(done),
            Err(wrong) => errors = wrong,
        }
    }
    let (found, shell) = read(platform, name).await?;
    let sheet = Ask {
        errors,
        ..sheet(shell, &found)
    };
    sheet.answer()
}

/// `POST /tenants/{id}/reactivation`
///
/// # Errors
/// 404, 409 when it is not suspended, or no database.
pub async fn reactivate(
    platform: Platform<ManageTenants>,
    name: Path<String>,
    _: Form<Nothing>,
) -> Result<HttpResponse, Problem> {
    simply(&platform, &name, rest::reactivate, "is open again").await
}

/// `POST /tenants/{id}/maintenance/end`
///
/// # Errors
/// 404, 409 when it is under none, or no database.
pub async fn end_maintenance(
    platform: Platform<ManageTenants>,
    name: Path<String>,
    _: Form<Nothing>,
) -> Result<HttpResponse, Problem> {
    simply(
        &platform,
        &name,
        rest::end_maintenance,
        "is out of maintenance",
    )
    .await
}

/// A deed that asks for nothing.
pub(super) async fn simply<P: StaffAccess>(
    platform: &Platform<P>,
    name: &str,
    deed: fn(&mut StaffTx<'_, P>, TenantId) -> Result<TenantRecord, VerbError>,
    became: &'static str,
) -> Result<HttpResponse, Problem> {
    let said = move |record: &TenantRecord| Toast::done(format!("{} {became}", record.name));
    carry_out(platform, name, deed, said)
        .await?
        .map_err(|errors| platform.problem(VerbError::Invalid(errors)))
}
