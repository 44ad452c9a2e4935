//! People: the list and what can be done from it. One file a page.

pub mod bulk;
mod confirm;
pub mod deeds;
pub mod detail;
pub mod edit;
pub mod export;
pub mod import;
pub mod invite;
pub mod list;
pub mod query;
