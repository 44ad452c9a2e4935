//! What a server's pid file says, and whether it is to be believed.

use std::fs;
use std::path::{Path, PathBuf};
use std::process;

use rustix::process::{Pid, test_kill_process};

use super::address::Address;
use super::error::{PostgresError, failed};

/// What `postmaster.pid` says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct PidFile {
    pub(super) pid: Pid,
    port: u16,
    run: PathBuf,
    state: String,
}

impl PidFile {
    pub(super) fn read(data: &Path) -> Option<PidFile> {
        PidFile::parse(&fs::read_to_string(pid_file(data)).ok()?)
    }

    /// Its lines: process, data folder, start, port, socket folder, listen address, shared memory, state.
    fn parse(text: &str) -> Option<PidFile> {
        let mut lines = text.lines().map(str::trim);
        // A negative number is a process without clients, which nobody can adopt.
        let pid = Pid::from_raw(lines.next()?.parse().ok().filter(|number| *number > 0)?)?;
        let port = lines
            .nth(2)
            .and_then(|line| line.parse().ok())
            .unwrap_or_default();
        let run = PathBuf::from(lines.next().unwrap_or_default());
        let state = lines.nth(2).unwrap_or_default().to_owned();
        Some(PidFile {
            pid,
            port,
            run,
            state,
        })
    }

    pub(super) fn address(&self) -> Address {
        Address {
            run: self.run.clone(),
            port: self.port,
        }
    }

    pub(super) fn ready(&self) -> bool {
        self.state == "ready" && self.address().answers()
    }
}

/// The server that runs on `data`, if one does. A pid file that names a stranger is seen through: the server's
/// working folder is its data.
pub(super) fn running(data: &Path) -> Option<PidFile> {
    let found = PidFile::read(data)?;
    let number = found.pid.as_raw_nonzero();
    let ours = if Path::new("/proc/self/cwd").exists() {
        fs::read_link(format!("/proc/{number}/cwd")).ok()? == data
    } else {
        test_kill_process(found.pid).is_ok() && found.address().answers()
    };
    ours.then_some(found)
}

/// Whether a server was not stopped in order. Makes a pid file harmless whose number belongs to a stranger by now:
/// PostgreSQL would refuse to start, but takes the number of its own parent for stale, and still checks that nobody
/// uses the shared memory that the file names.
pub(super) fn crashed(data: &Path) -> Result<bool, PostgresError> {
    let path = pid_file(data);
    let Ok(text) = fs::read_to_string(&path) else {
        return Ok(false);
    };
    let stranger = PidFile::parse(&text).is_some_and(|found| test_kill_process(found.pid).is_ok());
    if stranger && running(data).is_none() {
        let rest = text.split_once('\n').map_or("", |(_, rest)| rest);
        fs::write(&path, format!("{}\n{rest}", process::id())).map_err(failed("write", &path))?;
    }
    Ok(true)
}

fn pid_file(data: &Path) -> PathBuf {
    data.join("postmaster.pid")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may fail")]

    use super::*;

    #[test]
    fn a_pid_file_is_read_whole_half_and_broken() {
        let whole = "77\n/x/data\n1700000000\n5432\n/x/run\n\n  5432001  0\nready   \n";
        let found = PidFile::parse(whole).unwrap();
        assert_eq!(
            (found.port, found.run.as_path(), found.state.as_str()),
            (5432, Path::new("/x/run"), "ready")
        );
        assert_eq!(PidFile::parse("77\n").unwrap().state, "");
        assert_eq!(PidFile::parse("-77\n").map(|found| found.state), None);
        assert_eq!(PidFile::parse(""), None);
    }
}
