//! How a letter looks: the same sheet as plain text and as HTML in the tenant's colour.

use askama::Template;

use super::Links;
use super::words::Sheet;

/// The product's own blue, for a tenant that has chosen no colour.
const BLUE: &str = "#395ae7";

/// A printed letter.
#[derive(Debug)]
pub(super) struct Page {
    pub(super) text: String,
    pub(super) html: String,
}

#[derive(Template)]
#[template(path = "mail/letter.txt")]
struct Text<'a> {
    sheet: &'a Sheet,
    tenant: &'a str,
    portal: &'a str,
}

#[derive(Template)]
#[template(path = "mail/letter.html")]
struct Html<'a> {
    sheet: &'a Sheet,
    tenant: &'a str,
    portal: &'a str,
    colour: &'a str,
}

pub(super) fn print(sheet: &Sheet, links: &Links, colour: Option<&str>) -> Page {
    let (tenant, portal) = (links.tenant_name.as_str(), links.to("/"));
    let portal = portal.as_str();
    let text = Text {
        sheet,
        tenant,
        portal,
    };
    let html = Html {
        sheet,
        tenant,
        portal,
        colour: colour.unwrap_or(BLUE),
    };
    // Writing into a String fails only when a value's own Display does; ours are texts.
    Page {
        text: text.render().unwrap_or_default(),
        html: html.render().unwrap_or_default(),
    }
}
