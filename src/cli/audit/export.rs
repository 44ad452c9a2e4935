//! A tenant's log as a file. The export itself is in the log.

use std::fs::OpenOptions;
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use domain::permission::ExportAudit;
use services::TenantEntry;
use services::audit::export::{self, Format};
use services::audit::log::Filter;

use crate::cli::Exit;
use crate::cli::desk::Desk;
use crate::cli::talk::Talk;
use crate::cli::trouble::Trouble;

pub(super) fn run(
    desk: &Desk<'_>,
    tenant: &TenantEntry,
    talk: Talk,
    format: Format,
    file: Option<&Path>,
) -> Result<Exit, Trouble> {
    let Some(path) = file else {
        return write(desk, tenant, talk, format, &mut io::stdout().lock());
    };
    // Names and addresses are in it: for whoever asked, and nobody else.
    let mut options = OpenOptions::new();
    options.write(true).create_new(true).mode(0o600);
    let opened = options
        .open(path)
        .map_err(|error| Trouble::new(Exit::Output, format!("{}: {error}", path.display())))?;
    write(desk, tenant, talk, format, &mut io::BufWriter::new(opened))
}

fn write(
    desk: &Desk<'_>,
    tenant: &TenantEntry,
    talk: Talk,
    format: Format,
    out: &mut dyn Write,
) -> Result<Exit, Trouble> {
    let (mut progress, entries) = desk.within::<ExportAudit, _>(tenant, |tx| {
        let progress = export::begin(tx, format)?;
        Ok((progress, progress.entries()))
    })?;
    let bar = talk.bar(entries, "entries");
    out.write_all(&export::head(format))?;
    let everything = Filter::default();
    loop {
        let next = desk.within::<ExportAudit, _>(tenant, |tx| {
            Ok(export::next(tx, &everything, format, progress)?)
        })?;
        let Some((piece, onward)) = next else { break };
        out.write_all(&piece)?;
        progress = onward;
        bar.set_position(progress.written());
    }
    out.flush()?;
    bar.finish_and_clear();
    Ok(Exit::Done)
}
