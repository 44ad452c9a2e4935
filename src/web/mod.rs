//! HTML pages and the rules every request passes first. One noun a file; no SQL, no rules of the product.

pub mod body;
pub mod csrf;
pub mod field_errors;
pub mod forms;
pub mod headers;
pub mod host;
pub mod peer;
pub mod redirect;
pub mod refusal;

#[cfg(test)]
mod tests;
