//! `GET /palette/people`: what the command palette finds beside the pages that it lists already.

use actix_web::HttpResponse;
use actix_web::http::header;
use actix_web::web::Query;
use domain::permission::ReadUsers;
use serde::{Deserialize, Serialize};
use services::users::find::find;

use crate::problem::Problem;
use crate::tenant::Tenant;

/// What was typed.
#[derive(Debug, Deserialize)]
pub struct Asked {
    #[serde(default)]
    q: String,
}

#[derive(Serialize)]
struct Found {
    name: String,
    email: String,
    href: String,
}

/// `GET /palette/people?q=`: up to six people, as the palette's script reads them.
///
/// # Errors
/// The page of whatever went wrong.
pub async fn people(
    tenant: Tenant<ReadUsers>,
    asked: Query<Asked>,
) -> Result<HttpResponse, Problem> {
    let typed = asked.into_inner().q;
    let people = tenant.run(move |tx| find(tx, &typed)).await?;
    let found = people.into_iter().map(|person| Found {
        name: person.name.to_string(),
        email: person.email.to_string(),
        href: format!("/users/{}", person.id),
    });
    Ok(HttpResponse::Ok()
        .insert_header((header::CACHE_CONTROL, "private, no-store"))
        .json(found.collect::<Vec<_>>()))
}
