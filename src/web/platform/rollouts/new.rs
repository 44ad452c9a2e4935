//! The sheet that asks before a rollout: what would run, which tables it keeps people from, how it goes about it.

use actix_web::HttpResponse;
use domain::staff::ManageTenants;
use domain::{Direction, FieldErrors, Pace};
use serde::Deserialize;
use services::VerbError;
use services::rollouts::{self, Asked, Forecast};

use crate::platform::Platform;
use crate::problem::Problem;
use crate::web::answer;
use crate::web::choice::Choice;
use crate::web::format::Format;
use crate::web::forms::Form;
use crate::web::platform::shell::StaffPlace;
use crate::web::platform::tenants::ask::{Ask, Input, InputKind};

/// The form of a rollout.
#[derive(Debug, Deserialize)]
pub struct Typed {
    #[serde(default)]
    version: String,
    #[serde(default)]
    canaries: String,
    #[serde(default)]
    parallel: String,
    #[serde(default)]
    wave_percent: String,
    #[serde(default)]
    stop_percent: String,
}

impl Default for Typed {
    fn default() -> Self {
        let pace = Pace::default();
        Self {
            version: String::new(),
            canaries: String::new(),
            parallel: pace.parallel.to_string(),
            wave_percent: pace.wave_percent.to_string(),
            stop_percent: pace.stop_percent.to_string(),
        }
    }
}

/// `GET /rollouts/new`
///
/// # Errors
/// 409 where nothing can be rolled out, or no database.
pub async fn form(platform: Platform<ManageTenants>) -> Result<HttpResponse, Problem> {
    sheet(&platform, Typed::default(), FieldErrors::new()).await
}

/// `POST /rollouts`
///
/// # Errors
/// 409 while another one is open, or no database.
pub async fn submit(
    platform: Platform<ManageTenants>,
    form: Form<Typed>,
) -> Result<HttpResponse, Problem> {
    let Form { typed, mut errors } = form;
    if let Some(asked) = read(&typed, &mut errors) {
        let store = platform.app().store.clone();
        let begun = platform
            .attempt(move |tx| rollouts::ask(tx, &store, &asked))
            .await;
        match begun {
            Ok(id) => return Ok(answer::see_other(&format!("/rollouts/{id}"))),
            Err(VerbError::Invalid(wrong)) => errors = wrong,
            Err(error) => return Err(platform.problem(error)),
        }
    }
    sheet(&platform, typed, errors).await
}

fn read(typed: &Typed, errors: &mut FieldErrors) -> Option<Asked> {
    let mut number = |field, text: &str| {
        let parsed = text.trim().parse::<i32>();
        errors.check(field, parsed.map_err(|_| "Type a number."))
    };
    let pace = Pace {
        parallel: number("parallel", &typed.parallel)?,
        wave_percent: number("wave_percent", &typed.wave_percent)?,
        stop_percent: number("stop_percent", &typed.stop_percent)?,
    };
    let canaries = typed.canaries.split([',', ' ', '\n']).map(str::trim);
    Some(Asked {
        direction: Direction::Up,
        version: Some(typed.version.clone()),
        pace,
        canaries: canaries
            .filter(|name| !name.is_empty())
            .map(str::to_owned)
            .collect(),
    })
}

async fn sheet(
    platform: &Platform<ManageTenants>,
    typed: Typed,
    errors: FieldErrors,
) -> Result<HttpResponse, Problem> {
    let (given, shell) = platform
        .page(StaffPlace::Rollouts, |tx| Ok(services::vendor::list(tx)?))
        .await?;
    let (store, now) = (platform.app().store.clone(), platform.request().now);
    let forecast = platform
        .app()
        .platform_gate
        .through(move || rollouts::forecast(&store, now, None))
        .await
        .map_err(|error| platform.problem(error))?;
    let versions = given
        .iter()
        .rev()
        .map(|one| Choice::new(&one.version, format!("{} {}", one.version, one.name)));
    let points = points(&forecast, &shell.format);
    let number = |name, label, value, hint: &str| {
        Input::new(name, label, value, InputKind::Number)
            .hint(hint)
            .longest(3)
    };
    let ask = Ask::new(shell, "Roll the migrations out?", "/rollouts", "Roll out");
    let ask = Ask {
        hint: "Each schema is brought to the version whole, or stays as it was. People go on working.".to_owned(),
        icon: "disk",
        back: "/rollouts".to_owned(),
        points,
        inputs: vec![
            Input::new("version", "To version", typed.version, InputKind::Choice(versions.collect())),
            Input::new("canaries", "Tenants that go first", typed.canaries, InputKind::Line)
                .hint("Addresses of tenants with a schema of their own, with commas. Where one of them fails, the rollout stands still.")
                .optional()
                .longest(500),
            number("parallel", "Schemas at once", typed.parallel, "1 to 16."),
            number("wave_percent", "Schemas in a wave, in percent", typed.wave_percent, "One wave ends before the next begins; the shared tables come last."),
            number("stop_percent", "Stand still at so many failures, in percent", typed.stop_percent, "0 for the first, 100 for never."),
        ],
        errors,
        ..ask
    };
    ask.answer()
}

fn points(forecast: &Forecast, format: &Format) -> Vec<String> {
    let schemas = i64::try_from(forecast.schemas).unwrap_or(i64::MAX);
    let mut points = vec![match forecast.takes {
        _ if schemas == 0 => "Every schema is at the newest version.".to_owned(),
        Some(takes) => format!(
            "{} schemas are not at the newest version: about {} s by what earlier rollouts took.",
            format.count(schemas),
            format.decimal(takes.as_secs_f64(), 1)
        ),
        None => format!(
            "{} schemas are not at the newest version. How long it takes is known after the first rollout.",
            format.count(schemas)
        ),
    }];
    for one in &forecast.migrations {
        let locks = one.locks.iter().map(|lock| {
            let words = rollouts::words_of_lock(&lock.mode);
            let anew = if lock.rewritten {
                ", and all of it is written anew"
            } else {
                ""
            };
            format!(
                "{} ({} rows at most): {words}{anew}",
                lock.table,
                format.count(lock.rows)
            )
        });
        let locks: Vec<String> = locks.collect();
        points.push(if locks.is_empty() {
            format!("{}: keeps nobody from any table.", one.name)
        } else {
            format!("{}: while it runs, {}.", one.name, locks.join("; "))
        });
    }
    points
}
