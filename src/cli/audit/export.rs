//! A log as a file. The export itself is in the log.

use std::fs::OpenOptions;
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use domain::permission::ExportAudit;
use domain::staff::ReadPlatformAudit;
use services::TenantEntry;
use services::audit::export::{self, Format, Progress};
use services::audit::log::Filter;
use services::platform_audit::log::{self as platform_log, PlatformFilter};

use crate::cli::Exit;
use crate::cli::desk::Desk;
use crate::cli::talk::Talk;
use crate::cli::trouble::Trouble;

/// Which log, in which form.
pub(super) enum Log {
    Tenant(Box<TenantEntry>, Format),
    Platform,
}

pub(super) fn run(
    desk: &Desk<'_>,
    talk: Talk,
    log: &Log,
    file: Option<&Path>,
) -> Result<Exit, Trouble> {
    let Some(path) = file else {
        return write(desk, talk, log, &mut io::stdout().lock());
    };
    // Names and addresses are in it: for whoever asked, and nobody else.
    let mut options = OpenOptions::new();
    options.write(true).create_new(true).mode(0o600);
    let opened = options
        .open(path)
        .map_err(|error| Trouble::new(Exit::Output, format!("{}: {error}", path.display())))?;
    write(desk, talk, log, &mut io::BufWriter::new(opened))
}

fn write(desk: &Desk<'_>, talk: Talk, log: &Log, out: &mut dyn Write) -> Result<Exit, Trouble> {
    let mut progress = log.begin(desk)?;
    let bar = talk.bar(progress.entries(), "entries");
    out.write_all(&log.head())?;
    while let Some((piece, onward)) = log.next(desk, progress)? {
        out.write_all(&piece)?;
        progress = onward;
        bar.set_position(progress.written());
    }
    out.flush()?;
    bar.finish_and_clear();
    Ok(Exit::Done)
}

impl Log {
    fn begin(&self, desk: &Desk<'_>) -> Result<Progress, Trouble> {
        match self {
            Self::Tenant(tenant, format) => {
                desk.within::<ExportAudit, _>(tenant, |tx| Ok(export::begin(tx, *format)?))
            }
            Self::Platform => {
                desk.platform::<ReadPlatformAudit, _>(|tx| Ok(platform_log::begin(tx)?))
            }
        }
    }

    fn head(&self) -> Vec<u8> {
        match self {
            Self::Tenant(_, format) => export::head(*format),
            Self::Platform => platform_log::head(),
        }
    }

    fn next(
        &self,
        desk: &Desk<'_>,
        progress: Progress,
    ) -> Result<Option<(Vec<u8>, Progress)>, Trouble> {
        match self {
            Self::Tenant(tenant, format) => desk.within::<ExportAudit, _>(tenant, |tx| {
                Ok(export::next(tx, &Filter::default(), *format, progress)?)
            }),
            Self::Platform => desk.platform::<ReadPlatformAudit, _>(|tx| {
                let all = PlatformFilter::default();
                Ok(platform_log::next(tx, &all, progress)?)
            }),
        }
    }
}
