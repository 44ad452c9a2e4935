//! What was measured as a file.

use actix_web::HttpResponse;
use actix_web::http::header::CONTENT_DISPOSITION;
use actix_web::web::Query;
use domain::permission::ReadUsage;
use domain::{Meter, TimeZone};
use services::{StoreError, resources, usage};

use super::measured::{Asked, METERS};
use crate::problem::Problem;
use crate::tenant::Tenant;
use crate::web::download::CSV;

/// `GET /usage.csv`
///
/// # Errors
/// Not signed in, not allowed, or no database.
pub async fn csv(tenant: Tenant<ReadUsage>, asked: Query<Asked>) -> Result<HttpResponse, Problem> {
    tenant.run(|_| Ok(())).await?;
    let (store, now) = (tenant.app().store.clone(), tenant.request().now);
    let zone: TimeZone = tenant.entry().timezone.parse().unwrap_or_default();
    let (id, period) = (tenant.id(), asked.period());
    let read = move || {
        store.platform::<_, StoreError>(now, |tx| {
            let told = resources::all(tx)?;
            let mut meters = METERS.to_vec();
            meters.extend(usage::told(&told).map(|resource| Meter::of(&resource.key)));
            Ok((usage::read(tx, id, &meters, period, zone)?, meters))
        })
    };
    let (reading, meters) = tenant.app().beside(tenant.entry(), read).await?;
    let file = usage::csv(&reading, &meters);
    let file = file.map_err(|error| Problem::internal(error.to_string()))?;
    let name = format!("{}-usage-{period}.csv", tenant.entry().slug);
    Ok(HttpResponse::Ok()
        .content_type(CSV)
        .insert_header((
            CONTENT_DISPOSITION,
            format!("attachment; filename=\"{name}\""),
        ))
        .body(file))
}
