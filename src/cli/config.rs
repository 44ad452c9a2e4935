//! `tenantry config`: shows what holds and where it came from, secrets hidden. It changes nothing.

use std::io::{self, Write};

use super::Exit;
use crate::config::Config;

pub(super) fn run(config: &Config) -> Exit {
    match write!(io::stdout().lock(), "{config}") {
        Ok(()) => Exit::Done,
        // Who reads only the beginning, as `head` does, has what was wanted.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Exit::Done,
        Err(_) => Exit::Output,
    }
}
