//! What tests stand on; no test is in here.

pub(crate) mod app;
pub(crate) mod bouncer;
pub(crate) mod cast;
pub(crate) mod client;
pub(crate) mod command;
pub(crate) mod keeper;
pub(crate) mod keys;
pub(crate) mod lines;
pub(crate) mod listening;
pub(crate) mod paths;
pub(crate) mod postgres;
pub(crate) mod process;
pub(crate) mod shop;
pub(crate) mod staff_paths;
pub(crate) mod tools;
pub(crate) mod traces;
pub(crate) mod umbrella;
