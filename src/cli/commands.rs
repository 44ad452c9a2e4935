//! The table of the commands: one variant each, and which file does it.

use clap::{CommandFactory, Subcommand};

use super::{
    Exit, adopt, application, audit, completions, config, demo, doctor, drift, job, key, lint,
    migrate, mode, node, openapi, plan, rollout, serve, staff, talk, tenant, user, worker,
};
use crate::config::Config;

/// What to do. A subcommand is one variant here, one arm in [`Command::run`] and one file beside this one.
#[derive(Debug, Subcommand)]
pub(super) enum Command {
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
    /// The servers that tenants' own databases are on
    Node(node::Node),
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
    /// Make the tables of a database of one tenant tables of many
    Adopt(adopt::Asked),
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

impl Command {
    /// Does it.
    pub(super) fn run(self, config: Config) -> Exit {
        match self {
            Self::Demo => demo::run(config),
            Self::Serve => serve::run(config),
            Self::Worker => worker::run(config),
            Self::Audit(what) => audit::run(&config, &what),
            Self::Migrate(wishes) => migrate::run(&config, &wishes),
            Self::Lint(asked) => lint::run(&config, &asked),
            Self::Rollout(asked) => rollout::run(&config, &asked),
            Self::Application => application::run(&config),
            Self::Drift(asked) => drift::run(&config, &asked),
            Self::Adopt(asked) => adopt::run(&config, &asked),
            Self::Doctor(talk) => doctor::run(&config, talk),
            Self::Tenant(asked) => tenant::run(&config, &asked),
            Self::Mode(asked) => mode::run(&config, &asked),
            Self::Node(asked) => node::run(&config, &asked),
            Self::Plan(asked) => plan::run(&config, &asked),
            Self::Job(asked) => job::run(&config, &asked),
            Self::User(asked) => user::run(&config, &asked),
            Self::Staff(asked) => staff::run(&config, &asked),
            Self::Key(asked) => key::run(&config, &asked),
            Self::Config => config::run(&config),
            Self::Openapi => openapi::run(),
            Self::Completions { shell } => completions::run(shell, super::Cli::command()),
        }
    }
}
