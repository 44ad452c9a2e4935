//! The list of tenants as a file: what the current filter shows, written while it is read.

use actix_web::{HttpRequest, HttpResponse};
use domain::staff::ReadTenants;
use services::tenants::export::{self, Export};

use super::query::ListQuery;
use crate::platform::Platform;
use crate::problem::Problem;
use crate::web::download::{self, CSV};

/// `GET /tenants/export.csv`
///
/// # Errors
/// What keeps the export from beginning.
pub async fn csv(
    platform: Platform<ReadTenants>,
    http: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let query = ListQuery::parse(http.query_string());
    let begun = platform
        .run(move |tx| export::begin(tx, &query.filter, query.sort, query.order))
        .await?;
    let day = platform.request().now.format("%Y-%m-%d");
    let (name, head) = (format!("tenants-{day}.csv"), begun.head());
    let next = |(platform, export): (Platform<ReadTenants>, Export)| async move {
        let (lines, export) = platform
            .run(move |tx| {
                // A copy, because a passing conflict does this once more.
                let mut export = export.clone();
                Ok((export.next(tx)?, export))
            })
            .await?;
        Ok((!lines.is_empty()).then_some((lines, (platform, export))))
    };
    Ok(download::file(&name, CSV, head, (platform, begun), next))
}
