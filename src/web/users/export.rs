//! People as a file: what the current filter shows, written while it is read, a batch at a time.

use actix_web::http::header;
use actix_web::web::Bytes;
use actix_web::{HttpRequest, HttpResponse};
use domain::permission::ExportUsers;
use futures_util::stream;
use services::users::export::{self, Export};

use super::query::ListQuery;
use crate::problem::Problem;
use crate::tenant::Tenant;

/// `GET /users/export.csv`
///
/// # Errors
/// What keeps the export from beginning.
pub async fn csv(tenant: Tenant<ExportUsers>, http: HttpRequest) -> Result<HttpResponse, Problem> {
    let filter = ListQuery::parse(http.query_string()).filter;
    let begun = tenant.run(move |tx| export::begin(tx, &filter)).await?;
    let name = format!(
        "attachment; filename=\"{}-people-{}.csv\"",
        tenant.entry().slug,
        tenant.request().now.format("%Y-%m-%d"),
    );
    Ok(HttpResponse::Ok()
        .content_type("text/csv; charset=utf-8")
        .insert_header((header::CONTENT_DISPOSITION, name))
        .streaming(pieces(tenant, begun)))
}

enum Next {
    Head(Export),
    Batch(Export),
}

/// Each batch is a transaction of its own, which proves the right anew: a session that was ended
/// meanwhile reads no further, and the file breaks off visibly.
fn pieces(
    tenant: Tenant<ExportUsers>,
    begun: Export,
) -> impl stream::Stream<Item = std::io::Result<Bytes>> {
    stream::try_unfold((tenant, Next::Head(begun)), |(tenant, next)| async move {
        let export = match next {
            Next::Head(export) => {
                let head = Bytes::from(export.head());
                return Ok(Some((head, (tenant, Next::Batch(export)))));
            }
            Next::Batch(export) => export,
        };
        let (lines, export) = tenant
            .run(move |tx| {
                // A copy, because a passing conflict does this once more.
                let mut export = export.clone();
                let lines = export.next(tx)?;
                Ok((lines, export))
            })
            .await
            .map_err(|problem| std::io::Error::other(problem.to_string()))?;
        let more = !lines.is_empty();
        Ok(more.then(|| (Bytes::from(lines), (tenant, Next::Batch(export)))))
    })
}
