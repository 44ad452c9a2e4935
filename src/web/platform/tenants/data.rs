//! The tables of a tenant as staff see them: how they are made, what the server says of their sizes, advice about their
//! indexes. It is `ReadTenants`, because no row of the tenant is read or counted for it: for that there are visits.

use actix_web::HttpResponse;
use actix_web::web::Path;
use askama::Template;
use domain::staff::ReadTenants;
use services::structure::advice::Advice;
use services::structure::{self, Surveyed};

use crate::platform::Platform;
use crate::problem::Problem;
use crate::web::answer;
use crate::web::platform::shell::{StaffPlace, StaffShell};
use crate::web::structure::view::{self, Line, Sheet};

#[derive(Template)]
#[template(path = "platform/tenants/data.html")]
struct Page {
    name: String,
    base: String,
    shared: bool,
    totals: Vec<(&'static str, String)>,
    advice: Vec<Said>,
    lines: Vec<Line>,
    analysed: bool,
    shell: StaffShell,
}

#[derive(Template)]
#[template(path = "platform/tenants/data_table.html")]
struct TablePage {
    sheet: Sheet,
    shell: StaffShell,
}

/// A piece of advice.
struct Said {
    href: String,
    subject: String,
    title: &'static str,
    words: String,
}

/// `GET /tenants/{id}/data`
///
/// # Errors
/// 404, or what keeps the tenant from being read.
pub async fn page(
    platform: Platform<ReadTenants>,
    name: Path<String>,
) -> Result<HttpResponse, Problem> {
    let (of, shell) = surveyed(&platform, name.into_inner()).await?;
    let record = &of.found.record;
    let base = format!("/tenants/{}", record.id);
    let data = format!("{base}/data");
    let said = |one: &Advice| Said {
        href: format!("{data}/{}", one.table),
        subject: one.index.clone().unwrap_or_else(|| one.table.clone()),
        title: one.kind.title(),
        words: one.words.clone(),
    };
    answer::page(&Page {
        shared: of.structure.is_shared(),
        totals: view::totals(&of.structure, false, &shell.format),
        advice: of.advice.iter().map(said).collect(),
        lines: view::lines(&of.structure, &data, &shell.format),
        analysed: true,
        name: record.name.clone(),
        shell: shell.titled("Data").below(&record.name, &base),
        base,
    })
}

/// `GET /tenants/{id}/data/{table}`
///
/// # Errors
/// 404, or what keeps the tenant from being read.
pub async fn table(
    platform: Platform<ReadTenants>,
    path: Path<(String, String)>,
) -> Result<HttpResponse, Problem> {
    let (name, table) = path.into_inner();
    let (of, shell) = surveyed(&platform, name).await?;
    let found = of.structure.table(&table);
    let found = found.map_err(|error| platform.problem(error.into()))?;
    let record = &of.found.record;
    let base = format!("/tenants/{}", record.id);
    let data = format!("{base}/data");
    answer::page(&TablePage {
        sheet: Sheet::of(found, &data, &shell.format),
        shell: shell
            .titled(found.name.clone())
            .below(&record.name, &base)
            .below("Data", &data),
    })
}

async fn surveyed(
    platform: &Platform<ReadTenants>,
    name: String,
) -> Result<(Surveyed, StaffShell), Problem> {
    platform
        .page(StaffPlace::Tenants, move |tx| {
            let tenant = tx.named_tenant(&name)?;
            structure::of_tenant(tx, tenant)
        })
        .await
}
