//! TLS to the database, against a server with a certificate: what each `sslmode` lets through and what it refuses.
//! Only a binary with the feature `postgres-tls` can do it: `cargo test --features postgres-tls --test it -- tls`.
//! The certificates are made by the command `openssl`.

use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::path::{Path, PathBuf};
use std::process::Command;

use outside::postgres::{Cluster, Durability, Settings};

use crate::support::command::{self, Said};
use crate::support::postgres::{count, run};
use crate::support::process::{Process, free_port};

const NAME: &str = "db.tenantry.test";

/// A server that takes nobody from the network without TLS.
struct Guarded {
    cluster: Cluster,
    /// Of this machine alone, and not where a server of the machine's own may listen.
    address: &'static str,
    folder: tempfile::TempDir,
}

impl Guarded {
    fn start(address: &'static str) -> Self {
        // Not below the target folder, which the server's user may not be able to reach.
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path();
        std::fs::set_permissions(path, PermissionsExt::from_mode(0o755)).unwrap();
        let hba = "local all all trust\nhostssl all all 127.0.0.0/8 trust\n";
        std::fs::write(path.join("hba.conf"), hba).unwrap();
        let file = path.join("hba.conf").display().to_string();
        let usual = std::env::split_paths("/usr/bin:/bin").collect();
        let mut settings = Settings::new(path.join("server"), usual);
        settings.durability = Durability::Throwaway;
        settings.settings = [("listen_addresses", address), ("hba_file", &file)]
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .to_vec();
        let cluster = Cluster::start(settings, &mut |_| {}).unwrap();
        Self {
            cluster,
            address,
            folder,
        }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn superuser(&self, statements: &str) {
        run(&self.cluster.superuser_url("postgres"), statements);
    }

    /// From now on the server shows this certificate, or speaks no TLS at all.
    fn shows(&self, certificate: Option<&str>) {
        let (switch, name) = certificate.map_or(("off", "good"), |name| ("on", name));
        let file = |ending: &str| self.path(&format!("{name}.{ending}")).display().to_string();
        let shown = file("crt");
        self.superuser(&format!(
            "alter system set ssl_cert_file = '{shown}'; alter system set ssl_key_file = '{}'; \
             alter system set ssl = {switch}; select pg_reload_conf()",
            file("key"),
        ));
        let there = format!(
            "pg_settings where (name = 'ssl' and setting = '{switch}') or (name = 'ssl_cert_file' and setting = '{shown}')"
        );
        while self.counted(&there) < 2 {
            std::thread::sleep(std::time::Duration::from_millis(20));
        }
    }

    fn counted(&self, what: &str) -> i64 {
        let url = self.cluster.superuser_url("postgres");
        let mut connection = diesel::Connection::establish(&url).unwrap();
        count(&mut connection, &format!("select count(*) from {what}"))
    }

    /// The address of the database with this mode, trusting this authority.
    fn url(&self, user: &str, host: &str, mode: &str, authority: &str) -> String {
        let root = self.path(&format!("{authority}.crt"));
        format!(
            "postgresql://{user}@{host}:5432/tenantry?hostaddr={}&sslmode={mode}&sslrootcert={}",
            self.address,
            root.display()
        )
    }

    /// Asks for a connection as the command line does.
    fn asked(&self, host: &str, mode: &str, authority: &str) -> Said {
        let url = self.url("postgres", host, mode, authority);
        command::run(&["migrate"], &[("TENANTRY_DATABASE_OWNER_URL", &url)])
    }
}

/// Keys and certificates: two authorities, and of the first a good certificate, one that is over and one for
/// another name.
fn certificates(folder: &Path, server: u32) {
    for name in ["ours", "others"] {
        openssl(
            folder,
            &format!("req -x509 {KEY} -days 2 -subj /CN={name} -keyout {name}.key -out {name}.crt"),
        );
    }
    for (name, host, days) in [
        ("good", NAME, 2),
        ("over", NAME, -1),
        ("astray", "elsewhere.test", 2),
    ] {
        openssl(
            folder,
            &format!(
                "req {KEY} -subj /CN={host} -addext subjectAltName=DNS:{host} -keyout {name}.key -out {name}.csr"
            ),
        );
        openssl(
            folder,
            &format!(
                "x509 -req -in {name}.csr -CA ours.crt -CAkey ours.key -CAcreateserial -copy_extensions copy -days {days} -out {name}.crt"
            ),
        );
        let key = folder.join(format!("{name}.key"));
        chown(&key, Some(server), None).unwrap();
        std::fs::set_permissions(&key, PermissionsExt::from_mode(0o600)).unwrap();
    }
}

const KEY: &str = "-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes";

fn openssl(folder: &Path, words: &str) {
    let mut command = Command::new("openssl");
    let done = command.current_dir(folder).args(words.split(' ')).output();
    let done = done.unwrap_or_else(|error| panic!("the command openssl: {error}"));
    assert!(
        done.status.success(),
        "{}",
        String::from_utf8_lossy(&done.stderr)
    );
}

#[test]
fn tls_each_mode_lets_through_what_it_promises_and_nothing_else() {
    let server = Guarded::start("127.83.76.1");
    let owner = std::fs::metadata(server.path("server/data")).unwrap().uid();
    certificates(server.folder.path(), owner);
    server.superuser("create database tenantry");
    server.shows(Some("good"));
    for mode in ["require", "verify-ca", "verify-full"] {
        server.asked(NAME, mode, "ours").ends(0);
    }
    // Without TLS nobody comes in from the network: what came in above was encrypted.
    let plain = server.asked(NAME, "disable", "ours");
    assert!(plain.err.contains("no encryption"), "{}", plain.err);
    let refused = |shown: Option<&str>, mode: &str, authority: &str, word: &str| {
        server.shows(shown);
        let said = server.asked(NAME, mode, authority);
        assert_ne!(said.code, 0, "{mode} {shown:?}: {}", said.out);
        assert!(said.err.contains(word), "{mode} {shown:?}: {}", said.err);
    };
    for mode in ["verify-ca", "verify-full"] {
        for (shown, authority) in [("good", "others"), ("over", "ours")] {
            refused(Some(shown), mode, authority, "certificate verify failed");
        }
    }
    refused(
        Some("astray"),
        "verify-full",
        "ours",
        "does not match host name",
    );
    for mode in ["require", "verify-ca", "verify-full"] {
        refused(None, mode, "ours", "server does not support SSL");
    }
    server.shows(Some("astray"));
    server.asked(NAME, "verify-ca", "ours").ends(0);
}

#[test]
fn tls_every_connection_of_a_process_is_encrypted() {
    let server = Guarded::start("127.83.76.2");
    let owner = std::fs::metadata(server.path("server/data")).unwrap().uid();
    certificates(server.folder.path(), owner);
    server.superuser("create database tenantry");
    server.shows(Some("good"));
    server.asked(NAME, "verify-full", "ours").ends(0);
    let of = |user: &str| server.url(user, NAME, "verify-full", "ours");
    let (app, platform) = (of("tnt_app"), of("tnt_platform_app"));
    let process = Process::serving(&app, &platform);
    process.becomes(std::time::Duration::from_secs(20), "/readyz", 200);
    // The pools, the watch over the catalogue's notices, and the workers: those of the network are all TLS.
    let of_the_network =
        "pg_stat_activity a join pg_stat_ssl s using (pid) where client_addr is not null";
    let all = server.counted(of_the_network);
    let plain = server.counted(&format!("{of_the_network} and not ssl"));
    assert!(all >= 3 && plain == 0, "{plain} of {all}");
    let settings = [
        ("DATABASE_URL", app.as_str()),
        ("PLATFORM_DATABASE_URL", &platform),
    ];
    let port = free_port().to_string();
    let doctor = command::run(&["doctor", "--port", &port], &settings);
    assert!(
        doctor.line("database").starts_with("ok"),
        "{}{}",
        doctor.out,
        doctor.err
    );
}
