//! The page of a tenant that is being made for whoever signed up, the way to it when it is, and where the
//! letters of strangers lead.

use actix_web::HttpResponse;
use actix_web::http::header::{HeaderName, HeaderValue};
use askama::Template;
use domain::ArrivalToken;
use domain::staff::AnyStaff;
use services::letters::Links;
use services::sign_up;
use services::tenants::{Provisioning, StepState};

use crate::platform::Platform;
use crate::problem::Problem;
use crate::web::answer;
use crate::web::mailbox;
use crate::web::shell::Bare;
use crate::worker::scheme;

const REFRESH: HeaderName = HeaderName::from_static("refresh");

#[derive(Template)]
#[template(path = "sign_up/making.html")]
struct MakingPage {
    bare: Bare,
    progress: Provisioning,
}

#[derive(Template)]
#[template(path = "sign_up/ready.html")]
struct ReadyPage {
    bare: Bare,
    host: String,
    href: String,
    /// Whether this browser comes in without typing the password again.
    enters: bool,
}

/// What letters to strangers lead to: the base domain.
pub(in crate::web) fn links(platform: &Platform<AnyStaff>) -> Links {
    let config = &platform.app().config;
    let base = &config.server.base_domain;
    Links::of_platform(base, scheme(config), config.server.public_port)
}

/// Where those letters are read while developing; empty where there is no such place.
pub(super) fn mailbox(platform: &Platform<AnyStaff>) -> String {
    if mailbox::is_open_to(&platform.app().config, platform.request().address) {
        platform.links().to("/dev/mailbox")
    } else {
        String::new()
    }
}

/// How far the tenant is.
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

/// The way into the new tenant for the browser that chose the password, for any other to its sign-in page with the
/// address filled in. A redirect it cannot be: a form that was sent may not lead to another host.
pub(super) fn ready(
    platform: &Platform<AnyStaff>,
    host: String,
    email: &str,
    arrival: Option<ArrivalToken>,
) -> Result<HttpResponse, Problem> {
    let config = &platform.app().config;
    let links = Links::of_platform(&host, scheme(config), config.server.public_port);
    let email: String = url::form_urlencoded::byte_serialize(email.as_bytes()).collect();
    let (enters, path) = match arrival {
        Some(token) => (true, sign_up::arrive::path(&token)),
        None => (false, format!("/sign-in?email={email}")),
    };
    let href = links.to(&path);
    let onward = HeaderValue::try_from(format!("0; url={href}")).map_err(Problem::internal)?;
    let bare = platform.bare("Your workspace is ready");
    let page = ReadyPage {
        bare,
        host,
        href,
        enters,
    };
    let mut answer = answer::page(&page)?;
    answer.headers_mut().insert(REFRESH, onward);
    Ok(answer)
}
