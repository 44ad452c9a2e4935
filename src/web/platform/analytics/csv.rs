//! All tenants side by side as a file.

use actix_web::HttpResponse;
use actix_web::http::header::CONTENT_DISPOSITION;
use actix_web::web::Query;
use domain::staff::ReadTenants;
use services::comparison;

use super::Asked;
use crate::platform::Platform;
use crate::problem::Problem;
use crate::web::download::CSV;

/// `GET /analytics.csv`
///
/// # Errors
/// Not signed in, not allowed, or no database.
pub async fn csv(
    platform: Platform<ReadTenants>,
    asked: Query<Asked>,
) -> Result<HttpResponse, Problem> {
    let wish = asked.wish();
    let name = format!("tenants-analytics-{}.csv", wish.period);
    let file = platform.run(move |tx| Ok(comparison::csv(tx, &wish)?));
    let file = file.await?;
    Ok(HttpResponse::Ok()
        .content_type(CSV)
        .insert_header((
            CONTENT_DISPOSITION,
            format!("attachment; filename=\"{name}\""),
        ))
        .body(file))
}
