//! The part of a list's address that every list reads and writes alike: its page, and values of a filter.

use domain::PageRequest;

/// Rows of a page where nothing is said; the API's own default is larger.
const ROWS: u32 = 25;

/// The page that an address asks for, each `None` where it does not say; the first of usual length where it asks
/// for none that there can be.
#[must_use]
pub fn page_asked(page: Option<u32>, size: Option<u32>) -> PageRequest {
    PageRequest::new(page.unwrap_or(1), size.unwrap_or(ROWS))
        .or_else(|_| PageRequest::new(1, ROWS))
        .unwrap_or_default()
}

/// What of it is not usual, for the address.
pub fn page_pairs(page: PageRequest) -> impl Iterator<Item = (&'static str, String)> {
    let size = (page.size() != ROWS).then(|| ("page_size", page.size().to_string()));
    let number = (page.page() > 1).then(|| ("page", page.page().to_string()));
    size.into_iter().chain(number)
}

/// Adds the value of a filter, if it is one and is not there yet.
pub fn add_once<T: PartialEq>(values: &mut Vec<T>, value: Option<T>) {
    if let Some(value) = value.filter(|value| !values.contains(value)) {
        values.push(value);
    }
}
