//! HTML pages and the rules every request passes first. One noun a file; no SQL, no rules of the product.
//!
//! Around every route, from the outside in: [`body::end_with_unread`], [`leaving::say_goodbye`],
//! [`headers::dress`], [`crate::metrics::each_request`], [`crate::logging::each_request`], [`peer::examine`], [`body::refuse_compressed`],
//! [`csrf::refuse_foreign_writes`], [`cookies::keep_ours`]. Actix wraps inside out, so they are named in the other order.

pub mod analytics;
pub mod answer;
pub mod assets;
pub mod audit;
pub mod body;
pub mod chart;
pub mod checkups;
pub mod choice;
pub mod console;
pub mod cookies;
pub mod csrf;
pub mod diff;
mod download;
pub mod feature;
pub mod format;
pub mod forms;
pub mod headers;
pub mod health;
pub mod host;
pub mod icon;
pub mod invitation;
pub mod keep;
pub mod kept;
pub mod keys;
pub mod leaving;
mod link_gone;
pub mod list;
mod live;
pub mod mailbox;
pub mod me;
pub mod overview;
pub mod ownership;
pub mod palette;
pub mod password;
pub mod peer;
pub mod plan;
pub mod platform;
pub mod redirect;
pub mod refusal;
pub mod roles;
pub mod scalings;
pub mod sessions;
pub mod settings;
pub mod shell;
pub mod sign_in;
pub mod sign_out;
pub mod sign_up;
pub mod structure;
pub mod theme;
pub mod upload;
pub mod usage;
pub mod users;
pub mod visits;

#[cfg(test)]
mod samples;
#[cfg(test)]
mod tests;
