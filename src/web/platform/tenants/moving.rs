//! The sheet that asks before a tenant is moved: where to, what it will take, for how long the old copy is kept.

use actix_web::HttpResponse;
use actix_web::web::Path;
use domain::staff::ManageTenants;
use domain::{FieldErrors, PlacementKind};
use serde::Deserialize;
use services::VerbError;
use services::moves::{self, Asked, Forecast};
use services::nodes;
use services::tenants::Found;

use super::ask::{Ask, Input, InputKind};
use super::deeds::read;
use super::move_lines::seconds;
use crate::platform::Platform;
use crate::problem::Problem;
use crate::web::answer;
use crate::web::choice::Choice;
use crate::web::format::Format;
use crate::web::forms::Form;
use crate::web::platform::shell::StaffShell;

/// The form of a move.
#[derive(Debug, Deserialize)]
pub struct Move {
    #[serde(default)]
    to: String,
    #[serde(default)]
    node: String,
    #[serde(default)]
    keep_days: String,
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
                let node = nodes::chosen(tx, Some(&node), &mut errors)?;
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
    let Some(lives) = found.placement.as_ref().map(|place| place.kind) else {
        let words = format!("{} has no place yet.", found.record.name);
        return Err(Problem::conflict(words));
    };
    let usual = match lives {
        PlacementKind::Shared => PlacementKind::Schema,
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
        inputs: vec![
            Input::new(
                "to",
                "Where to",
                to.as_str().to_owned(),
                InputKind::Choice(elsewhere(lives)),
            ),
            Input::new(
                "keep_days",
                "Keep the old copy for so many days",
                typed.keep_days,
                InputKind::Number,
            )
            .hint("Until then the move can be undone, with everything that was written since.")
            .longest(2),
        ],
        errors,
        ..ask
    };
    ask.answer()
}

/// The kinds of place that it does not live in.
fn elsewhere(lives: PlacementKind) -> Vec<Choice> {
    let kinds = [
        (PlacementKind::Shared, "The shared tables"),
        (PlacementKind::Schema, "A schema of its own"),
        (PlacementKind::Database, "A database of its own"),
    ];
    let others = kinds.into_iter().filter(|(kind, _)| *kind != lives);
    others
        .map(|(kind, words)| Choice::new(kind.as_str(), words))
        .collect()
}

fn points(forecast: &Forecast, format: &Format) -> Vec<String> {
    let volume = match &forecast.volume {
        Ok(volume) => format!(
            "{} rows in {} tables, {}, are copied and compared row by row.",
            format.count(volume.rows),
            format.count(i64::try_from(volume.tables).unwrap_or(i64::MAX)),
            format.bytes(volume.bytes)
        ),
        Err(why) => (*why).to_owned(),
    };
    let mut points = vec![volume];
    if forecast.follows_copy {
        points.push(format!(
            "A copy is kept in {}: only what changed since is copied there.",
            moves::words(forecast.to)
        ));
    }
    match (forecast.copying, forecast.pause) {
        (Ok(copying), Ok(pause)) => points.push(format!(
            "By earlier moves: about {} of copying, and requests wait for about {}.",
            seconds(copying, format),
            seconds(pause, format)
        )),
        (Err(why), _) | (_, Err(why)) => points.push(why.to_owned()),
    }
    points.push(
        "Requests never wait for more than 4 seconds: a hand-over that would is taken back and tried again."
            .to_owned(),
    );
    points.dedup();
    points
}
