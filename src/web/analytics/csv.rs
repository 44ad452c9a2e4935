//! Figures by the day as a file.

use actix_web::HttpResponse;
use actix_web::http::header::CONTENT_DISPOSITION;
use actix_web::web::Query;
use domain::permission::ReadUsage;
use services::analytics;
use services::features::Feature;

use super::{Asked, look};
use crate::problem::Problem;
use crate::tenant::Tenant;
use crate::web::download::CSV;
use crate::web::feature;

/// `GET /analytics.csv`
///
/// # Errors
/// Not signed in, not allowed, a plan without it, or no database.
pub async fn csv(tenant: Tenant<ReadUsage>, asked: Query<Asked>) -> Result<HttpResponse, Problem> {
    feature::required(&tenant, Feature::AdvancedAnalytics).await?;
    let found = look(&tenant, asked.period()).await?;
    let file = analytics::csv(&found, asked.figure.as_deref());
    let file = file.map_err(|error| Problem::internal(error.to_string()))?;
    let name = format!("{}-analytics-{}.csv", tenant.entry().slug, found.period);
    Ok(HttpResponse::Ok()
        .content_type(CSV)
        .insert_header((
            CONTENT_DISPOSITION,
            format!("attachment; filename=\"{name}\""),
        ))
        .body(file))
}
