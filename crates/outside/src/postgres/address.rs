//! Where a server of our own listens, and the URLs that libpq takes for it. Nothing is opened here.

use std::fmt::Write as _;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};

/// The port is only a part of the socket's name: nothing listens on the network.
pub(super) const PORT: u16 = 5432;

/// The role that `initdb` makes.
pub(super) const SUPERUSER: &str = "postgres";

/// The longest path that the system takes for a socket.
const LONGEST_SOCKET: usize = if cfg!(target_os = "linux") { 107 } else { 103 };

/// The folder of a server's socket and its port.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address {
    pub(super) run: PathBuf,
    pub(super) port: u16,
}

impl Address {
    /// The URL for the server's superuser.
    #[must_use]
    pub fn superuser_url(&self, database: &str) -> String {
        self.login_url(SUPERUSER, database)
    }

    /// The URL for `user`: the folder stands percent-encoded in the host's place, a form that libpq and URL parsers
    /// both take. The port is named so that `PGPORT` cannot interfere.
    #[must_use]
    pub fn login_url(&self, user: &str, database: &str) -> String {
        let host = percent(self.run.as_os_str().as_bytes());
        format!(
            "postgresql://{}@{host}:{}/{}",
            percent(user.as_bytes()),
            self.port,
            percent(database.as_bytes())
        )
    }

    /// The path of the socket.
    #[must_use]
    pub fn socket(&self) -> PathBuf {
        socket(&self.run, self.port)
    }

    pub(super) fn answers(&self) -> bool {
        UnixStream::connect(self.socket()).is_ok()
    }
}

/// Whether a socket in `run` has a path that the system takes.
pub(super) fn fits(run: &Path) -> bool {
    socket(run, PORT).as_os_str().len() <= LONGEST_SOCKET
}

fn socket(run: &Path, port: u16) -> PathBuf {
    run.join(format!(".s.PGSQL.{port}"))
}

fn percent(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len());
    for byte in bytes {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(byte) {
            text.push(char::from(*byte));
        } else {
            // Writing to a String cannot fail.
            let _ = write!(text, "%{byte:02X}");
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_hides_what_would_end_it() {
        let address = Address {
            run: PathBuf::from("/tmp/a b/r@n"),
            port: PORT,
        };
        assert_eq!(
            address.superuser_url("te/st"),
            "postgresql://postgres@%2Ftmp%2Fa%20b%2Fr%40n:5432/te%2Fst"
        );
        assert_eq!(
            address.login_url("tnt:app", "d"),
            "postgresql://tnt%3Aapp@%2Ftmp%2Fa%20b%2Fr%40n:5432/d"
        );
    }

    #[test]
    fn a_socket_path_has_a_longest_length() {
        // The name of the socket takes 14 bytes, the slash before it one of them.
        assert!(fits(Path::new(&format!(
            "/{}",
            "a".repeat(LONGEST_SOCKET - 1 - 14 - 1)
        ))));
        assert!(!fits(Path::new(&format!(
            "/{}",
            "a".repeat(LONGEST_SOCKET - 1 - 13)
        ))));
    }
}
