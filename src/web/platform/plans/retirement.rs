//! The sheet that asks before a plan is retired, and bringing it back.

use actix_web::HttpResponse;
use actix_web::web::Path;
use domain::staff::ManageTenants;
use services::StaffTx;
use services::tenants::plans;

use super::page_of;
use crate::flash;
use crate::platform::Platform;
use crate::problem::Problem;
use crate::web::answer;
use crate::web::forms::Form;
use crate::web::platform::shell::StaffPlace;
use crate::web::platform::tenants::ask::Ask;
use crate::web::platform::tenants::steps::Nothing;
use crate::web::shell::Toast;

/// `GET /plans/{plan}/retirement`
///
/// # Errors
/// 404, not allowed, or no database.
pub async fn ask(
    platform: Platform<ManageTenants>,
    key: Path<String>,
) -> Result<HttpResponse, Problem> {
    let key = key.into_inner();
    let work = move |tx: &mut StaffTx<'_, ManageTenants>| Ok(plans::whole(tx, &key)?.plan);
    let (plan, shell) = platform.page(StaffPlace::Plans, work).await?;
    let base = page_of(&plan.key);
    let title = format!("Retire {}?", plan.terms.name);
    let ask = Ask::new(shell, title, format!("{base}/retirement"), "Retire");
    let ask = Ask {
        hint: "It can be brought back.".to_owned(),
        icon: "info",
        back: base,
        points: vec![
            "No tenant can choose it, and the platform puts none on it any more.".to_owned(),
            "Tenants that are on it stay, with all that they have.".to_owned(),
        ],
        ..ask
    };
    ask.answer()
}

/// `POST /plans/{plan}/retirement`
///
/// # Errors
/// 404, not allowed, or no database.
pub async fn retire(
    platform: Platform<ManageTenants>,
    key: Path<String>,
    _: Form<Nothing>,
) -> Result<HttpResponse, Problem> {
    let key = key.into_inner();
    let plan = platform.run(move |tx| plans::retire(tx, &key)).await?;
    let base = page_of(&plan.key);
    let said = Toast::done(format!("{} is retired", plan.terms.name));
    flash::leave(platform.http(), said.undo(format!("{base}/restoration")));
    Ok(answer::see_other(&base))
}

/// `POST /plans/{plan}/restoration`
///
/// # Errors
/// 404, not allowed, or no database.
pub async fn restore(
    platform: Platform<ManageTenants>,
    key: Path<String>,
    _: Form<Nothing>,
) -> Result<HttpResponse, Problem> {
    let key = key.into_inner();
    let plan = platform.run(move |tx| plans::restore(tx, &key)).await?;
    let said = Toast::done(format!("{} is back", plan.terms.name));
    let said = said.text("Tenants may choose it by themselves only once that is said again.");
    flash::leave(platform.http(), said);
    Ok(answer::see_other(&page_of(&plan.key)))
}
