//! The one PostgreSQL server of all tests. A process of its own keeps it, started by whichever test comes
//! first, so that it serves tests in threads and tests in processes alike; it stops when nobody needs it.

use std::ffi::{OsStr, OsString};
use std::fs::{self, File, TryLockError};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::thread::sleep;
use std::time::{Duration, Instant};

use outside::postgres::{Address, Cluster, Durability, PostgresError, Settings, running_address};

/// Set in the process that keeps the server.
const KEEP: &str = "TENANTRY_TEST_KEEPER";
/// How long the server outlives the last test; then the next run starts it again in half a second.
const PATIENCE: Duration = Duration::from_secs(15);
/// Where the machine has no PostgreSQL it is fetched first.
const LONGEST_START: Duration = Duration::from_secs(300);

/// The server's address. Until this process ends the server stays.
pub(crate) fn server() -> &'static Address {
    static SERVER: OnceLock<(Address, File)> = OnceLock::new();
    &SERVER.get_or_init(join).0
}

/// Does something that only one test of all processes may do at a time.
pub(crate) fn alone<T>(work: impl FnOnce() -> T) -> T {
    // First, because joining takes the same lock.
    server();
    locked(work)
}

fn locked<T>(work: impl FnOnce() -> T) -> T {
    let lock = lock_file("alone");
    lock.lock().unwrap();
    work()
}

fn join() -> (Address, File) {
    fs::create_dir_all(folder()).unwrap();
    let user = lock_file("users");
    // Waits while a keeper without users stops its server.
    user.lock_shared().unwrap();
    let address = locked(|| running().unwrap_or_else(start));
    (address, user)
}

#[allow(
    clippy::zombie_processes,
    reason = "the keeper outlives this process and is nobody's to wait for"
)]
fn start() -> Address {
    let mut keeper = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "support::keeper::keeps_the_server", "--ignored"])
        .env(KEEP, "1")
        // So that Ctrl-C and a test's time limit end the test alone.
        .process_group(0)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(File::create(folder().join("keeper.log")).unwrap())
        .spawn()
        .unwrap();
    let begin = Instant::now();
    loop {
        if let Some(address) = running() {
            return address;
        }
        if ended(&mut keeper) || begin.elapsed() > LONGEST_START {
            let log = fs::read_to_string(folder().join("keeper.log")).unwrap_or_default();
            panic!("the tests' PostgreSQL did not start: {log}");
        }
        sleep(Duration::from_millis(10));
    }
}

fn ended(keeper: &mut Child) -> bool {
    keeper.try_wait().is_ok_and(|status| status.is_some())
}

/// The server, when it runs and takes connections.
fn running() -> Option<Address> {
    let address = running_address(&folder())?;
    let url = address.superuser_url("postgres");
    diesel::Connection::establish(&url)
        .ok()
        .map(|_: diesel::PgConnection| address)
}

#[test]
#[ignore = "the other tests start it in a process of its own"]
fn keeps_the_server() {
    if environment(KEEP).is_none() {
        return;
    }
    let kept = [
        ("shared_preload_libraries", "pg_stat_statements"),
        ("pg_stat_statements.max", "20000"),
    ];
    let cluster = started(&kept).or_else(|_| started(&[])).unwrap();
    let users = lock_file("users");
    let mut lonely_since = Instant::now();
    while lonely_since.elapsed() < PATIENCE {
        sleep(Duration::from_millis(200));
        match users.try_lock() {
            // Held only for this moment, unless the patience is over: then until the server has stopped.
            Ok(()) if lonely_since.elapsed() < PATIENCE => users.unlock().unwrap(),
            Ok(()) => break,
            Err(TryLockError::WouldBlock) => lonely_since = Instant::now(),
            Err(TryLockError::Error(error)) => panic!("{error}"),
        }
    }
    cluster.stop().unwrap();
}

fn started(more: &[(&str, &str)]) -> Result<Cluster, PostgresError> {
    let path = environment("PATH").unwrap_or_default();
    let mut settings = Settings::new(folder(), std::env::split_paths(&path).collect());
    settings.durability = Durability::Throwaway;
    settings.settings = [
        ("max_connections", "300"),
        ("shared_buffers", "64MB"),
        ("synchronous_commit", "off"),
        ("max_wal_size", "4GB"),
        ("autovacuum", "off"),
    ]
    .iter()
    .chain(more)
    .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
    .collect();
    Cluster::start(settings, &mut |_| {})
}

#[allow(
    clippy::disallowed_methods,
    reason = "tests have no configuration to read it from"
)]
fn environment(name: &str) -> Option<OsString> {
    std::env::var_os(name)
}

/// Below the target folder, so that two checkouts have two servers.
fn folder() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join("postgres")
}

fn lock_file(name: impl AsRef<OsStr>) -> File {
    let path = folder().join(name.as_ref()).with_extension("lock");
    File::options()
        .create(true)
        .append(true)
        .open(path)
        .unwrap()
}
