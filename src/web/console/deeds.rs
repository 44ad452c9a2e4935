//! What is done with a question beside asking it: its answer as a file, keeping it, stopping it.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::CONTENT_DISPOSITION;
use actix_web::web::Path;
use domain::permission::UseConsole;
use domain::{QueryId, SavedQueryId};
use serde::Deserialize;
use services::console;
use services::{StoreError, VerbError};

use super::{Came, Typed, asked, shown};
use crate::flash;
use crate::problem::Problem;
use crate::tenant::Tenant;
use crate::web::answer;
use crate::web::download::CSV;
use crate::web::forms::Form;
use crate::web::shell::Toast;

/// A form that asks for nothing.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Nothing {}

/// `POST /console/result.csv`
///
/// # Errors
/// Not signed in, not allowed, or no database.
pub async fn csv(tenant: Tenant<UseConsole>, form: Form<Typed>) -> Result<HttpResponse, Problem> {
    let Form { typed, errors } = form;
    match asked(&tenant, &typed, errors).await? {
        Came::Answer(found) => {
            let day = tenant.request().now.format("%Y-%m-%d");
            let name = format!("{}-console-{day}.csv", tenant.entry().slug);
            let disposition = format!("attachment; filename=\"{name}\"");
            Ok(HttpResponse::Ok()
                .content_type(CSV)
                .insert_header((CONTENT_DISPOSITION, disposition))
                .body(console::csv(&found)))
        }
        Came::Wrong(errors, status) => shown(&tenant, typed, errors, None, status).await,
    }
}

/// `POST /console/queries`
///
/// # Errors
/// Not signed in, not allowed, or no database.
pub async fn keep(tenant: Tenant<UseConsole>, form: Form<Typed>) -> Result<HttpResponse, Problem> {
    let Form { typed, errors } = form;
    let kept = if errors.is_empty() {
        let (name, query) = (typed.name.clone(), typed.query.clone());
        tenant
            .attempt(move |tx| console::keep(tx, &name, &query))
            .await
    } else {
        Err(VerbError::Invalid(errors))
    };
    match kept {
        Ok(()) => {
            flash::leave(tenant.http(), Toast::done("Kept"));
            Ok(answer::see_other("/console"))
        }
        Err(VerbError::Invalid(errors)) => {
            shown(
                &tenant,
                typed,
                errors,
                None,
                StatusCode::UNPROCESSABLE_ENTITY,
            )
            .await
        }
        Err(error) => Err(tenant.problem(error)),
    }
}

/// `POST /console/queries/{id}/removal`
///
/// # Errors
/// Not signed in, not allowed, not there, or no database.
pub async fn forget(
    tenant: Tenant<UseConsole>,
    id: Path<String>,
    _: Form<Nothing>,
) -> Result<HttpResponse, Problem> {
    let id: SavedQueryId = id.parse().map_err(|_| Problem::not_found())?;
    tenant.run(move |tx| console::forget(tx, id)).await?;
    flash::leave(tenant.http(), Toast::done("Removed"));
    Ok(answer::see_other("/console"))
}

/// `POST /console/runs/{id}/stop`
///
/// # Errors
/// Not signed in, not allowed, not there, or no database.
pub async fn stop(
    tenant: Tenant<UseConsole>,
    id: Path<String>,
    _: Form<Nothing>,
) -> Result<HttpResponse, Problem> {
    let id: QueryId = id.parse().map_err(|_| Problem::not_found())?;
    let stopping = tenant.run(move |tx| console::stop(tx, id)).await?;
    let app = tenant.app().clone();
    let stop = move || {
        stopping.stop(&app.store);
        Ok::<_, StoreError>(())
    };
    let stopped = tenant.app().beside(tenant.entry(), stop).await;
    stopped.map_err(|error| tenant.problem(VerbError::from(error)))?;
    flash::leave(tenant.http(), Toast::done("Stopped"));
    Ok(answer::see_other("/console"))
}
