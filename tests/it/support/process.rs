//! The binary as a process of its own, for tests that start, stop and replace it.

use std::io::{self, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};

use super::app::SECRET;
use super::cast::ACME;
use super::postgres::Database;

/// A process of ours. Dropping it ends it.
pub(crate) struct Process {
    child: Child,
    pub(crate) port: u16,
    /// Reads what is logged: a full pipe would hold the process up.
    words: Option<JoinHandle<String>>,
}

impl Process {
    /// `tenantry serve` on the two addresses, answering or not yet.
    pub(crate) fn started(app_url: &str, platform_url: &str) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_tenantry"));
        command.arg("serve");
        Self::run(command, app_url, platform_url, free_port(), &[])
    }

    /// A command that ends in `serve`, on this port and with these settings besides.
    pub(crate) fn run(
        mut command: Command,
        app_url: &str,
        platform_url: &str,
        port: u16,
        settings: &[(&str, &str)],
    ) -> Self {
        let mut child = command
            .env_clear()
            .envs([
                ("DATABASE_URL", app_url),
                ("PLATFORM_DATABASE_URL", platform_url),
                ("TENANTRY_SECRET", SECRET),
                ("TENANTRY_DATA", env!("CARGO_TARGET_TMPDIR")),
                ("TENANTRY_MAIL_FROM", "tenantry@example.com"),
                ("TENANTRY_BASE_DOMAIN", "localhost"),
                ("TENANTRY_PORT", &port.to_string()),
            ])
            .envs(settings.iter().copied())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut stderr = child.stderr.take().unwrap();
        let words = std::thread::spawn(move || {
            let mut words = String::new();
            stderr.read_to_string(&mut words).unwrap();
            words
        });
        Self {
            child,
            port,
            words: Some(words),
        }
    }

    /// The same, when it answers.
    pub(crate) fn serving(app_url: &str, platform_url: &str) -> Self {
        let process = Self::started(app_url, platform_url);
        process.becomes(Duration::from_secs(60), "/livez", 200);
        process
    }

    pub(crate) fn of(database: &Database) -> Self {
        let process = Self::serving(&database.app_url(), &database.platform_url());
        process.becomes(Duration::from_secs(60), "/readyz", 200);
        process
    }

    pub(crate) fn get(&self, path: &str) -> io::Result<(u16, String)> {
        fetch(self.port, path)
    }

    /// Waits until the page answers so; answers how long it took.
    pub(crate) fn becomes(&self, within: Duration, path: &str, status: u16) -> Duration {
        let started = Instant::now();
        loop {
            let got = self.get(path).map(|(status, _)| status).unwrap_or_default();
            if got == status {
                return started.elapsed();
            }
            assert!(
                started.elapsed() < within,
                "{path} answers {got} and not {status}"
            );
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Its id in the system.
    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    pub(crate) fn signal(&self, signal: Signal) {
        let pid = Pid::from_raw(i32::try_from(self.child.id()).unwrap()).unwrap();
        kill_process(pid, signal).unwrap();
    }

    /// Waits for the end; answers the status and what was written.
    pub(crate) fn ended(mut self, within: Duration) -> (ExitStatus, String) {
        let started = Instant::now();
        while self.child.try_wait().unwrap().is_none() {
            assert!(started.elapsed() < within, "it does not end");
            std::thread::sleep(Duration::from_millis(10));
        }
        let words = self.words.take().unwrap().join().unwrap();
        (self.child.wait().unwrap(), words)
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A port that was free a moment ago.
pub(crate) fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().port()
}

/// One request on a connection of its own, at acme's door.
pub(crate) fn fetch(port: u16, path: &str) -> io::Result<(u16, String)> {
    let mut stream = TcpStream::connect(("127.0.0.1", port))?;
    stream.set_read_timeout(Some(Duration::from_secs(60)))?;
    let host = ACME.host();
    let request =
        format!("GET {path} HTTP/1.1\r\nHost: {host}:{port}\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes())?;
    let mut text = String::new();
    if let Err(error) = stream.read_to_string(&mut text) {
        let begun = !text.is_empty();
        return Err(if begun {
            io::Error::other(format!("cut off: {error}"))
        } else {
            error
        });
    }
    let status = text.get(9..12).and_then(|digits| digits.parse().ok());
    status
        .map(|status| (status, text))
        .ok_or_else(|| io::ErrorKind::UnexpectedEof.into())
}
