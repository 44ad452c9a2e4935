//! The tenant's page of the console: a question, its answer, what was asked before, what is kept, and what can be asked about.

mod deeds;
mod view;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use domain::FieldErrors;
use domain::permission::UseConsole;
use serde::Deserialize;
use services::VerbError;
use services::console::{self, Answer, ConsoleFault, NoAnswer, Wish};

use crate::problem::Problem;
use crate::tenant::Tenant;
use crate::web::answer;
use crate::web::forms::Form;
use crate::web::shell::Place;
pub use deeds::{csv, forget, keep, stop};
use view::{Page, Shown};

/// What was typed.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct Typed {
    #[serde(default)]
    query: String,
    /// One value a line.
    #[serde(default)]
    parameters: String,
    /// Under which name it is to be kept.
    #[serde(default)]
    name: String,
}

impl Typed {
    /// The values, a line each; `\N` for none at all, as in PostgreSQL's own files.
    fn values(&self) -> Vec<Option<String>> {
        let lines = self
            .parameters
            .lines()
            .map(|line| line.trim_end_matches('\r'));
        lines
            .map(|line| (line != "\\N").then(|| line.to_owned()))
            .collect()
    }
}

/// What came of a question on the page.
enum Came {
    Answer(Answer),
    Wrong(FieldErrors, StatusCode),
}

/// `GET /console`
///
/// # Errors
/// Not signed in, not allowed, or no database.
pub async fn page(tenant: Tenant<UseConsole>) -> Result<HttpResponse, Problem> {
    shown(
        &tenant,
        Typed::default(),
        FieldErrors::new(),
        None,
        StatusCode::OK,
    )
    .await
}

/// `POST /console`
///
/// # Errors
/// Not signed in, not allowed, or no database.
pub async fn run(tenant: Tenant<UseConsole>, form: Form<Typed>) -> Result<HttpResponse, Problem> {
    let Form { typed, errors } = form;
    match asked(&tenant, &typed, errors).await? {
        Came::Answer(answer) => {
            let none = FieldErrors::new();
            shown(&tenant, typed, none, Some(answer), StatusCode::OK).await
        }
        Came::Wrong(errors, status) => shown(&tenant, typed, errors, None, status).await,
    }
}

async fn asked(
    tenant: &Tenant<UseConsole>,
    typed: &Typed,
    errors: FieldErrors,
) -> Result<Came, Problem> {
    let wrong = |errors| Ok(Came::Wrong(errors, StatusCode::UNPROCESSABLE_ENTITY));
    if !errors.is_empty() {
        return wrong(errors);
    }
    let bounds = tenant.app().config.console.bounds;
    let wish = match Wish::read(&typed.query, typed.values(), None, None, bounds) {
        Ok(wish) => wish,
        Err(errors) => return wrong(errors),
    };
    let begun = tenant.run(move |tx| console::begin(tx, &wish)).await?;
    let request = tenant.request().clone();
    let answer = crate::console::ask(tenant.app(), request, &begun).await;
    match answer.map_err(|error| tenant.problem(VerbError::from(error)))? {
        Ok(answer) => Ok(Came::Answer(answer)),
        Err(why) => Ok(Came::Wrong(
            FieldErrors::one(field_of(&why), why.words()),
            status_of(&why),
        )),
    }
}

fn field_of(why: &NoAnswer) -> &'static str {
    match why {
        NoAnswer::Fault(ConsoleFault::Parameters { .. }) => "parameters",
        _ => "query",
    }
}

fn status_of(why: &NoAnswer) -> StatusCode {
    match why {
        NoAnswer::Off | NoAnswer::Fault(ConsoleFault::Closed) => StatusCode::FORBIDDEN,
        NoAnswer::Fault(ConsoleFault::Timeout) => StatusCode::GATEWAY_TIMEOUT,
        NoAnswer::Fault(ConsoleFault::Full) => StatusCode::TOO_MANY_REQUESTS,
        NoAnswer::Fault(ConsoleFault::Stopped) => StatusCode::CONFLICT,
        NoAnswer::Fault(ConsoleFault::Away(_)) => StatusCode::SERVICE_UNAVAILABLE,
        NoAnswer::Fault(_) => StatusCode::UNPROCESSABLE_ENTITY,
    }
}

async fn shown(
    tenant: &Tenant<UseConsole>,
    typed: Typed,
    errors: FieldErrors,
    answer: Option<Answer>,
    status: StatusCode,
) -> Result<HttpResponse, Problem> {
    let found = tenant
        .page(Place::Console, |tx| {
            let (past, kept) = console::mine(tx)?;
            Ok((past, kept, console::tables(tx)?))
        })
        .await?;
    let ((past, kept, tables), shell) = found;
    let shown = answer.map(|answer| Shown::of(answer, &shell.format));
    let on = tenant.app().config.console.is_enabled();
    let typed = chosen(tenant, typed, &past, &kept);
    let page = Page::new(shell, on, typed, errors, shown, past, kept, tables);
    answer::with_status(status, &page)
}

/// A question of before, or one that is kept, put into the form by a link.
fn chosen(
    tenant: &Tenant<UseConsole>,
    typed: Typed,
    past: &[console::Past],
    kept: &[console::Kept],
) -> Typed {
    let Some((what, id)) = tenant.http().query_string().split_once('=') else {
        return typed;
    };
    let query = match what {
        "run" => past
            .iter()
            .find(|one| one.id.to_string() == id)
            .map(|one| &one.query),
        "kept" => kept
            .iter()
            .find(|one| one.id.to_string() == id)
            .map(|one| &one.query),
        _ => None,
    };
    match query {
        Some(query) if typed.query.is_empty() => Typed {
            query: query.clone(),
            ..typed
        },
        _ => typed,
    }
}
