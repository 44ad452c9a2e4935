//! Asking for a look now: at all tenants, or at one.

use actix_web::HttpResponse;
use actix_web::web::Path;
use domain::staff::ManageTenants;
use services::checkups;

use crate::flash;
use crate::platform::Platform;
use crate::problem::Problem;
use crate::web::answer;
use crate::web::forms::Form;
use crate::web::platform::tenants::steps::Nothing;
use crate::web::shell::Toast;

/// `POST /health/look`
///
/// # Errors
/// Not allowed, or no database.
pub async fn look(
    platform: Platform<ManageTenants>,
    _: Form<Nothing>,
) -> Result<HttpResponse, Problem> {
    let begun = platform.run(|tx| checkups::ask(tx, None)).await?;
    flash::leave(platform.http(), said(begun));
    Ok(answer::see_other("/health"))
}

/// `POST /tenants/{id}/health`
///
/// # Errors
/// 404, not allowed, or no database.
pub async fn look_at_one(
    platform: Platform<ManageTenants>,
    name: Path<String>,
    _: Form<Nothing>,
) -> Result<HttpResponse, Problem> {
    let name = name.into_inner();
    let (tenant, begun) = platform
        .run(move |tx| {
            let tenant = tx.named_tenant(&name)?;
            Ok((tenant, checkups::ask(tx, Some(tenant))?))
        })
        .await?;
    flash::leave(platform.http(), said(begun));
    Ok(answer::see_other(&format!("/tenants/{tenant}/health")))
}

fn said(begun: bool) -> Toast {
    let text = "What is found stands here in a moment.";
    match begun {
        true => Toast::done("The look began").text(text),
        false => Toast::done("A look is being done already").text(text),
    }
}
