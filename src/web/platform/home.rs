//! `/` of the platform's host.

use actix_web::HttpResponse;
use domain::staff::SignedInStaff;

use crate::platform::Platform;
use crate::problem::Problem;
use crate::web::answer;

/// `GET /`: the tenants are what staff come for.
///
/// # Errors
/// Not signed in, or no database.
pub async fn page(platform: Platform<SignedInStaff>) -> Result<HttpResponse, Problem> {
    platform.run(|tx| Ok(tx.staff()?.id)).await?;
    Ok(answer::see_other("/tenants"))
}
