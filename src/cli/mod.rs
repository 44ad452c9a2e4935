//! The command line: what may be asked of the binary, and the exit code that answers. One file a subcommand.

mod adopt;
mod application;
mod audit;
mod commands;
mod completions;
mod config;
mod demo;
mod desk;
mod doctor;
mod drift;
mod ending;
mod exit;
mod job;
mod key;
mod lint;
mod migrate;
mod mode;
mod node;
mod openapi;
mod plan;
mod process;
mod rollout;
mod serve;
mod settings;
mod signals;
mod staff;
mod talk;
mod tenant;
mod trouble;
mod user;
mod worker;

use std::ffi::OsString;

use clap::{CommandFactory, Parser, error::ErrorKind};

use crate::config::{Config, Sources};
use commands::Command;
use settings::Settings;

pub use exit::Exit;

/// Self-hosted tenant admin portal and control plane.
#[derive(Debug, Parser)]
#[command(name = "tenantry", version, about, long_about = None, after_long_help = exit::HELP)]
struct Cli {
    #[command(flatten)]
    settings: Settings,
    #[command(subcommand)]
    command: Option<Command>,
}

/// Does what the command line asks.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> Exit {
    let cli = match Cli::try_parse_from(arguments) {
        Ok(cli) => cli,
        Err(error) => {
            // Help and version are answers, not mistakes; where they cannot be printed nothing can.
            let _ = error.print();
            return match error.kind() {
                ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => Exit::Done,
                _ => Exit::Usage,
            };
        }
    };
    // Needs no configuration, and must not fail for a wrong one.
    if let Some(Command::Completions { shell }) = cli.command {
        return completions::run(shell, Cli::command());
    }
    if let Some(Command::Openapi) = cli.command {
        return openapi::run();
    }
    let sources = Sources::of_process(cli.settings.into_flags());
    let sources = match &cli.command {
        None | Some(Command::Demo) => sources.for_demo(),
        Some(_) => sources,
    };
    let config = match Config::read(&sources) {
        Ok(config) => config,
        Err(faults) => {
            if let Some(Command::Doctor(talk)) = cli.command {
                return doctor::misconfigured(&faults, talk);
            }
            for fault in faults {
                eprintln!("tenantry: {fault}");
            }
            return Exit::Config;
        }
    };
    cli.command.unwrap_or(Command::Demo).run(config)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]
    use super::*;

    fn exit(arguments: &[&str]) -> Exit {
        run(std::iter::once("tenantry")
            .chain(arguments.iter().copied())
            .map(OsString::from))
    }

    #[test]
    fn the_command_line_is_well_formed() {
        Cli::command().debug_assert();
    }

    #[test]
    fn each_mistake_has_its_exit_code() {
        assert_eq!(exit(&["--help"]), Exit::Done);
        assert_eq!(exit(&["frobnicate"]), Exit::Usage);
        assert_eq!(exit(&["config", "--set", "port"]), Exit::Usage);
        assert_eq!(exit(&["config", "--set", "secret=x"]), Exit::Usage);
        assert_eq!(exit(&["config", "--port", "eighty"]), Exit::Config);
        assert_eq!(
            exit(&["config", "--config", "/nowhere/tenantry.toml"]),
            Exit::Config
        );
    }

    #[test]
    fn named_flags_win_over_set() {
        let cli =
            Cli::try_parse_from(["tenantry", "config", "--set", "port=1", "--port", "2"]).unwrap();
        assert_eq!(
            cli.settings
                .into_flags()
                .values
                .get("port")
                .map(String::as_str),
            Some("2")
        );
    }
}
