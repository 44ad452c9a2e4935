//! The platform's log as a file: written while it is read, a batch at a time.

use actix_web::{HttpRequest, HttpResponse};
use domain::staff::ReadPlatformAudit;
use services::audit::export::Progress;
use services::platform_audit::log;

use super::asked::{Asked, filter};
use crate::platform::{Platform, zone};
use crate::problem::Problem;
use crate::web::download::{self, CSV};

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
    let day = platform.request().now.format("%Y-%m-%d");
    let next = move |(platform, progress): (Platform<ReadPlatformAudit>, Progress)| {
        let filter = filter(&asked, zone);
        async move {
            let batch = platform
                .run(move |tx| Ok(log::next(tx, &filter, progress)?))
                .await?;
            Ok(batch.map(|(piece, onward)| (piece, (platform, onward))))
        }
    };
    let name = format!("platform-audit-{day}.csv");
    Ok(download::file(
        &name,
        CSV,
        log::head(),
        (platform, progress),
        next,
    ))
}
