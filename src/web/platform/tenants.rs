//! Tenants as the platform runs them: the list, making one, one with all that is done to it. One file a page.

pub mod address;
pub mod around;
pub mod ask;
pub mod deeds;
pub mod deletion;
pub mod detail;
pub mod edit;
pub mod entry;
pub mod export;
pub mod fields;
pub mod list;
pub mod move_deeds;
pub mod move_lines;
pub mod moves;
pub mod moving;
pub mod new;
pub mod notices;
pub mod plan;
pub mod query;
pub mod rest;
pub mod slug;
pub mod steps;
pub mod typed;
pub mod visit_lines;
pub mod visits;
pub mod words;
