//! The doors of closing the organisation. Its owners open it again within the days of grace in `web/keep.rs`.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use askama::Template;
use domain::FieldErrors;
use domain::permission::OwnTenant;
use serde::Deserialize;
use services::settings;
use services::tenants::Found;
use services::tenants::deletion::Grace;

use super::{insider, read};
use crate::problem::Problem;
use crate::session;
use crate::tenant::Tenant;
use crate::web::answer;
use crate::web::format::plural;
use crate::web::forms::Form;
use crate::web::shell::Shell;

#[derive(Template)]
#[template(path = "settings/closing.html")]
struct Closing {
    shell: Shell,
    errors: FieldErrors,
    name: String,
    typed: String,
    people: String,
    /// The day on which it would be deleted.
    date: String,
}

/// The name, typed.
#[derive(Debug, Deserialize)]
pub struct Typed {
    #[serde(default)]
    name: String,
}

/// `GET /settings/closing`
///
/// # Errors
/// Not allowed, or no database.
pub async fn ask(tenant: Tenant<OwnTenant>) -> Result<HttpResponse, Problem> {
    let (found, _, shell) = read(&tenant).await?;
    sheet(
        shell,
        &found,
        tenant.app().config.sign_up.grace,
        String::new(),
        FieldErrors::new(),
        StatusCode::OK,
    )
}

/// `POST /settings/closing`: nobody signs in from now on.
///
/// # Errors
/// Not allowed, or no database.
pub async fn close(tenant: Tenant<OwnTenant>, form: Form<Typed>) -> Result<HttpResponse, Problem> {
    let typed = form.typed.name;
    let grace = tenant.app().config.sign_up.grace;
    if typed.trim() != tenant.entry().name {
        let (found, _, shell) = read(&tenant).await?;
        let words = format!("Type the name exactly: {}", found.record.name);
        let errors = FieldErrors::one("name", words);
        let status = StatusCode::UNPROCESSABLE_ENTITY;
        return sheet(shell, &found, grace, typed, errors, status);
    }
    let name = tenant.entry().name.clone();
    tenant
        .run(move |tx| settings::note_closing(tx, &name))
        .await?;
    let owner = insider(&tenant).await?;
    let (store, request) = (tenant.app().store.clone(), tenant.request().clone());
    let close = move || settings::close(&store, &request, &owner, &typed, grace);
    let closed = tenant.app().within(tenant.entry(), close).await;
    closed.map_err(|error| tenant.problem(error))?;
    tenant.app().directory.forget();
    session::end(tenant.http());
    Ok(answer::see_other("/sign-in"))
}

fn sheet(
    shell: Shell,
    found: &Found,
    grace: Grace,
    typed: String,
    errors: FieldErrors,
    status: StatusCode,
) -> Result<HttpResponse, Problem> {
    let at = shell.format.now() + chrono::TimeDelta::days(i64::from(grace.usual));
    let people = found.seats.map_or(0, |seats| seats.used);
    let page = Closing {
        errors,
        name: found.record.name.clone(),
        typed,
        people: format!(
            "{} {}",
            shell.format.count(people),
            plural(people, "person", "people")
        ),
        date: shell.format.date(at),
        shell: shell.titled("Close the organisation"),
    };
    answer::with_status(status, &page)
}
