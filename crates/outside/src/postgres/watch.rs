//! The death watch: a shell that ends the server when our process is gone, even by `kill -9`.
//!
//! Only we hold the writing end of its input. A line there means that the server was stopped in order; the end of the
//! input means that we died. It holds `watch.lock` while it lives, so that the next start waits for its work to end.

use std::fs::File;
use std::io::Write;
use std::path::Path;
use std::process::{Child, Stdio};

use rustix::process::Pid;

use super::error::{PostgresError, failed};
use super::owner;
use super::place::Place;

/// `$1` is the server's process, `$2` its pid file, which goes last (a process may stay on as a zombie where nobody
/// reaps it). Thirty seconds for a fast shutdown, ten for an immediate one.
const SCRIPT: &str = r#"
read -r _ && exit 0
gone() {
  left=$1
  while [ "$left" -gt 0 ]; do
    kill -0 "$2" 2>/dev/null && [ -e "$3" ] || return 0
    sleep 0.1 || sleep 1
    left=$((left - 1))
  done
  return 1
}
kill -INT "$1"
gone 300 "$1" "$2" && exit 0
kill -QUIT "$1"
gone 100 "$1" "$2"
"#;

/// A watch over one server. Dropping it without [`Watch::dismiss`] lets it end the server.
#[derive(Debug)]
pub(super) struct Watch {
    shell: Child,
}

impl Watch {
    /// Watches over `server`; `lock` is the held `watch.lock`.
    pub(super) fn over(server: Pid, place: &Place, lock: File) -> Result<Watch, PostgresError> {
        let shell = Path::new("/bin/sh");
        owner::command(shell, place.owner, Path::new("/"))
            .args(["-c", SCRIPT, "tenantry-watch"])
            .arg(server.as_raw_nonzero().to_string())
            .arg(place.data().join("postmaster.pid"))
            .stdin(Stdio::piped())
            .stdout(lock)
            .spawn()
            .map(|shell| Watch { shell })
            .map_err(failed("run", shell))
    }

    /// The server has ended: the watch ends too, without doing anything.
    pub(super) fn dismiss(mut self) {
        // Where the shell is gone already there is nobody to tell; the wait reaps it either way.
        if let Some(mut line) = self.shell.stdin.take() {
            let _ = line.write_all(b"stopped\n");
        }
        let _ = self.shell.wait();
    }
}
