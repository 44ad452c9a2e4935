//! Fields that several answers share.

use domain::{FieldErrors, Order, PageRequest, Pagination};
use serde::{Deserialize, Serialize};
use services::VerbError;
use utoipa::openapi::path::{Parameter, ParameterIn};
use utoipa::{IntoParams, ToSchema};

/// No fields.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Nothing {}

impl IntoParams for Nothing {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        Vec::new()
    }
}

/// Where a page stands in its list.
#[derive(Debug, Serialize, ToSchema)]
pub struct Pages {
    /// The page, from 1.
    pub page: u32,
    /// The most items of a page.
    pub page_size: u32,
    /// Items in all.
    pub total_count: i64,
    /// Pages in all.
    pub total_pages: i64,
    /// Whether a page follows.
    pub has_next: bool,
    /// Whether a page comes before.
    pub has_prev: bool,
}

impl From<Pagination> for Pages {
    fn from(of: Pagination) -> Self {
        Self {
            page: of.page,
            page_size: of.page_size,
            total_count: of.total_count,
            total_pages: of.total_pages,
            has_next: of.has_next,
            has_prev: of.has_prev,
        }
    }
}

/// Reads page and page size.
///
/// # Errors
/// Which of them is out of bounds.
pub fn page(page: Option<u32>, size: Option<u32>) -> Result<PageRequest, VerbError> {
    let size = size.unwrap_or(PageRequest::DEFAULT_SIZE);
    PageRequest::new(page.unwrap_or(1), size).map_err(|error| {
        let field = match error {
            domain::page::PageError::Page => "page",
            domain::page::PageError::Size => "page_size",
        };
        FieldErrors::one(field, error.to_string()).into()
    })
}

/// A word that must be one of some.
///
/// # Errors
/// The field, with the words that are known.
pub fn word<T: Copy>(
    field: &'static str,
    text: Option<&str>,
    known: &[(&str, T)],
) -> Result<Option<T>, VerbError> {
    let Some(text) = text.filter(|text| !text.is_empty()) else {
        return Ok(None);
    };
    let found = known.iter().find(|(word, _)| *word == text);
    match found {
        Some((_, value)) => Ok(Some(*value)),
        None => {
            let words: Vec<&str> = known.iter().map(|(word, _)| *word).collect();
            let sentence = format!("Choose one of {}.", words.join(", "));
            Err(FieldErrors::one(field, sentence).into())
        }
    }
}

/// The directions of a list.
pub const ORDERS: [(&str, Order); 2] = [("asc", Order::Ascending), ("desc", Order::Descending)];

/// What a list is searched for.
///
/// # Errors
/// A piece that is too long or that no text has.
pub fn search(text: Option<&str>, most: usize) -> Result<String, VerbError> {
    let text = text.unwrap_or_default();
    if text.chars().count() > most || text.contains('\0') {
        let sentence = format!("Search for at most {most} plain characters.");
        return Err(FieldErrors::one("search", sentence).into());
    }
    Ok(text.to_owned())
}

/// The type of a field in a word, of its description for programs.
pub(super) fn typed(schema: &serde_json::Value) -> String {
    let kind = schema.get("type");
    let kind = match kind {
        Some(serde_json::Value::String(kind)) => kind.clone(),
        Some(serde_json::Value::Array(kinds)) => kinds
            .iter()
            .filter_map(serde_json::Value::as_str)
            .collect::<Vec<_>>()
            .join(" or "),
        _ => "any".to_owned(),
    };
    let format = schema.get("format").and_then(serde_json::Value::as_str);
    match format {
        Some("date-time") => kind.replace("string", "moment"),
        _ => kind,
    }
}
