//! The one page for a mailed link that does not work: used, expired, replaced, made void, or never made.
//! It does not say which, and always shows the way on.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use askama::Template;
use domain::permission::Anyone;

use crate::problem::Problem;
use crate::tenant::Tenant;
use crate::web::answer;
use crate::web::shell::Bare;

#[derive(Template)]
#[template(path = "password/link_gone.html")]
struct Page {
    bare: Bare,
    way: &'static str,
    label: &'static str,
}

/// What such a page is called.
pub(in crate::web) const TITLE: &str = "This link does not work any more";

/// 410, with a button to the way on.
///
/// # Errors
/// No database.
pub(super) async fn page(
    tenant: &Tenant<Anyone>,
    way: &'static str,
    label: &'static str,
) -> Result<HttpResponse, Problem> {
    let ((), bare) = tenant.bare(TITLE, |_| Ok(())).await?;
    framed(bare, way, label)
}

/// The same in a frame that is there already; its title is [`TITLE`].
pub(in crate::web) fn framed(
    bare: Bare,
    way: &'static str,
    label: &'static str,
) -> Result<HttpResponse, Problem> {
    answer::with_status(StatusCode::GONE, &Page { bare, way, label })
}
