//! The sheet that asks before a tenant is moved: where to, what it will take, for how long the old copy is kept.

use actix_web::HttpResponse;
use actix_web::web::Path;
use domain::staff::ManageTenants;
use domain::{FieldErrors, PlacementKind};
use serde::Deserialize;
use services::VerbError;
use services::moves::{self, Asked};
use services::nodes;
use services::tenants::Found;

use super::ask::Ask;
use super::deeds::read;
use super::move_inputs::inputs;
use super::move_points::points;
use crate::platform::Platform;
use crate::problem::Problem;
use crate::web::answer;
use crate::web::forms::Form;
use crate::web::platform::shell::StaffShell;

/// The form of a move.
#[derive(Debug, Deserialize)]
pub struct Move {
    #[serde(default)]
    pub(super) to: String,
    #[serde(default)]
    pub(super) node: String,
    #[serde(default)]
    pub(super) keep_days: String,
}

/// `GET /tenants/{id}/move`
///
/// # Errors
/// 404, 409 for one without a place, or what keeps the tenant from being read.
pub async fn ask(
    platform: Platform<ManageTenants>,
    name: Path<String>,
) -> Result<HttpResponse, Problem> {
    let (found, shell) = read(&platform, &name).await?;
    let usual = domain::moving::KEEP_DAYS.to_string();
    let typed = Move {
        to: String::new(),
        keep_days: usual,
        node: String::new(),
    };
    sheet(&platform, shell, &found, typed, FieldErrors::new()).await
}

/// `POST /tenants/{id}/move`
///
/// # Errors
/// 404, a rule, or no database.
pub async fn begin(
    platform: Platform<ManageTenants>,
    name: Path<String>,
    form: Form<Move>,
) -> Result<HttpResponse, Problem> {
    let Form { typed, mut errors } = form;
    let name = name.into_inner();
    let to = moves::chosen(&platform.app().store, "to", &typed.to, &mut errors);
    let keep_days = typed.keep_days.trim().parse();
    let keep_days = errors.check("keep_days", keep_days.map_err(|_| "Type a number of days."));
    if let (Some(to), Some(keep_days), true) = (to, keep_days, errors.is_empty()) {
        let (named, keep_days) = (name.clone(), Some(keep_days));
        let node = typed.node.clone();
        let asked = platform
            .attempt(move |tx| {
                let tenant = tx.named_tenant(&named)?;
                let mut errors = FieldErrors::new();
                let node = match nodes::chosen(tx, Some(&node), &mut errors)? {
                    None if to == PlacementKind::Database => moves::another_server(tx, tenant)?,
                    chosen => chosen,
                };
                errors.into_result()?;
                let asked = Asked {
                    to,
                    node,
                    keep_days,
                };
                let id = moves::ask(tx, tenant, asked)?;
                Ok((tenant, id))
            })
            .await;
        match asked {
            Ok((tenant, id)) => {
                return Ok(answer::see_other(&format!("/tenants/{tenant}/moves/{id}")));
            }
            Err(VerbError::Invalid(wrong)) => errors = wrong,
            Err(error) => return Err(platform.problem(error)),
        }
    }
    let (found, shell) = read(&platform, &name).await?;
    sheet(&platform, shell, &found, typed, errors).await
}

async fn sheet(
    platform: &Platform<ManageTenants>,
    shell: StaffShell,
    found: &Found,
    typed: Move,
    errors: FieldErrors,
) -> Result<HttpResponse, Problem> {
    let Some(lives) = found.placement.as_ref() else {
        let words = format!("{} has no place yet.", found.record.name);
        return Err(Problem::conflict(words));
    };
    let mut servers = platform.run(|tx| Ok(nodes::taking(tx)?)).await?;
    servers.retain(|node| lives.kind != PlacementKind::Database || node.id != lives.node_id);
    let usual = match lives.kind {
        PlacementKind::Shared => PlacementKind::Schema,
        PlacementKind::Database if !servers.is_empty() => PlacementKind::Database,
        PlacementKind::Schema | PlacementKind::Database => PlacementKind::Shared,
    };
    let to = typed.to.parse().unwrap_or(usual);
    let (store, now) = (platform.app().store.clone(), platform.request().now);
    let tenant = found.record.id;
    let forecast = platform
        .app()
        .platform_gate
        .through(move || moves::forecast(&store, now, tenant, to))
        .await
        .map_err(|error| platform.problem(error))?;
    let base = format!("/tenants/{tenant}");
    let title = format!("Move {}?", found.record.name);
    let points = points(&forecast, &shell.format);
    let ask = Ask::new(shell, title, format!("{base}/move"), "Move");
    let ask = Ask {
        hint: "People go on working. At the end their requests wait for a moment.".to_owned(),
        icon: "disk",
        back: base,
        points,
        inputs: inputs(lives.kind, to, typed, &servers, &errors),
        errors,
        ..ask
    };
    ask.answer()
}
