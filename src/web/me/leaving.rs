//! The door of leaving the organisation by oneself.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use askama::Template;
use domain::FieldErrors;
use domain::permission::{Anyone, SignedIn};
use serde::Deserialize;
use services::VerbError;
use services::me;

use crate::problem::Problem;
use crate::session;
use crate::tenant::Tenant;
use crate::web::answer;
use crate::web::forms::Form;
use crate::web::shell::{Bare, Place, Shell};

#[derive(Template)]
#[template(path = "me/leaving.html")]
struct Page {
    shell: Shell,
    errors: FieldErrors,
    tenant: String,
    last_owner: bool,
}

#[derive(Template)]
#[template(path = "me/left.html")]
struct Left {
    bare: Bare,
}

/// The form: it says that whoever sends it has read what goes.
#[derive(Debug, Deserialize)]
pub struct Sure {
    #[serde(default)]
    sure: String,
}

/// `GET /me/leaving`
///
/// # Errors
/// Not signed in, or no database.
pub async fn ask(tenant: Tenant<SignedIn>) -> Result<HttpResponse, Problem> {
    sheet(&tenant, FieldErrors::new(), StatusCode::OK).await
}

/// `POST /me/leaving`: off the list and out, on every device.
///
/// # Errors
/// Not signed in, or no database.
pub async fn leave(tenant: Tenant<SignedIn>, form: Form<Sure>) -> Result<HttpResponse, Problem> {
    if form.typed.sure != "yes" {
        let errors = FieldErrors::one("", "Read what goes, then send this form.");
        return sheet(&tenant, errors, StatusCode::UNPROCESSABLE_ENTITY).await;
    }
    match tenant.attempt(me::leave).await {
        Ok(()) => {
            session::end(tenant.http());
            Ok(answer::see_other("/left"))
        }
        Err(VerbError::Conflict(why)) => {
            let errors = FieldErrors::one("", why);
            sheet(&tenant, errors, StatusCode::CONFLICT).await
        }
        Err(error) => Err(tenant.problem(error)),
    }
}

/// `GET /left`: what whoever left reads.
///
/// # Errors
/// No database.
pub async fn left(tenant: Tenant<Anyone>) -> Result<HttpResponse, Problem> {
    let title = format!("You have left {}", tenant.entry().name);
    let ((), bare) = tenant.bare(title, |_| Ok(())).await?;
    answer::page(&Left { bare })
}

async fn sheet(
    tenant: &Tenant<SignedIn>,
    errors: FieldErrors,
    status: StatusCode,
) -> Result<HttpResponse, Problem> {
    let (last_owner, shell) = tenant.page(Place::Me, me::is_last_owner).await?;
    let name = tenant.entry().name.clone();
    let page = Page {
        shell: shell.titled(format!("Leave {name}")),
        errors,
        tenant: name,
        last_owner,
    };
    answer::with_status(status, &page)
}
