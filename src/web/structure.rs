//! The tenant's own pages of its tables: all of them, and one with how it is made. Structure and sizes, never a row.

pub(super) mod view;
mod words;

use actix_web::HttpResponse;
use actix_web::web::Path;
use askama::Template;
use domain::PlacementKind;
use domain::permission::ReadSettings;
use services::structure;

use crate::problem::Problem;
use crate::tenant::Tenant;
use crate::web::answer;
use crate::web::shell::{Place, Shell};
use view::{Line, Sheet};

/// Where tables are listed.
const BASE: &str = "/data";

#[derive(Template)]
#[template(path = "structure/list.html")]
struct List {
    shell: Shell,
    shared: bool,
    /// Whether they are in a database of the tenant's own.
    database: bool,
    totals: Vec<(&'static str, String)>,
    lines: Vec<Line>,
    /// Whether the moment of the statistics may be told.
    analysed: bool,
}

#[derive(Template)]
#[template(path = "structure/table.html")]
struct Page {
    shell: Shell,
    sheet: Sheet,
}

/// `GET /data`
///
/// # Errors
/// Not signed in, not allowed, or no database.
pub async fn list(tenant: Tenant<ReadSettings>) -> Result<HttpResponse, Problem> {
    let (found, shell) = tenant
        .page(Place::Data, |tx| Ok(structure::own(tx)?))
        .await?;
    let lines = view::lines(&found, BASE, &shell.format);
    answer::page(&List {
        shared: found.is_shared(),
        database: found.placement == Some(PlacementKind::Database),
        totals: view::totals(&found, found.is_shared(), &shell.format),
        analysed: !found.is_shared(),
        lines,
        shell,
    })
}

/// `GET /data/{table}`
///
/// # Errors
/// 404, not allowed, or no database.
pub async fn table(
    tenant: Tenant<ReadSettings>,
    name: Path<String>,
) -> Result<HttpResponse, Problem> {
    let name = name.into_inner();
    let (found, shell) = tenant
        .page(Place::Data, move |tx| {
            Ok(structure::own(tx)?.table(&name)?.clone())
        })
        .await?;
    let sheet = Sheet::of(&found, BASE, &shell.format);
    let shell = shell.titled(found.name);
    answer::page(&Page { shell, sheet })
}
