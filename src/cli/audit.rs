//! `tenantry audit`: proves that nobody changed the logs, and writes them out.

mod export;
mod verify;

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};
use services::audit::export::Format;
use services::audit::log::Anchor;

use super::talk::Talk;
use super::{Exit, desk};
use crate::config::Config;

/// The audit logs.
#[derive(Debug, Args)]
pub(super) struct Audit {
    #[command(flatten)]
    talk: Talk,
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Read every chain from its start; exit 1 if one does not hold
    Verify {
        /// Only this tenant's
        #[arg(long, value_name = "SLUG")]
        tenant: Option<String>,
        /// Only the platform's own
        #[arg(long, conflicts_with = "tenant")]
        platform: bool,
        /// The end of the chain as an earlier check printed it; of one chain only
        #[arg(long, value_name = "NUMBER:HASH")]
        anchor: Option<Anchor>,
    },
    /// Write a log out, in the order of the chain
    Export {
        /// This tenant's
        #[arg(long, value_name = "SLUG", required_unless_present = "platform")]
        tenant: Option<String>,
        /// The platform's own, as CSV
        #[arg(long, conflicts_with_all = ["tenant", "format"])]
        platform: bool,
        /// The form of the file
        #[arg(long, value_enum, default_value_t = Form::Ndjson)]
        format: Form,
        /// The file, which must not exist yet [default: standard output]
        #[arg(long, value_name = "FILE")]
        output: Option<PathBuf>,
    },
}

/// The form of an exported log.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum Form {
    /// For spreadsheets
    Csv,
    /// A JSON object a line
    Ndjson,
}

impl From<Form> for Format {
    fn from(form: Form) -> Self {
        match form {
            Form::Csv => Self::Csv,
            Form::Ndjson => Self::NdJson,
        }
    }
}

pub(super) fn run(config: &Config, asked: &Audit) -> Exit {
    let talk = asked.talk;
    match &asked.what {
        What::Verify {
            tenant,
            platform,
            anchor,
        } => {
            let which = match tenant {
                Some(name) => Which::Tenant(name),
                None if *platform => Which::Platform,
                None => Which::All,
            };
            verify::run(config, talk, which, anchor.as_ref())
        }
        What::Export {
            tenant,
            format,
            output,
            ..
        } => desk::at(config, |desk| match tenant {
            Some(name) => {
                let log = export::Log::Tenant(Box::new(desk.tenant(name)?), (*format).into());
                export::run(desk, talk, &log, output.as_deref())
            }
            None => export::run(desk, talk, &export::Log::Platform, output.as_deref()),
        }),
    }
}

/// Whose chains.
#[derive(Debug, Clone, Copy)]
enum Which<'a> {
    Tenant(&'a str),
    Platform,
    All,
}
