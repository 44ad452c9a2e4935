//! Visits as the platform asks for them: why, how long, what for; where each stands; the way in once the
//! tenant said yes. The visit itself is a row of the tenant.

use actix_web::HttpResponse;
use actix_web::web::Path;
use domain::staff::{ReadTenants, StaffAccess, VisitTenants};
use domain::{TenantId, TenantState, VisitHours, VisitId, VisitReach, VisitState, text};
use serde::Deserialize;
use services::visits::{self, Guest, Listed, MAX_REASON, Wish};
use services::{Request, Store, StoreError, TenantEntry, VerbError};

use super::ask::{Ask, Input, InputKind};
use super::deeds::read;
use crate::flash;
use crate::platform::Platform;
use crate::problem::Problem;
use crate::web::answer;
use crate::web::choice::Choice;
use crate::web::forms::Form;
use crate::web::platform::shell::StaffShell;
use crate::web::shell::Toast;

/// Takes work into the tenant as the system, off the request's thread.
pub(super) async fn inside<P: StaffAccess, T: Send + 'static>(
    platform: &Platform<P>,
    tenant: TenantId,
    mut work: impl FnMut(&Store, &TenantEntry, &Request) -> Result<T, VerbError> + Send + 'static,
) -> Result<T, VerbError> {
    let (app, request) = (platform.app().clone(), platform.request().clone());
    let work = move || {
        let entry = app.store.resolve_tenant(tenant)?;
        let entry = entry.ok_or(StoreError::NotFound)?;
        work(&app.store, &entry, &request)
    };
    platform.app().gate.through(work).await
}

/// The tenant's latest visits; none where it has no rows, `None` where it is in a database of its own that does not answer.
///
/// # Errors
/// No database.
pub async fn listed(
    platform: &Platform<ReadTenants>,
    tenant: TenantId,
    state: TenantState,
) -> Result<Option<Vec<Listed>>, Problem> {
    if !state.has_rows() {
        return Ok(Some(Vec::new()));
    }
    let read = inside(
        platform,
        tenant,
        |store, entry, request| match visits::of_tenant(store, &entry.scope, request) {
            Err(VerbError::Store(StoreError::Away(_) | StoreError::Transient(_)))
                if !entry.scope.place().is_home() =>
            {
                Ok(None)
            }
            read => read.map(Some),
        },
    );
    read.await.map_err(|error| platform.problem(error))
}

/// The form of an asking.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    reason: String,
    hours: String,
    reach: String,
}

/// `GET /tenants/{id}/visits/new`
///
/// # Errors
/// 404, or what keeps the tenant from being read.
pub async fn form(
    platform: Platform<VisitTenants>,
    name: Path<String>,
) -> Result<HttpResponse, Problem> {
    let (found, shell) = read(&platform, &name).await?;
    let usual = Asked {
        hours: "1".to_owned(),
        reach: VisitReach::Read.to_string(),
        ..Asked::default()
    };
    sheet(shell, found.record.id, &found.record.name, usual).answer()
}

/// `POST /tenants/{id}/visits`
///
/// # Errors
/// 404, 409 for a second open visit, or no database.
pub async fn submit(
    platform: Platform<VisitTenants>,
    name: Path<String>,
    form: Form<Asked>,
) -> Result<HttpResponse, Problem> {
    let Form { typed, mut errors } = form;
    let reason = errors.check("reason", text::line(&typed.reason, MAX_REASON));
    let hours = typed.hours.trim().parse().map(VisitHours::new);
    let hours = errors.check("hours", hours.map_err(|_| "Write a whole number of hours."));
    let hours = hours.and_then(|hours| errors.check("hours", hours));
    let reach = errors.check("reach", typed.reach.parse::<VisitReach>());
    let (Some(reason), Some(hours), Some(reach), true) = (reason, hours, reach, errors.is_empty())
    else {
        let (found, shell) = read(&platform, &name).await?;
        let again = sheet(shell, found.record.id, &found.record.name, typed);
        return Ask { errors, ..again }.answer();
    };
    let wish = Wish {
        reason,
        hours,
        reach,
    };
    let state = ask(&platform, name.into_inner(), wish).await?;
    Ok(state)
}

async fn ask(
    platform: &Platform<VisitTenants>,
    name: String,
    wish: Wish,
) -> Result<HttpResponse, Problem> {
    let (announced, tenant) = platform
        .run(move |tx| {
            let tenant = tx.named_tenant(&name)?;
            let guest = Guest::of(tx)?;
            Ok((visits::announce(tx, guest, tenant)?, tenant))
        })
        .await?;
    let config = &platform.app().config;
    let (scheme, port) = (crate::worker::scheme(config), config.server.public_port);
    let state = inside(platform, tenant, move |store, entry, request| {
        let links = services::letters::Links::of(entry, scheme, port);
        visits::ask(store, entry, request, &announced, &wish, &links)
    })
    .await
    .map_err(|error| platform.problem(error))?;
    let said = match state {
        VisitState::Approved => {
            Toast::done("You may enter").text("The tenant lets support in without being asked.")
        }
        _ => Toast::done("The tenant is asked").text("Those who decide there have a letter."),
    };
    flash::leave(platform.http(), said);
    Ok(answer::see_other(&format!("/tenants/{tenant}#visits")))
}

fn sheet(shell: StaffShell, tenant: TenantId, name: &str, typed: Asked) -> Ask {
    let base = format!("/tenants/{tenant}");
    let ask = Ask::new(
        shell,
        format!("Enter {name}"),
        format!("{base}/visits"),
        "Ask to enter",
    );
    let reach = vec![
        Choice::new(VisitReach::Read.as_str(), "Read only"),
        Choice::new(VisitReach::Write.as_str(), "Read and change"),
    ];
    Ask {
        hint: "The tenant sees who asks and why, every page you read, and can end it at once."
            .to_owned(),
        icon: "enter",
        back: base,
        inputs: vec![
            Input::new("reason", "Reason", typed.reason, InputKind::Text)
                .hint("The tenant reads this. Name the ticket or whoever asked for help.")
                .longest(MAX_REASON),
            Input::new("hours", "Hours", typed.hours, InputKind::Number)
                .hint("1 to 72, from the moment they say yes.")
                .longest(2),
            Input::new("reach", "What for", typed.reach, InputKind::Choice(reach)),
        ],
        ..ask
    }
}

/// The two names in the path.
pub(super) type Named = Path<(String, String)>;

/// The visit that a path names.
pub(super) fn visit(text: &str) -> Result<VisitId, Problem> {
    text.parse().map_err(|_| Problem::not_found())
}
