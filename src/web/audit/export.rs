//! The audit log as a file: written while it is read, a batch at a time.

use actix_web::http::header;
use actix_web::web::Bytes;
use actix_web::{HttpRequest, HttpResponse};
use domain::TimeZone;
use domain::permission::ExportAudit;
use futures_util::stream;
use services::audit::export::{self, Format, Progress};

use super::{Asked, asked};
use crate::problem::Problem;
use crate::tenant::Tenant;

/// `GET /audit.csv`
///
/// # Errors
/// What keeps the export from beginning.
pub async fn csv(tenant: Tenant<ExportAudit>, http: HttpRequest) -> Result<HttpResponse, Problem> {
    file(tenant, &http, Format::Csv, "text/csv; charset=utf-8").await
}

/// `GET /audit.ndjson`
///
/// # Errors
/// What keeps the export from beginning.
pub async fn ndjson(
    tenant: Tenant<ExportAudit>,
    http: HttpRequest,
) -> Result<HttpResponse, Problem> {
    file(tenant, &http, Format::NdJson, "application/x-ndjson").await
}

async fn file(
    tenant: Tenant<ExportAudit>,
    http: &HttpRequest,
    format: Format,
    kind: &str,
) -> Result<HttpResponse, Problem> {
    let asked = Asked::read(http.query_string());
    let fallback = tenant.entry().timezone.clone();
    let (progress, zone) = tenant
        .run(move |tx| {
            let zone = asked::zone(tx.user().ok(), &fallback);
            Ok((export::begin(tx, format)?, zone))
        })
        .await?;
    let name = format!(
        "attachment; filename=\"{}-audit-{}.{}\"",
        tenant.entry().slug,
        tenant.request().now.format("%Y-%m-%d"),
        format.ending()
    );
    Ok(HttpResponse::Ok()
        .content_type(kind)
        .insert_header((header::CONTENT_DISPOSITION, name))
        .streaming(pieces(tenant, asked, zone, format, progress)))
}

enum Next {
    Head(Progress),
    Batch(Progress),
}

/// Each batch is a transaction of its own, which proves the right anew: a session that was ended
/// meanwhile reads no further, and the file breaks off visibly.
fn pieces(
    tenant: Tenant<ExportAudit>,
    asked: Asked,
    zone: TimeZone,
    format: Format,
    progress: Progress,
) -> impl stream::Stream<Item = std::io::Result<Bytes>> {
    stream::try_unfold((tenant, Next::Head(progress)), move |(tenant, next)| {
        let filter = asked.filter(zone);
        async move {
            let progress = match next {
                Next::Head(progress) => {
                    let head = Bytes::from(export::head(format));
                    return Ok(Some((head, (tenant, Next::Batch(progress)))));
                }
                Next::Batch(progress) => progress,
            };
            let batch = tenant
                .run(move |tx| Ok(export::next(tx, &filter, format, progress)?))
                .await
                .map_err(|problem| std::io::Error::other(problem.to_string()))?;
            Ok(batch.map(|(piece, onward)| (Bytes::from(piece), (tenant, Next::Batch(onward)))))
        }
    })
}
