//! The audit log as a file: written while it is read, a batch at a time.

use actix_web::{HttpRequest, HttpResponse};
use domain::permission::ExportAudit;
use services::TenantTx;
use services::audit::export::{self, Format, Progress};

use super::{Asked, asked};
use crate::problem::Problem;
use crate::tenant::Tenant;
use crate::web::download::{self, CSV};

/// `GET /audit.csv`
///
/// # Errors
/// What keeps the export from beginning.
pub async fn csv(tenant: Tenant<ExportAudit>, http: HttpRequest) -> Result<HttpResponse, Problem> {
    file(tenant, &http, Format::Csv, CSV).await
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
    let day = tenant.request().now.format("%Y-%m-%d");
    let name = format!("{}-audit-{day}.{}", tenant.entry().slug, format.ending());
    let next = move |(tenant, progress): (Tenant<ExportAudit>, Progress)| {
        let filter = asked.filter(zone);
        async move {
            let read = move |tx: &mut TenantTx<'_, ExportAudit>| {
                Ok(export::next(tx, &filter, format, progress)?)
            };
            let batch = tenant.run(read).await?;
            Ok(batch.map(|(piece, onward)| (piece, (tenant, onward))))
        }
    };
    let (head, begun) = (export::head(format), (tenant, progress));
    Ok(download::file(&name, kind, head, begun, next))
}
