//! The page of a tenant that is being made for whoever signed up, and the way to it when it is.

use actix_web::HttpResponse;
use actix_web::http::header::{HeaderName, HeaderValue};
use askama::Template;
use domain::staff::AnyStaff;
use services::letters::Links;
use services::tenants::{Provisioning, StepState};

use crate::platform::Platform;
use crate::problem::Problem;
use crate::web::answer;
use crate::web::shell::Bare;
use crate::worker::scheme;

const REFRESH: HeaderName = HeaderName::from_static("refresh");

#[derive(Template)]
#[template(path = "sign_up/making.html")]
struct MakingPage {
    bare: Bare,
    progress: Provisioning,
}

/// The sign-in page of the new tenant, with the address filled in.
pub(super) fn address(platform: &Platform<AnyStaff>, host: &str, email: &str) -> String {
    let config = &platform.app().config;
    let links = Links::of_platform(host, scheme(config), config.server.public_port);
    links.to(&format!("/sign-in?email={email}"))
}

pub(super) fn making(
    platform: &Platform<AnyStaff>,
    progress: Provisioning,
) -> Result<HttpResponse, Problem> {
    let title = match progress.failed() {
        Some(_) => "Your workspace could not be made yet",
        None => "Your workspace is being made",
    };
    let bare = platform.bare(title);
    let mut answer = answer::page(&MakingPage { bare, progress })?;
    answer
        .headers_mut()
        .insert(REFRESH, HeaderValue::from_static("2"));
    Ok(answer)
}
