//! Going into a tenant by a visit that was granted, and ending one's own. The way in is a link that works once,
//! for a minute: a form may not lead to another host.

use actix_web::HttpResponse;
use askama::Template;
use domain::staff::VisitTenants;
use services::visits::{self, Guest, Leaver};

use super::steps::Nothing;
use super::visits::{Named, inside, visit};
use crate::flash;
use crate::platform::Platform;
use crate::problem::Problem;
use crate::web::answer;
use crate::web::forms::Form;
use crate::web::platform::shell::{StaffPlace, StaffShell};
use crate::web::shell::Toast;

#[derive(Template)]
#[template(path = "platform/tenants/entry.html")]
struct Page {
    name: String,
    host: String,
    back: String,
    href: String,
    shell: StaffShell,
}

/// `POST /tenants/{id}/visits/{visit}/entry`
///
/// # Errors
/// 404, 409 when the visit opens nothing, or no database.
pub async fn enter(
    platform: Platform<VisitTenants>,
    names: Named,
    _: Form<Nothing>,
) -> Result<HttpResponse, Problem> {
    let (name, wanted) = names.into_inner();
    let wanted = visit(&wanted)?;
    let ((tenant, guest), shell) = platform
        .page(StaffPlace::Tenants, move |tx| {
            Ok((tx.named_tenant(&name)?, Guest::of(tx)?))
        })
        .await?;
    let (ticket, host, name) = inside(&platform, tenant, move |store, entry, request| {
        let ticket = visits::ticket(store, &entry.scope, request, &guest, wanted)?;
        Ok((
            visits::path(&ticket),
            entry.canonical_host.clone(),
            entry.name.clone(),
        ))
    })
    .await
    .map_err(|error| platform.problem(error))?;
    let back = format!("/tenants/{tenant}");
    answer::page(&Page {
        shell: shell.titled(format!("Enter {name}")).below(&name, &back),
        href: format!("{}{ticket}", platform.portal_of(&host)),
        name,
        host,
        back,
    })
}

/// `POST /tenants/{id}/visits/{visit}/end`
///
/// # Errors
/// 404, 409 when it is over or somebody else's, or no database.
pub async fn end(
    platform: Platform<VisitTenants>,
    names: Named,
    _: Form<Nothing>,
) -> Result<HttpResponse, Problem> {
    let (name, wanted) = names.into_inner();
    let wanted = visit(&wanted)?;
    let (tenant, leaver) = platform
        .run(move |tx| Ok((tx.named_tenant(&name)?, Leaver::of(tx)?)))
        .await?;
    inside(&platform, tenant, move |store, entry, request| {
        visits::withdraw(store, &entry.scope, request, &leaver, wanted)
    })
    .await
    .map_err(|error| platform.problem(error))?;
    flash::leave(platform.http(), Toast::done("The visit is over"));
    Ok(answer::see_other(&format!("/tenants/{tenant}#visits")))
}
