//! The command line: what may be asked of the binary, and the exit code that answers. One file a subcommand.

mod application;
mod audit;
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

use clap::{CommandFactory, Parser, Subcommand, error::ErrorKind};

use crate::config::{Config, Sources};
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

/// What to do. A subcommand is one variant here, one arm in [`run`] and one file beside this one.
#[derive(Debug, Subcommand)]
enum Command {
    /// Run with demo tenants to look around in; the same as no command at all
    Demo,
    /// Serve pages and run jobs
    Serve,
    /// Run jobs, and serve no pages
    Worker,
    /// Prove that nobody changed the audit logs, and write them out
    Audit(audit::Audit),
    /// Look whether everything is right, and say how to mend what is not
    Doctor(talk::Talk),
    /// The tenants
    Tenant(tenant::Tenant),
    /// One tenant or many: which holds, and turning one into the other
    Mode(mode::Asked),
    /// What tenants can be on
    Plan(plan::Asked),
    /// The people of a tenant
    User(user::User),
    /// Who runs the platform
    Staff(staff::Staff),
    /// The API keys of a tenant, or of the platform
    Key(key::Key),
    /// The queue
    Job(job::Job),
    /// Make roles and schema in a database of your own, with its owner's address
    Migrate(migrate::Wishes),
    /// Say which rules of the tables the application's migrations break
    Lint(lint::Lint),
    /// Bring the application's migrations to every tenant
    Rollout(rollout::Asked),
    /// Print what your own application needs to reach its tables: the address, and the key of its proofs
    Application,
    /// Look whether the schemas of tenants are what their migrations make
    Drift(drift::Asked),
    /// Show every setting, its value and where it came from
    Config,
    /// Print the description of the JSON API
    Openapi,
    /// Print what a shell needs to complete these words
    Completions {
        /// For which shell
        shell: completions::For,
    },
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
    match cli.command.unwrap_or(Command::Demo) {
        Command::Demo => demo::run(config),
        Command::Serve => serve::run(config),
        Command::Worker => worker::run(config),
        Command::Audit(what) => audit::run(&config, &what),
        Command::Migrate(wishes) => migrate::run(&config, &wishes),
        Command::Lint(asked) => lint::run(&config, &asked),
        Command::Rollout(asked) => rollout::run(&config, &asked),
        Command::Drift(asked) => drift::run(&config, &asked),
        Command::Application => application::run(&config),
        Command::Doctor(talk) => doctor::run(&config, talk),
        Command::Tenant(asked) => tenant::run(&config, &asked),
        Command::Mode(asked) => mode::run(&config, &asked),
        Command::Plan(asked) => plan::run(&config, &asked),
        Command::Job(asked) => job::run(&config, &asked),
        Command::User(asked) => user::run(&config, &asked),
        Command::Staff(asked) => staff::run(&config, &asked),
        Command::Key(asked) => key::run(&config, &asked),
        Command::Config => config::run(&config),
        Command::Openapi => openapi::run(),
        Command::Completions { shell } => completions::run(shell, Cli::command()),
    }
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
