//! The sheet that asks before migrations are taken back: to which version, and what goes with those after it.

use actix_web::HttpResponse;
use domain::staff::ManageTenants;
use domain::{Direction, FieldErrors, Pace};
use serde::Deserialize;
use services::VerbError;
use services::rollouts::{self, Asked};
use services::vendor::Given;

use crate::platform::Platform;
use crate::problem::Problem;
use crate::web::answer;
use crate::web::choice::Choice;
use crate::web::format::plural;
use crate::web::forms::Form;
use crate::web::platform::shell::StaffPlace;
use crate::web::platform::tenants::ask::{Ask, Input, InputKind};

/// What stands for "to no version at all".
const NONE: &str = "none";
/// What has to be typed.
const WORDS: &str = "take back";

/// The form of a way back.
#[derive(Debug, Default, Deserialize)]
pub struct Typed {
    #[serde(default)]
    version: String,
    #[serde(default)]
    confirm: String,
}

/// `GET /rollouts/back`
///
/// # Errors
/// 409 where nothing stands that could be taken back, or no database.
pub async fn form(platform: Platform<ManageTenants>) -> Result<HttpResponse, Problem> {
    sheet(&platform, Typed::default(), FieldErrors::new()).await
}

/// `POST /rollouts/back`
///
/// # Errors
/// 409 while a rollout is open, or no database.
pub async fn submit(
    platform: Platform<ManageTenants>,
    form: Form<Typed>,
) -> Result<HttpResponse, Problem> {
    let Form { typed, mut errors } = form;
    if typed.confirm.trim() != WORDS {
        errors.add("confirm", format!("Type “{WORDS}”."));
    }
    if errors.is_empty() {
        let store = platform.app().store.clone();
        let asked = Asked {
            direction: Direction::Down,
            version: (typed.version != NONE).then(|| typed.version.clone()),
            pace: Pace::default(),
            canaries: Vec::new(),
        };
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

async fn sheet(
    platform: &Platform<ManageTenants>,
    typed: Typed,
    errors: FieldErrors,
) -> Result<HttpResponse, Problem> {
    let (given, shell) = platform
        .page(StaffPlace::Rollouts, |tx| Ok(services::vendor::list(tx)?))
        .await?;
    let standing: Vec<&Given> = given.iter().filter(|one| one.schemas > 0).collect();
    if standing.is_empty() {
        let words =
            "No migration of the application stands anywhere: there is nothing to take back.";
        return Err(platform.problem(VerbError::Conflict(words.to_owned())));
    }
    let points = standing.iter().rev().map(|one| match one.goes_back {
        true => format!(
            "{} {}: what it made goes, with what was written into it, in {} {}.",
            one.version,
            one.name,
            shell.format.count(one.schemas),
            plural(one.schemas, "schema", "schemas")
        ),
        false => format!(
            "{} {}: has no way back. Choose it, or a later one.",
            one.version, one.name
        ),
    });
    let points: Vec<String> = points.collect();
    // The newest that stands is where it is already.
    let earlier = standing.iter().rev().skip(1);
    let versions = earlier
        .map(|one| Choice::new(&one.version, format!("{} {}", one.version, one.name)))
        .chain([Choice::new(NONE, "None of them")]);
    let ask = Ask::new(
        shell,
        "Take migrations back?",
        "/rollouts/back",
        "Take them back",
    );
    let ask = Ask {
        hint: "Those after the chosen version are taken back in every schema, the newest first. This cannot be undone."
            .to_owned(),
        icon: "undo",
        tone: "bad",
        back: "/rollouts".to_owned(),
        points,
        inputs: vec![
            Input::new("version", "Back to version", typed.version, InputKind::Choice(versions.collect())),
            Input::new("confirm", format!("Type “{WORDS}”"), typed.confirm, InputKind::Line).longest(20),
        ],
        errors,
        ..ask
    };
    ask.answer()
}
