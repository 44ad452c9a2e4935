//! The binary: hands the command line over. Everything else is in the library.

use tenantry::cli::{self, Exit};

fn main() -> Exit {
    cli::run(std::env::args_os())
}
