//! The list of tenants as a file: what the current filter shows, written while it is read.

use actix_web::http::header;
use actix_web::web::Bytes;
use actix_web::{HttpRequest, HttpResponse};
use domain::staff::ReadTenants;
use futures_util::stream;
use services::tenants::export::{self, Export};

use super::query::ListQuery;
use crate::platform::Platform;
use crate::problem::Problem;

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
    let name = format!("attachment; filename=\"tenants-{day}.csv\"");
    Ok(HttpResponse::Ok()
        .content_type("text/csv; charset=utf-8")
        .insert_header((header::CONTENT_DISPOSITION, name))
        .streaming(pieces(platform, begun)))
}

enum Next {
    Head(Export),
    Batch(Export),
}

/// Each batch is a transaction of its own, which proves the right anew: a session that was ended
/// meanwhile reads no further, and the file breaks off visibly.
fn pieces(
    platform: Platform<ReadTenants>,
    begun: Export,
) -> impl stream::Stream<Item = std::io::Result<Bytes>> {
    stream::try_unfold(
        (platform, Next::Head(begun)),
        |(platform, next)| async move {
            let export = match next {
                Next::Head(export) => {
                    let head = Bytes::from(export.head());
                    return Ok(Some((head, (platform, Next::Batch(export)))));
                }
                Next::Batch(export) => export,
            };
            let (lines, export) = platform
                .run(move |tx| {
                    // A copy, because a passing conflict does this once more.
                    let mut export = export.clone();
                    let lines = export.next(tx)?;
                    Ok((lines, export))
                })
                .await
                .map_err(|problem| std::io::Error::other(problem.to_string()))?;
            let more = !lines.is_empty();
            Ok(more.then(|| (Bytes::from(lines), (platform, Next::Batch(export)))))
        },
    )
}
