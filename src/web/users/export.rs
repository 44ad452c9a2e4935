//! People as a file: what the current filter shows, written while it is read, a batch at a time.

use actix_web::{HttpRequest, HttpResponse};
use domain::permission::ExportUsers;
use services::users::export::{self, Export};

use super::query::ListQuery;
use crate::problem::Problem;
use crate::tenant::Tenant;
use crate::web::download::{self, CSV};

/// `GET /users/export.csv`
///
/// # Errors
/// What keeps the export from beginning.
pub async fn csv(tenant: Tenant<ExportUsers>, http: HttpRequest) -> Result<HttpResponse, Problem> {
    let filter = ListQuery::parse(http.query_string()).filter;
    let begun = tenant.run(move |tx| export::begin(tx, &filter)).await?;
    let day = tenant.request().now.format("%Y-%m-%d");
    let name = format!("{}-people-{day}.csv", tenant.entry().slug);
    let head = begun.head();
    let next = |(tenant, export): (Tenant<ExportUsers>, Export)| async move {
        let (lines, export) = tenant
            .run(move |tx| {
                // A copy, because a passing conflict does this once more.
                let mut export = export.clone();
                Ok((export.next(tx)?, export))
            })
            .await?;
        Ok((!lines.is_empty()).then_some((lines, (tenant, export))))
    };
    Ok(download::file(&name, CSV, head, (tenant, begun), next))
}
