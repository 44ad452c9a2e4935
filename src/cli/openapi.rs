//! `tenantry openapi`: the description of the JSON API, as it is served at `/api/v1/openapi.json`.

use super::Exit;
use super::talk;
use super::trouble::Trouble;
use crate::api::openapi;

pub(super) fn run() -> Exit {
    let printed = openapi::printed()
        .map_err(|error| Trouble::new(Exit::Output, error.to_string()))
        .and_then(|text| talk::print_lines(text.lines().map(str::to_owned)));
    printed.unwrap_or_else(|trouble| trouble.tell())
}
