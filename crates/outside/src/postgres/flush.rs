//! Brings a fresh data folder to the disk while its server is used already: flushing its thousand files one by one
//! would be most of the first start.
//!
//! A mark stays beside the data until all is flushed, so that a start after a kill goes on with it. What is committed
//! meanwhile is flushed by the server as always; only a machine that loses power in these first moments can lose the
//! fresh database.

use std::fs::{self, File};
use std::io;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::thread::{self, JoinHandle};

use super::error::{PostgresError, failed};
use super::find::Binaries;
use super::owner;
use super::place::Place;

/// Says that the data of `place` is not on the disk yet.
pub(super) fn mark(place: &Place) -> Result<(), PostgresError> {
    let mark = mark_of(place);
    File::create(&mark).map(drop).map_err(failed("make", &mark))
}

/// Begins to flush data that is marked. Whoever stops the server waits for the thread.
pub(super) fn begin(place: &Place, binaries: &Binaries) -> Option<JoinHandle<()>> {
    let mark = mark_of(place);
    // It begins to write all files before it waits for each.
    let mut initdb = owner::command(binaries.folder.join("initdb"), place.owner, &place.folder);
    initdb
        .arg("--sync-only")
        .arg("-D")
        .arg(place.data())
        .stderr(Stdio::piped());
    mark.exists().then(|| {
        thread::spawn(move || {
            if let Err(error) = run(initdb).and_then(|()| fs::remove_file(&mark)) {
                tracing::warn!(%error, "the fresh database could not be flushed; the next start tries again");
            }
        })
    })
}

fn run(mut initdb: Command) -> io::Result<()> {
    let answer = initdb.output()?;
    if answer.status.success() {
        return Ok(());
    }
    Err(io::Error::other(
        String::from_utf8_lossy(&answer.stderr).trim().to_owned(),
    ))
}

fn mark_of(place: &Place) -> PathBuf {
    place.folder.join("data.unflushed")
}
