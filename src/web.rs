//! The pages: one file a noun, each with its page structs and its handlers, beside what every page is
//! made of. The templates are under `templates/<noun>/`; no rule of the product is decided here.

pub mod assets;
pub mod chart;
pub mod diff;
pub mod form;
pub mod format;
pub mod icon;
pub mod list;
pub mod shell;
pub mod theme;
#[cfg(test)]
mod samples;
