//! One run of the server's process: its command line, its pid file, its start and its end.

use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{Read, Seek, SeekFrom};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::process::Child;
use std::thread::sleep;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};

use super::address::{self, Address};
use super::error::{PostgresError, failed};
use super::find::Binaries;
use super::owner;
use super::pid_file::{PidFile, running};
use super::place::Place;
use super::{Durability, Settings, Step};

/// How often a wait looks.
const LOOK: Duration = Duration::from_millis(3);
/// Replaying the log after a crash may take long; it is told after [`SLOW`].
const LONGEST_START: Duration = Duration::from_secs(300);
const SLOW: Duration = Duration::from_secs(2);
/// A log larger than this is set aside at the next start.
const LARGEST_LOG: u64 = 16 * 1024 * 1024;

/// The server's process, ours or adopted.
#[derive(Debug)]
pub(super) struct Server {
    pub(super) pid: Pid,
    pub(super) address: Address,
    child: Option<Child>,
    data: PathBuf,
}

impl Server {
    /// Takes over a server that runs on the data already.
    pub(super) fn adopt(
        place: &Place,
        progress: &mut dyn FnMut(Step),
    ) -> Result<Option<Server>, PostgresError> {
        let data = place.data();
        let Some(found) = running(&data) else {
            return Ok(None);
        };
        let mut server = Server {
            pid: found.pid,
            address: found.address(),
            child: None,
            data,
        };
        Ok(server.wait(&place.log(), progress)?.then_some(server))
    }

    /// Starts one, and waits until it answers. `Ok(None)` when it ended at once.
    pub(super) fn spawn(
        place: &Place,
        binaries: &Binaries,
        settings: &Settings,
        progress: &mut dyn FnMut(Step),
    ) -> Result<Option<Server>, PostgresError> {
        let run = place.run()?;
        let log = open_log(place)?;
        let program = binaries.folder.join("postgres");
        let mut command = owner::command(&program, place.owner, &place.folder);
        command
            .arg("-D")
            .arg(place.data())
            .args(options(settings, &run));
        command
            .stdout(log.try_clone().map_err(failed("share", &place.log()))?)
            .stderr(log);
        let child = command.spawn().map_err(failed("run", &program))?;
        let address = Address {
            run,
            port: address::PORT,
        };
        let mut server = Server {
            pid: Pid::from_child(&child),
            address,
            child: Some(child),
            data: place.data(),
        };
        Ok(server.wait(&place.log(), progress)?.then_some(server))
    }

    pub(super) fn adopted(&self) -> bool {
        self.child.is_none()
    }

    pub(super) fn alive(&mut self) -> bool {
        match &mut self.child {
            Some(child) => matches!(child.try_wait(), Ok(None)),
            // The end of a process that is not our child may show late, and its pid file goes last.
            None => running(&self.data).is_some_and(|found| found.pid == self.pid),
        }
    }

    /// Waits until the server is ready; `false` when it ended instead.
    fn wait(&mut self, log: &Path, progress: &mut dyn FnMut(Step)) -> Result<bool, PostgresError> {
        let begin = Instant::now();
        let mut told = false;
        while self.alive() {
            if PidFile::read(&self.data).is_some_and(|found| found.pid == self.pid && found.ready())
            {
                return Ok(true);
            }
            if begin.elapsed() > SLOW && !told {
                progress(Step::Recovering);
                told = true;
            }
            if begin.elapsed() > LONGEST_START {
                self.stop()?;
                let why = format!("it was not ready after {} seconds", LONGEST_START.as_secs());
                return Err(PostgresError::DidNotStart {
                    why,
                    log: log.to_path_buf(),
                });
            }
            sleep(LOOK);
        }
        Ok(false)
    }

    /// A fast shutdown (roll back, checkpoint, exit), then an immediate one.
    pub(super) fn stop(&mut self) -> Result<(), PostgresError> {
        for (signal, limit) in [(Signal::INT, 30), (Signal::QUIT, 10)] {
            let end = Instant::now() + Duration::from_secs(limit);
            // Asked first: the number of a process that is gone may belong to another.
            if !self.alive() || kill_process(self.pid, signal).is_err() {
                return Ok(());
            }
            while Instant::now() < end {
                if !self.alive() {
                    return Ok(());
                }
                sleep(LOOK);
            }
        }
        Err(PostgresError::DidNotStop {
            pid: self.pid.as_raw_nonzero().get(),
        })
    }
}

/// The last line of weight in the log, as the reason why a start failed.
pub(super) fn last_words(log: &Path) -> String {
    let mut end = Vec::new();
    if let Ok(mut file) = File::open(log) {
        let start = file
            .metadata()
            .map_or(0, |found| found.len().saturating_sub(8192));
        // Without the log there is nothing to tell, and that is said below.
        let _ = file
            .seek(SeekFrom::Start(start))
            .and_then(|_| file.read_to_end(&mut end));
    }
    let text = String::from_utf8_lossy(&end);
    let weighty = text
        .lines()
        .rev()
        .find(|line| line.contains("FATAL:") || line.contains("PANIC:"));
    let line = weighty
        .or_else(|| text.lines().next_back())
        .unwrap_or("it ended and said nothing");
    ["FATAL:", "PANIC:"]
        .iter()
        .fold(line, |line, mark| line.rsplit(mark).next().unwrap_or(line))
        .trim()
        .to_owned()
}

/// The command line carries every setting, so that a start has what it is given and not what an earlier one left.
fn options(settings: &Settings, run: &Path) -> Vec<OsString> {
    let port = address::PORT.to_string();
    let mut built_in = vec![
        ("listen_addresses", ""),
        ("port", port.as_str()),
        ("unix_socket_permissions", "0700"),
        ("max_connections", "100"),
        ("shared_buffers", "128MB"),
        ("timezone", "UTC"),
        ("log_timezone", "UTC"),
        ("cluster_name", "tenantry"),
    ];
    if settings.durability == Durability::Throwaway {
        // Commits still reach the system's cache at once: a crash of the server alone loses nothing.
        built_in.extend([("fsync", "off"), ("full_page_writes", "off")]);
    }
    let given = settings
        .settings
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()));
    let mut all = vec![OsString::from("-k"), run.as_os_str().to_owned()];
    for (name, value) in built_in.into_iter().chain(given) {
        all.push("-c".into());
        all.push(format!("{name}={value}").into());
    }
    all
}

fn open_log(place: &Place) -> Result<File, PostgresError> {
    let path = place.log();
    if fs::metadata(&path).is_ok_and(|found| found.len() > LARGEST_LOG) {
        fs::rename(&path, path.with_extension("log.1")).map_err(failed("rename", &path))?;
    }
    let log = fs::OpenOptions::new()
        .create(true)
        .append(true)
        .mode(0o600)
        .open(&path)
        .map_err(failed("open", &path))?;
    owner::give(&path, place.owner).map_err(failed("hand over", &path))?;
    Ok(log)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may fail")]

    use super::*;

    #[test]
    fn the_last_words_are_the_fatal_ones() {
        let folder = tempfile::tempdir().unwrap();
        let log = folder.path().join("log");
        fs::write(&log, "x [1] LOG:  a\nx [1] FATAL:  unknown setting \"b\"\nx [1] LOG:  database system is shut down\n").unwrap();
        assert_eq!(last_words(&log), "unknown setting \"b\"");
        assert_eq!(
            last_words(&folder.path().join("none")),
            "it ended and said nothing"
        );
    }
}
