//! People: the list and what can be done from it. One file a page.

pub mod list;
pub mod query;
