//! The platform's log as a file: written while it is read, a batch at a time.

use actix_web::http::header;
use actix_web::web::Bytes;
use actix_web::{HttpRequest, HttpResponse};
use domain::TimeZone;
use domain::staff::ReadPlatformAudit;
use futures_util::stream;
use services::audit::export::Progress;
use services::platform_audit::log;

use super::asked::{Asked, filter};
use crate::platform::{Platform, zone};
use crate::problem::Problem;

/// `GET /audit.csv`
///
/// # Errors
/// What keeps the export from beginning.
pub async fn csv(
    platform: Platform<ReadPlatformAudit>,
    http: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let asked = Asked::read(http.query_string());
    let (progress, zone) = platform
        .run(|tx| Ok((log::begin(tx)?, zone(tx.staff()?))))
        .await?;
    let name = format!(
        "attachment; filename=\"platform-audit-{}.csv\"",
        platform.request().now.format("%Y-%m-%d")
    );
    Ok(HttpResponse::Ok()
        .content_type("text/csv; charset=utf-8")
        .insert_header((header::CONTENT_DISPOSITION, name))
        .streaming(pieces(platform, asked, zone, progress)))
}

enum Next {
    Head(Progress),
    Batch(Progress),
}

/// Each batch is a transaction of its own, which proves the right anew: a session that was ended
/// meanwhile reads no further, and the file breaks off visibly.
fn pieces(
    platform: Platform<ReadPlatformAudit>,
    asked: Asked,
    zone: TimeZone,
    progress: Progress,
) -> impl stream::Stream<Item = std::io::Result<Bytes>> {
    stream::try_unfold((platform, Next::Head(progress)), move |(platform, next)| {
        let filter = filter(&asked, zone);
        async move {
            let progress = match next {
                Next::Head(progress) => {
                    let head = Bytes::from(log::head());
                    return Ok(Some((head, (platform, Next::Batch(progress)))));
                }
                Next::Batch(progress) => progress,
            };
            let batch = platform
                .run(move |tx| Ok(log::next(tx, &filter, progress)?))
                .await
                .map_err(|problem| std::io::Error::other(problem.to_string()))?;
            Ok(batch.map(|(piece, onward)| (Bytes::from(piece), (platform, Next::Batch(onward)))))
        }
    })
}
