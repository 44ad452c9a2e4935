//! What is done to a rollout: letting it stand still and go on, ending it, trying again what failed; and asking for a look
//! at the schemas.

use actix_web::HttpResponse;
use actix_web::web::Path;
use domain::RolloutId;
use domain::staff::ManageTenants;
use services::{StaffTx, VerbError, rollouts};

use super::one::which;
use crate::flash;
use crate::platform::Platform;
use crate::problem::Problem;
use crate::web::answer;
use crate::web::forms::Form;
use crate::web::platform::tenants::steps::Nothing;
use crate::web::shell::Toast;

type Deed = fn(&mut StaffTx<'_, ManageTenants>, RolloutId) -> Result<(), VerbError>;

/// `POST /rollouts/{id}/pause`
///
/// # Errors
/// 404, 409 when it does not run, or no database.
pub async fn pause(
    platform: Platform<ManageTenants>,
    id: Path<String>,
    _: Form<Nothing>,
) -> Result<HttpResponse, Problem> {
    let said = Toast::done("The rollout stands still").text("Schemas in hand are ended first.");
    deed(&platform, &id, rollouts::pause, said).await
}

/// `POST /rollouts/{id}/resume`
///
/// # Errors
/// 404, 409 when it is not paused, or no database.
pub async fn resume(
    platform: Platform<ManageTenants>,
    id: Path<String>,
    _: Form<Nothing>,
) -> Result<HttpResponse, Problem> {
    deed(
        &platform,
        &id,
        rollouts::resume,
        Toast::done("The rollout goes on"),
    )
    .await
}

/// `POST /rollouts/{id}/retry`
///
/// # Errors
/// 404, 409 when nothing failed, or no database.
pub async fn retry(
    platform: Platform<ManageTenants>,
    id: Path<String>,
    _: Form<Nothing>,
) -> Result<HttpResponse, Problem> {
    deed(
        &platform,
        &id,
        rollouts::retry,
        Toast::done("What failed is tried again"),
    )
    .await
}

/// `POST /rollouts/{id}/cancel`
///
/// # Errors
/// 404, 409 when it is over, or no database.
pub async fn cancel(
    platform: Platform<ManageTenants>,
    id: Path<String>,
    _: Form<Nothing>,
) -> Result<HttpResponse, Problem> {
    let said =
        Toast::done("The rollout is ended").text("What was brought to the version stays there.");
    deed(&platform, &id, rollouts::cancel, said).await
}

/// `POST /rollouts/drift`
///
/// # Errors
/// 409 where this process cannot, or no database.
pub async fn look(
    platform: Platform<ManageTenants>,
    _: Form<Nothing>,
) -> Result<HttpResponse, Problem> {
    let store = platform.app().store.clone();
    platform
        .run(move |tx| rollouts::ask_for_drift(tx, &store))
        .await?;
    let said = Toast::done("The schemas are being compared")
        .text("What is found stands here in a moment.");
    flash::leave(platform.http(), said);
    Ok(answer::see_other("/rollouts"))
}

async fn deed(
    platform: &Platform<ManageTenants>,
    id: &str,
    deed: Deed,
    said: Toast,
) -> Result<HttpResponse, Problem> {
    let id = which(id)?;
    platform
        .run(move |tx| {
            rollouts::of_all(tx, id)?;
            deed(tx, id)
        })
        .await?;
    flash::leave(platform.http(), said);
    Ok(answer::see_other(&format!("/rollouts/{id}")))
}
