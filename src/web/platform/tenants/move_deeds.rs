//! What is done to a move: stopping it, undoing it, deleting the old copy before its time.

use actix_web::HttpResponse;
use actix_web::web::Path;
use domain::staff::ManageTenants;
use domain::{MoveId, TenantId};
use services::{StaffTx, StoreError, VerbError, moves};

use super::ask::Ask;
use super::steps::Nothing;
use crate::flash;
use crate::platform::Platform;
use crate::problem::Problem;
use crate::web::answer;
use crate::web::forms::Form;
use crate::web::platform::shell::StaffPlace;
use crate::web::shell::Toast;

/// The tenant and the move that the path names.
pub type Named = Path<(String, String)>;

/// `POST /tenants/{id}/moves/{move}/stop`
///
/// # Errors
/// 404, 409 when it is over, or no database.
pub async fn stop(
    platform: Platform<ManageTenants>,
    names: Named,
    _: Form<Nothing>,
) -> Result<HttpResponse, Problem> {
    let said = Toast::done("The move is stopped").text("The tenant stays where it is.");
    let (tenant, id) = deed(&platform, names, |tx, tenant, id| {
        moves::stop(tx, tenant, id).map(|()| id)
    })
    .await?;
    flash::leave(platform.http(), said);
    Ok(answer::see_other(&format!("/tenants/{tenant}/moves/{id}")))
}

/// `POST /tenants/{id}/moves/{move}/undo`
///
/// # Errors
/// 404, 409 when the old copy is gone, or no database.
pub async fn undo(
    platform: Platform<ManageTenants>,
    names: Named,
    _: Form<Nothing>,
) -> Result<HttpResponse, Problem> {
    let (tenant, id) = deed(&platform, names, moves::undo).await?;
    Ok(answer::see_other(&format!("/tenants/{tenant}/moves/{id}")))
}

/// `GET /tenants/{id}/moves/{move}/discard`
///
/// # Errors
/// 404, or what keeps it from being read.
pub async fn ask_discard(
    platform: Platform<ManageTenants>,
    names: Named,
) -> Result<HttpResponse, Problem> {
    let (name, id) = names.into_inner();
    let id = which(&id)?;
    let (tenant, shell) = platform
        .page(StaffPlace::Tenants, move |tx| {
            let tenant = tx.named_tenant(&name)?;
            Ok(moves::of_tenant(tx, tenant, id)?.tenant)
        })
        .await?;
    let back = format!("/tenants/{tenant}/moves/{id}");
    let ask = Ask::new(
        shell,
        "Delete the old copy?",
        format!("{back}/discard"),
        "Delete",
    );
    let ask = Ask {
        hint: "The tenant lives on in its new place.".to_owned(),
        icon: "bin",
        tone: "bad",
        back,
        points: vec!["This move cannot be undone any more.".to_owned()],
        ..ask
    };
    ask.answer()
}

/// `POST /tenants/{id}/moves/{move}/discard`
///
/// # Errors
/// 404, 409 when there is none, or no database.
pub async fn discard(
    platform: Platform<ManageTenants>,
    names: Named,
    _: Form<Nothing>,
) -> Result<HttpResponse, Problem> {
    let said = Toast::done("The old copy is being deleted");
    let (tenant, id) = deed(&platform, names, |tx, tenant, id| {
        moves::discard(tx, tenant, id).map(|()| id)
    })
    .await?;
    flash::leave(platform.http(), said);
    Ok(answer::see_other(&format!("/tenants/{tenant}/moves/{id}")))
}

async fn deed(
    platform: &Platform<ManageTenants>,
    names: Named,
    deed: fn(&mut StaffTx<'_, ManageTenants>, TenantId, MoveId) -> Result<MoveId, VerbError>,
) -> Result<(TenantId, MoveId), Problem> {
    let (name, id) = names.into_inner();
    let id = which(&id)?;
    platform
        .run(move |tx| {
            let tenant = tx.named_tenant(&name)?;
            Ok((tenant, deed(tx, tenant, id)?))
        })
        .await
}

/// The move of a path.
pub(super) fn which(id: &str) -> Result<MoveId, Problem> {
    id.parse().map_err(|_| StoreError::NotFound.into())
}
