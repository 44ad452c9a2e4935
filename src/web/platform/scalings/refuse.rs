//! Saying no to what a tenant asks for.

use actix_web::HttpResponse;
use actix_web::web::Path;
use domain::FieldErrors;
use domain::staff::ManageTenants;
use serde::Deserialize;
use services::VerbError;
use services::scalings::{self, Scaling};

use super::base;
use super::decide::{left, read};
use crate::platform::Platform;
use crate::problem::Problem;
use crate::web::forms::Form;
use crate::web::platform::shell::StaffShell;
use crate::web::platform::tenants::ask::{Ask, Input, InputKind};

/// The form of a no.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Refusal {
    reason: String,
}

/// `GET /tenants/{id}/scalings/{scaling}/refusal`
///
/// # Errors
/// 404, not allowed, or no database.
pub async fn ask(
    platform: Platform<ManageTenants>,
    path: Path<(String, String)>,
) -> Result<HttpResponse, Problem> {
    let (found, shell) = read(&platform, &path).await?;
    refusal(shell, &found, Refusal::default(), FieldErrors::new()).answer()
}

/// `POST /tenants/{id}/scalings/{scaling}/refusal`
///
/// # Errors
/// 404, not allowed, decided already, no reason, or no database.
pub async fn decline(
    platform: Platform<ManageTenants>,
    path: Path<(String, String)>,
    form: Form<Refusal>,
) -> Result<HttpResponse, Problem> {
    let Form { typed, mut errors } = form;
    let (found, shell) = read(&platform, &path).await?;
    if errors.is_empty() {
        let (tenant, id, reason) = (found.0.tenant, found.0.id, typed.reason.clone());
        let done = platform
            .attempt(move |tx| scalings::decline(tx, tenant, id, &reason))
            .await;
        match done {
            Ok(_) => return Ok(left(&platform, format!("{} keeps its limits", found.1))),
            Err(VerbError::Invalid(wrong)) => errors = wrong,
            Err(error) => return Err(platform.problem(error)),
        }
    }
    refusal(shell, &found, typed, errors).answer()
}

fn refusal(
    shell: StaffShell,
    (scaling, name): &(Scaling, String),
    typed: Refusal,
    errors: FieldErrors,
) -> Ask {
    let title = format!("Decline what {name} asks for?");
    let action = format!("{}/refusal", base(scaling));
    Ask {
        hint: "Its limits stay as they are.".to_owned(),
        icon: "block",
        back: "/requests".to_owned(),
        inputs: vec![
            Input::new("reason", "Reason", typed.reason, InputKind::Text)
                .hint("Whoever asked reads it.")
                .longest(500),
        ],
        errors,
        ..Ask::new(shell, title, action, "Decline")
    }
}
