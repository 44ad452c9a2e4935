//! PgBouncer in transaction mode before the tests' PostgreSQL, where it is installed.

use std::os::unix::fs::{MetadataExt, chown};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use super::keeper;
use super::process::free_port;

/// A running PgBouncer; dropping it ends it.
pub(crate) struct Bouncer {
    child: Child,
    port: u16,
    database: String,
    _folder: tempfile::TempDir,
}

impl Bouncer {
    /// Before this database, with so many connections to it. `None` where PgBouncer is not installed.
    pub(crate) fn before(database: &str, connections: u32) -> Option<Self> {
        let socket = keeper::server().socket();
        let run = socket.parent().unwrap().to_owned();
        let owner = std::fs::symlink_metadata(&socket).unwrap();
        let server = keeper::server().login_url("x", "x");
        let at = server.rsplit_once(':').unwrap().1;
        let at = at.split_once('/').unwrap().0;
        let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
        let port = free_port();
        let (file, users) = (folder.path().join("ini"), folder.path().join("users"));
        let text = format!(
            "[databases]\n{database} = host={} port={at}\n\n[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = {port}\nunix_socket_dir =\n\
             auth_type = trust\nauth_file = {}\npool_mode = transaction\ndefault_pool_size = {connections}\nmax_client_conn = 500\n\
             ignore_startup_parameters = extra_float_digits\nlogfile = {}\n",
            run.display(),
            users.display(),
            folder.path().join("log").display(),
        );
        std::fs::write(&file, text).unwrap();
        let logins = ["tnt_app", "tnt_platform_app", "tnt_vendor_app"];
        let lines: String = logins
            .iter()
            .map(|name| format!("\"{name}\" \"\"\n"))
            .collect();
        std::fs::write(&users, lines).unwrap();
        let mut command = Command::new("/usr/sbin/pgbouncer");
        if rustix::process::geteuid().is_root() {
            // It does not run as root, and the socket is closed to everybody but the server's user.
            for path in [folder.path(), &file, &users] {
                chown(path, Some(owner.uid()), Some(owner.gid())).unwrap();
            }
            command = Command::new("setpriv");
            command.args([
                format!("--reuid={}", owner.uid()),
                format!("--regid={}", owner.gid()),
                "--clear-groups".to_owned(),
                "/usr/sbin/pgbouncer".to_owned(),
            ]);
        }
        if !std::path::Path::new("/usr/sbin/pgbouncer").exists() {
            return None;
        }
        let child = command.arg(&file);
        let child = child
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let bouncer = Self {
            child,
            port,
            database: database.to_owned(),
            _folder: folder,
        };
        bouncer.wait();
        Some(bouncer)
    }

    fn wait(&self) {
        let started = Instant::now();
        while std::net::TcpStream::connect(("127.0.0.1", self.port)).is_err() {
            assert!(
                started.elapsed() < Duration::from_secs(10),
                "PgBouncer does not listen"
            );
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// The address of the database for a login, through it.
    pub(crate) fn url_of(&self, login: &str) -> String {
        format!(
            "postgresql://{login}@127.0.0.1:{}/{}",
            self.port, self.database
        )
    }
}

impl Drop for Bouncer {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
