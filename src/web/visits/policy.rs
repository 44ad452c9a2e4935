//! The door of the policy: what is said to those of the platform who ask to come in.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use domain::permission::ManageVisits;
use domain::{FieldErrors, VisitPolicy};
use serde::Deserialize;
use services::VerbError;
use services::visits;

use super::List;
use crate::flash;
use crate::problem::Problem;
use crate::tenant::Tenant;
use crate::web::answer;
use crate::web::forms::Form;
use crate::web::shell::{Place, Toast};

/// What is said to those who ask.
#[derive(Debug, Deserialize)]
pub struct Chosen {
    #[serde(default)]
    version: i32,
    #[serde(default)]
    policy: String,
    /// Where the form was.
    #[serde(default)]
    back: String,
}

/// `POST /visits/policy`
///
/// # Errors
/// Not allowed, or no database.
pub async fn set(
    tenant: Tenant<ManageVisits>,
    form: Form<Chosen>,
) -> Result<HttpResponse, Problem> {
    let Form { typed, mut errors } = form;
    let policy = VisitPolicy::parse(&typed.policy).map_err(|_| "Choose one of the two.");
    let saved = match errors.check("policy", policy) {
        Some(policy) => {
            let version = typed.version;
            tenant
                .attempt(move |tx| visits::set_policy(tx, version, policy))
                .await
        }
        None => Err(VerbError::Invalid(errors)),
    };
    let (errors, status) = match saved {
        Ok(()) => {
            flash::leave(tenant.http(), Toast::done("Support access saved"));
            let back = if typed.back == "settings" {
                "/settings"
            } else {
                "/visits"
            };
            return Ok(answer::see_other(back));
        }
        Err(VerbError::Invalid(errors)) => (errors, StatusCode::UNPROCESSABLE_ENTITY),
        Err(VerbError::Stale) => (FieldErrors::new(), StatusCode::CONFLICT),
        Err(error) => return Err(tenant.problem(error)),
    };
    let (found, shell) = tenant
        .page(Place::Visits, |tx| Ok(visits::list(tx)?))
        .await?;
    let page = List {
        errors,
        stale: status == StatusCode::CONFLICT,
        ..List::of(shell, found)
    };
    answer::with_status(status, &page)
}
