//! `tenantry worker`: jobs alone, for machines that serve no pages.

use super::{Exit, process};
use crate::config::Config;

pub(super) fn run(config: Config) -> Exit {
    process::run_worker(config)
}
