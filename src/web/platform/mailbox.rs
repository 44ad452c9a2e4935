//! The development mailbox of the platform's own letters. There only while no mail server is set and only for
//! who sits at the machine; elsewhere these addresses do not exist.

use actix_web::HttpResponse;
use actix_web::web::{self, Path};
use domain::Writing;
use domain::staff::AnyStaff;
use services::mailbox;

use crate::platform::Platform;
use crate::problem::Problem;
use crate::web::answer;
use crate::web::format::Format;
use crate::web::mailbox::{Letter, List, is_open_to, lines, row};
use crate::web::sign_up;

/// `GET /dev/mailbox`
///
/// # Errors
/// Not found where there is no mailbox.
pub async fn list(platform: Platform<AnyStaff>) -> Result<HttpResponse, Problem> {
    let (folder, host) = place(&platform)?;
    let found = web::block(move || mailbox::letters(&folder, &host)).await;
    let found = found
        .map_err(Problem::internal)?
        .map_err(Problem::internal)?;
    let format = format(&platform);
    answer::page(&List {
        bare: platform.bare("Development mailbox"),
        letters: found.iter().map(|stored| row(&format, stored)).collect(),
    })
}

/// `GET /dev/mailbox/{name}`
///
/// # Errors
/// Not found where there is no mailbox, or no such letter of the platform in it.
pub async fn letter(
    platform: Platform<AnyStaff>,
    name: Path<String>,
) -> Result<HttpResponse, Problem> {
    let (folder, host) = place(&platform)?;
    let found = web::block(move || mailbox::letter(&folder, &host, &name)).await;
    let found = found
        .map_err(Problem::internal)?
        .map_err(Problem::internal)?;
    let stored = found.ok_or_else(Problem::not_found)?;
    let row = row(&format(&platform), &stored);
    // Whoever signs up has a letter that leads to the base domain.
    let ours = [platform.links().to("/"), sign_up::links(&platform).to("/")];
    answer::page(&Letter {
        bare: platform.bare(row.subject.clone()),
        from: format!("{} <{}>", stored.letter.from_name, stored.letter.from),
        lines: lines(&stored, &ours),
        row,
    })
}

fn place(platform: &Platform<AnyStaff>) -> Result<(std::path::PathBuf, String), Problem> {
    let config = &platform.app().config;
    if !is_open_to(config, platform.request().address) {
        return Err(Problem::not_found());
    }
    Ok((config.mail.folder.clone(), config.platform.host.clone()))
}

fn format(platform: &Platform<AnyStaff>) -> Format {
    Format::new(Writing::default(), platform.request().now)
}
