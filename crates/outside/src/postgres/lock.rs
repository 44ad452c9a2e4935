//! The two locks of a folder. Both die with whoever holds them; neither is ever removed.
//!
//! `lock` is held by the process that runs the server. `watch.lock` is held by what may outlive that process for a
//! moment (the death watch, `initdb`): it inherits the descriptor, and with it the lock.

use std::fs::{self, File};
use std::io::{Read, Seek, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::process;
use std::thread::sleep;
use std::time::{Duration, Instant};

use rustix::fs::{FlockOperation, flock};
use rustix::io::Errno;

use super::Step;
use super::error::{PostgresError, failed};
use super::owner;
use super::place::Place;

/// How long the death watch may take: its two waits, and a little.
const LAST_SHUTDOWN: Duration = Duration::from_secs(60);

/// Takes the folder for this process, or says who has it.
pub(super) fn hold(place: &Place) -> Result<File, PostgresError> {
    let path = place.folder.join("lock");
    let mut file = open(&path, place)?;
    if !taken(&file, &path)? {
        let mut holder = String::new();
        file.read_to_string(&mut holder)
            .map_err(failed("read", &path))?;
        return Err(PostgresError::AlreadyRunning {
            pid: holder.trim().parse().unwrap_or_default(),
            folder: place.folder.clone(),
        });
    }
    file.set_len(0)
        .and_then(|()| file.rewind())
        .map_err(failed("write", &path))?;
    writeln!(file, "{}", process::id()).map_err(failed("write", &path))?;
    Ok(file)
}

/// Waits until what an earlier process left behind has ended. Only called by the holder of the folder: whoever has
/// this lock has lost its parent, and is on its way out.
pub(super) fn wait_for_last(
    place: &Place,
    progress: &mut dyn FnMut(Step),
) -> Result<File, PostgresError> {
    let path = place.folder.join("watch.lock");
    let file = open(&path, place)?;
    let end = Instant::now() + LAST_SHUTDOWN;
    let mut told = false;
    while !taken(&file, &path)? {
        if Instant::now() > end {
            return Err(PostgresError::DidNotStart {
                why: format!(
                    "an earlier one is still shutting down after {} seconds",
                    LAST_SHUTDOWN.as_secs()
                ),
                log: place.log(),
            });
        }
        if !told {
            progress(Step::WaitingForLast);
            told = true;
        }
        sleep(Duration::from_millis(10));
    }
    Ok(file)
}

fn open(path: &Path, place: &Place) -> Result<File, PostgresError> {
    let fresh = !path.exists();
    let file = fs::OpenOptions::new()
        .create(true)
        .truncate(false)
        .read(true)
        .write(true)
        .mode(0o644)
        .open(path)
        .map_err(failed("open", path))?;
    if fresh {
        owner::give(path, place.owner).map_err(failed("hand over", path))?;
    }
    Ok(file)
}

fn taken(file: &File, path: &Path) -> Result<bool, PostgresError> {
    match flock(file, FlockOperation::NonBlockingLockExclusive) {
        Ok(()) => Ok(true),
        Err(Errno::WOULDBLOCK) => Ok(false),
        Err(error) => Err(failed("lock", path)(error.into())),
    }
}
