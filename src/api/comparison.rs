//! All tenants side by side, for the platform alone.

mod asked;
mod fields;
mod shown;

use domain::staff::ReadTenants;
use services::comparison;

use super::door::Door;
use super::{Answer, Outcome, PlatformApi, Query};
use asked::Asked;
pub use asked::ComparisonQuery;
pub use fields::CrossTenantAnalytics;

/// `GET /analytics/cross-tenant`
///
/// # Errors
/// No right, no such tenant, a query that is wrong, or no database.
pub async fn read(
    api: PlatformApi<ReadTenants>,
    query: Query<ComparisonQuery>,
) -> Outcome<CrossTenantAnalytics> {
    let asked = match Asked::of(&api.query(query).await?) {
        Ok(asked) => asked,
        Err(fault) => return Err(api.after_proof(fault).await),
    };
    let found = api.run(move |tx| {
        let wish = asked.wish(tx)?;
        Ok((comparison::read(tx, &wish)?, asked.clone()))
    });
    let (found, asked) = found.await?;
    Ok(Answer::of(&CrossTenantAnalytics::of(&found, &asked)))
}
