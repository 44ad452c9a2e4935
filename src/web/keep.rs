//! The one door of a tenant that an owner closed: the link in an owner's letter, which asks first and then
//! opens the tenant again. Looking at the link changes nothing.

use actix_web::HttpResponse;
use actix_web::web::Path;
use askama::Template;
use domain::KeepToken;
use domain::permission::EvenClosed;
use serde::Deserialize;
use services::keeping::{self, Keeping};
use services::{StoreError, VerbError};

use super::link_gone;
use crate::flash;
use crate::problem::Problem;
use crate::tenant::Tenant;
use crate::web::answer;
use crate::web::forms::Form;
use crate::web::shell::{Bare, Toast};

#[derive(Template)]
#[template(path = "keep/page.html")]
struct Page {
    bare: Bare,
    owner: String,
    date: String,
}

/// A form without fields.
#[derive(Debug, Deserialize)]
pub struct Nothing {}

/// `GET /keep/{token}`: says when the tenant goes, and asks.
///
/// # Errors
/// What a closed tenant says to everybody else, or no database.
pub async fn ask(tenant: Tenant<EvenClosed>, text: Path<String>) -> Result<HttpResponse, Problem> {
    let Some(token) = KeepToken::parse(&text) else {
        return gone(&tenant).await;
    };
    let app = tenant.app();
    let (store, entry, request) = (
        app.store.clone(),
        tenant.entry().clone(),
        tenant.request().clone(),
    );
    let look = move || keeping::look(&store, &entry, &request, &token);
    let found = app.within(tenant.entry(), look).await;
    let Some(Keeping { owner, delete_at }) = found.map_err(|error| tenant.problem(error))? else {
        return gone(&tenant).await;
    };
    let title = format!("Keep {}?", tenant.entry().name);
    answer::page(&Page {
        bare: tenant.bare_even_closed(title).await?,
        owner,
        date: tenant.format().date(delete_at),
    })
}

/// `POST /keep/{token}`: everybody may sign in again.
///
/// # Errors
/// The same, or no database.
pub async fn keep(
    tenant: Tenant<EvenClosed>,
    text: Path<String>,
    _: Form<Nothing>,
) -> Result<HttpResponse, Problem> {
    let Some(token) = KeepToken::parse(&text) else {
        return gone(&tenant).await;
    };
    let app = tenant.app();
    let (store, entry, request) = (
        app.store.clone(),
        tenant.entry().clone(),
        tenant.request().clone(),
    );
    let keep = move || keeping::keep(&store, &entry, &request, &token);
    match app.within(tenant.entry(), keep).await {
        Ok(record) => {
            app.directory.forget();
            let words = format!("{} stays. Everybody can sign in again.", record.name);
            flash::leave(tenant.http(), Toast::done(words));
            Ok(answer::see_other("/sign-in"))
        }
        // Somebody was faster, or the link is none.
        Err(VerbError::Conflict(_) | VerbError::Store(StoreError::NotFound)) => gone(&tenant).await,
        Err(error) => Err(tenant.problem(error)),
    }
}

/// While the tenant rests a link that does not work is told what everybody is; then that it does not work.
async fn gone(tenant: &Tenant<EvenClosed>) -> Result<HttpResponse, Problem> {
    tenant.refuse_resting()?;
    let bare = tenant.bare_even_closed(link_gone::TITLE).await?;
    link_gone::framed(bare, "/sign-in", "Go to the sign-in page")
}
