//! How a letter looks: the same sheet as plain text and as HTML in the tenant's colour.

use askama::Template;
use domain::colour::Colour;

use super::Links;
use super::words::Sheet;

/// What is written on a light brand colour.
const INK: Colour = Colour {
    red: 0x1c,
    green: 0x20,
    blue: 0x30,
};

/// A printed letter.
#[derive(Debug)]
pub(crate) struct Page {
    pub(crate) text: String,
    pub(crate) html: String,
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
    colour: Colour,
    on_colour: Colour,
}

pub(crate) fn print(sheet: &Sheet, links: &Links, colour: Option<&str>) -> Page {
    let (tenant, portal) = (links.tenant_name.as_str(), links.to("/"));
    let portal = portal.as_str();
    let text = Text {
        sheet,
        tenant,
        portal,
    };
    let colour = colour
        .and_then(|colour| colour.parse().ok())
        .unwrap_or(Colour::DEFAULT);
    let white = colour.contrast(Colour::WHITE) >= colour.contrast(INK);
    let html = Html {
        sheet,
        tenant,
        portal,
        colour,
        on_colour: if white { Colour::WHITE } else { INK },
    };
    // Writing into a String fails only when a value's own Display does; ours are texts.
    Page {
        text: text.render().unwrap_or_default(),
        html: html.render().unwrap_or_default(),
    }
}
