//! People for the command palette: the first few who match, as JSON.

use actix_web::HttpResponse;
use actix_web::web::Query;
use domain::permission::ReadUsers;
use domain::{Order, PageRequest, UserFilter, UserSort};
use serde::{Deserialize, Serialize};
use services::users::list;

use crate::problem::Problem;
use crate::tenant::Tenant;

/// How many are offered.
const OFFERED: u32 = 6;

/// What was typed.
#[derive(Debug, Deserialize)]
pub struct Typed {
    #[serde(default)]
    q: String,
}

/// Somebody to go to.
#[derive(Debug, Serialize)]
struct Found {
    name: String,
    email: String,
    href: String,
}

/// `GET /palette/people`
///
/// # Errors
/// Not signed in, not allowed, or no database.
pub async fn people(
    tenant: Tenant<ReadUsers>,
    typed: Query<Typed>,
) -> Result<HttpResponse, Problem> {
    let filter = UserFilter {
        search: typed.into_inner().q.chars().take(UserFilter::MAX_SEARCH).collect(),
        ..UserFilter::default()
    };
    if filter.terms().is_empty() {
        return Ok(HttpResponse::Ok().json(Vec::<Found>::new()));
    }
    let page = PageRequest::new(1, OFFERED).unwrap_or_default();
    let people = tenant
        .run(move |tx| Ok(list::find(tx, &filter, UserSort::Name, Order::Ascending, page)?))
        .await?;
    let found: Vec<Found> = people
        .into_iter()
        .map(|person| Found {
            href: format!("/users/{}", person.id),
            email: person.email.as_str().to_owned(),
            name: person.name.to_string(),
        })
        .collect();
    Ok(HttpResponse::Ok().json(found))
}
