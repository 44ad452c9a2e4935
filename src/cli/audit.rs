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
        /// The end of the chain as an earlier check printed it; needs --tenant
        #[arg(long, value_name = "NUMBER:HASH", requires = "tenant")]
        anchor: Option<Anchor>,
    },
    /// Write a tenant's log out, in the order of the chain
    Export {
        /// Whose
        #[arg(long, value_name = "SLUG")]
        tenant: String,
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
    match &asked.what {
        What::Verify { tenant, anchor } => {
            verify::run(config, asked.talk, tenant.as_deref(), anchor.as_ref())
        }
        What::Export {
            tenant,
            format,
            output,
        } => desk::at(config, |desk| {
            let tenant = desk.tenant(tenant)?;
            export::run(
                desk,
                &tenant,
                asked.talk,
                (*format).into(),
                output.as_deref(),
            )
        }),
    }
}
