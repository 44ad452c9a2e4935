//! The development mailbox: the letters that this tenant would have sent. There only while no mail server
//! is set and only for who sits at the machine; elsewhere these addresses do not exist.

use std::net::IpAddr;

use actix_web::HttpResponse;
use actix_web::web::{self, Path};
use askama::Template;
use domain::Access;
use domain::permission::EvenClosed;
use services::mailbox::{self, StoredLetter};

use crate::config::Config;
use crate::problem::Problem;
use crate::tenant::Tenant;
use crate::web::answer;
use crate::web::format::Format;
use crate::web::shell::Bare;

#[derive(Template)]
#[template(path = "mailbox/list.html")]
pub(in crate::web) struct List {
    pub(in crate::web) bare: Bare,
    pub(in crate::web) letters: Vec<Row>,
}

pub(in crate::web) struct Row {
    name: String,
    to: String,
    pub(in crate::web) subject: String,
    told: String,
    full: String,
    machine: String,
}

#[derive(Template)]
#[template(path = "mailbox/letter.html")]
pub(in crate::web) struct Letter {
    pub(in crate::web) bare: Bare,
    pub(in crate::web) row: Row,
    pub(in crate::web) from: String,
    pub(in crate::web) lines: Vec<Line>,
}

/// A line of the text, which may be an address of the portal.
pub(in crate::web) struct Line {
    text: String,
    link: bool,
}

/// `GET /dev/mailbox`
///
/// # Errors
/// Not found where there is no mailbox.
pub async fn list(tenant: Tenant<EvenClosed>) -> Result<HttpResponse, Problem> {
    must_be_open(&tenant)?;
    let (folder, host) = place(&tenant);
    let found = web::block(move || mailbox::letters(&folder, &host)).await;
    let found = found
        .map_err(Problem::internal)?
        .map_err(Problem::internal)?;
    let format = tenant.format();
    let letters = found.iter().map(|stored| row(&format, stored)).collect();
    let bare = tenant.bare_even_closed("Development mailbox").await?;
    answer::page(&List { bare, letters })
}

/// `GET /dev/mailbox/{name}`
///
/// # Errors
/// Not found where there is no mailbox, or no such letter of this tenant in it.
pub async fn letter(
    tenant: Tenant<EvenClosed>,
    name: Path<String>,
) -> Result<HttpResponse, Problem> {
    must_be_open(&tenant)?;
    let (folder, host) = place(&tenant);
    let found = web::block(move || mailbox::letter(&folder, &host, &name)).await;
    let found = found
        .map_err(Problem::internal)?
        .map_err(Problem::internal)?;
    let stored = found.ok_or_else(Problem::not_found)?;
    let lines = lines(&stored, &[tenant.links().to("/")]);
    let row = row(&tenant.format(), &stored);
    let bare = tenant.bare_even_closed(row.subject.clone()).await?;
    let from = format!("{} <{}>", stored.letter.from_name, stored.letter.from);
    answer::page(&Letter {
        bare,
        row,
        from,
        lines,
    })
}

/// Whether this visitor has a mailbox to look into: letters hold links that open accounts.
pub(in crate::web) fn is_open<P: Access>(tenant: &Tenant<P>) -> bool {
    is_open_to(&tenant.app().config, tenant.request().address)
}

/// The same, by where the visitor is.
pub(in crate::web) fn is_open_to(config: &Config, address: Option<IpAddr>) -> bool {
    let near = config.server.bind.is_loopback()
        || address.is_some_and(|address: IpAddr| address.is_loopback());
    config.mail.smtp_url.is_none() && config.server.is_development() && near
}

fn must_be_open(tenant: &Tenant<EvenClosed>) -> Result<(), Problem> {
    is_open(tenant).then_some(()).ok_or_else(Problem::not_found)
}

fn place(tenant: &Tenant<EvenClosed>) -> (std::path::PathBuf, String) {
    let folder = tenant.app().config.mail.folder.clone();
    (folder, tenant.entry().canonical_host.clone())
}

/// The lines of a letter; those that begin like one of the portal's own addresses are links.
pub(in crate::web) fn lines(stored: &StoredLetter, ours: &[String]) -> Vec<Line> {
    let line = |text: &str| Line {
        text: text.to_owned(),
        link: ours.iter().any(|own| text.starts_with(own.as_str())),
    };
    stored.letter.text.lines().map(line).collect()
}

/// A letter's line of the list.
pub(in crate::web) fn row(format: &Format, stored: &StoredLetter) -> Row {
    let letter = &stored.letter;
    Row {
        name: stored.name.clone(),
        to: letter.to.to_string(),
        subject: letter.subject.clone(),
        told: format.relative(letter.written_at),
        full: format.date_time(letter.written_at),
        machine: format.machine(letter.written_at),
    }
}
