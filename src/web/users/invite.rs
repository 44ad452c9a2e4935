//! The doors of inviting: the form, and its sending.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use askama::Template;
use domain::permission::ManageUsers;
use domain::{FieldErrors, Role};
use serde::Deserialize;
use services::VerbError;
use services::users::{invite, list};

use crate::flash;
use crate::problem::Problem;
use crate::tenant::Tenant;
use crate::web::answer;
use crate::web::choice::Choice;
use crate::web::format::plural;
use crate::web::forms::Form;
use crate::web::shell::{Place, Shell, Toast};

#[derive(Template)]
#[template(path = "users/invite.html")]
struct Page {
    shell: Shell,
    errors: FieldErrors,
    /// The addresses that cannot be invited, each with its reason.
    bad: Vec<String>,
    addresses: String,
    role: String,
    roles: Vec<Choice>,
}

/// What was typed.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct Typed {
    #[serde(default)]
    addresses: String,
    #[serde(default)]
    role: String,
}

/// `GET /users/invitations/new`
///
/// # Errors
/// Not signed in, not allowed, or no database.
pub async fn form(tenant: Tenant<ManageUsers>) -> Result<HttpResponse, Problem> {
    let typed = Typed {
        role: "member".to_owned(),
        ..Typed::default()
    };
    again(&tenant, typed, FieldErrors::new(), StatusCode::OK).await
}

/// `POST /users/invitations`: all who are named, or none.
///
/// # Errors
/// Not signed in, not allowed, or no database.
pub async fn submit(
    tenant: Tenant<ManageUsers>,
    form: Form<Typed>,
) -> Result<HttpResponse, Problem> {
    let Form { typed, errors } = form;
    if !errors.is_empty() {
        return again(&tenant, typed, errors, StatusCode::UNPROCESSABLE_ENTITY).await;
    }
    let sent = typed.clone();
    let invited = tenant
        .attempt(move |tx| invite::invite(tx, &sent.addresses, &sent.role))
        .await;
    match invited {
        Ok(people) => {
            let noun = plural(
                people.len().try_into().unwrap_or(i64::MAX),
                "invitation",
                "invitations",
            );
            let said = Toast::done(format!("{} {noun} sent", people.len()));
            flash::leave(
                tenant.http(),
                said.text("Each link works once, for 7 days."),
            );
            Ok(answer::see_other("/users?status=invited"))
        }
        Err(VerbError::Invalid(errors)) => {
            again(&tenant, typed, errors, StatusCode::UNPROCESSABLE_ENTITY).await
        }
        Err(error @ VerbError::LimitReached(_)) => {
            let errors = FieldErrors::one("addresses", no_seat(&error));
            again(&tenant, typed, errors, StatusCode::TOO_MANY_REQUESTS).await
        }
        Err(error) => Err(tenant.problem(error)),
    }
}

/// How many seats there are, how many were wanted, and what to do.
pub(super) fn no_seat(error: &VerbError) -> String {
    match error {
        VerbError::LimitReached(reached) => {
            let (used, hard, requested) = (reached.used, reached.hard, reached.requested);
            let free = (hard - used).max(0);
            format!(
                "{requested} {} wanted, {free} free: {used} of {hard} are taken. Remove or deactivate somebody, or ask for a larger plan.",
                plural(requested, "seat is", "seats are")
            )
        }
        other => other.to_string(),
    }
}

/// The roles that may be given, as choices.
pub(super) fn choices(givable: Vec<(Role, String)>) -> Vec<Choice> {
    givable
        .into_iter()
        .map(|(role, name)| Choice::new(role.to_string(), name))
        .collect()
}

async fn again(
    tenant: &Tenant<ManageUsers>,
    typed: Typed,
    errors: FieldErrors,
    status: StatusCode,
) -> Result<HttpResponse, Problem> {
    let (givable, shell) = tenant.page(Place::Users, list::my_givable).await?;
    let (errors, bad) = apart(errors);
    let page = Page {
        shell: shell.titled("Invite people"),
        errors,
        bad,
        addresses: typed.addresses,
        role: typed.role,
        roles: choices(givable),
    };
    answer::with_status(status, &page)
}

/// A sentence of several lines is a list of addresses: the field says how many, the list says which.
fn apart(errors: FieldErrors) -> (FieldErrors, Vec<String>) {
    let lines: Vec<String> = errors.on("addresses").lines().map(str::to_owned).collect();
    if lines.len() < 2 {
        return (errors, Vec::new());
    }
    let told = FieldErrors::one(
        "addresses",
        "Nobody is invited yet: some addresses need another look.",
    );
    let others = errors.iter().filter(|(field, _)| *field != "addresses");
    let told = others.fold(told, |told, (field, sentence)| {
        told.with(field.to_owned(), sentence)
    });
    (told, lines)
}
