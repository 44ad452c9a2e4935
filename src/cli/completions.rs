//! `tenantry completions`: what a shell needs to complete our words.

use std::io;

use clap::ValueEnum;
use clap_complete::Shell;

use super::Exit;

/// The shells that are written for.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(super) enum For {
    /// source <(tenantry completions bash)
    Bash,
    /// tenantry completions zsh >"${fpath[1]}/_tenantry"
    Zsh,
    /// tenantry completions fish >~/.config/fish/completions/tenantry.fish
    Fish,
}

pub(super) fn run(shell: For, mut command: clap::Command) -> Exit {
    let shell = match shell {
        For::Bash => Shell::Bash,
        For::Zsh => Shell::Zsh,
        For::Fish => Shell::Fish,
    };
    // Into memory first: the writer panics where a pipe is closed.
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut command, "tenantry", &mut script);
    match io::Write::write_all(&mut io::stdout().lock(), &script) {
        Ok(()) => Exit::Done,
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Exit::Done,
        Err(_) => Exit::Output,
    }
}
