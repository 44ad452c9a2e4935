//! The server of our own, for real: started, killed, adopted, refused, moved, fetched. As root everything runs as the
//! `postgres` user, and once more from an ordinary user's process.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may fail"
)]

use std::fs::{self, Permissions};
use std::io::{BufRead, BufReader, Read, Write};
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::os::unix::net::UnixStream;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use outside::postgres::{
    Address, Cluster, Durability, PostgresError, Settings, Step, running_address,
};
use rustix::process::{Pid, Signal, kill_process, test_kill_process};
use tempfile::TempDir;
use tenantry_outside as outside;

/// Names the folder to the processes that these tests start of themselves.
const FOLDER: &str = "TENANTRY_TEST_FOLDER";

#[test]
fn the_first_start_initialises_and_the_second_finds_the_data() {
    let folder = folder();
    let (cluster, steps) = started(folder.path());
    assert!(steps.contains(&Step::Initialising), "{steps:?}");
    assert!(!cluster.adopted());
    assert!(cluster.server_version() >= 15);
    assert_eq!(ask(&cluster.address(), "show timezone"), "UTC");
    assert_eq!(ask(&cluster.address(), "show server_encoding"), "UTF8");
    assert_eq!(ask(&cluster.address(), "show listen_addresses"), "");
    assert_eq!(ask(&cluster.address(), "show max_connections"), "100");
    assert_eq!(ask(&cluster.address(), "show fsync"), "off");
    assert_eq!(
        ask(&cluster.address(), "select 'a' > 'B' and 'Z' < 'a'"),
        "t",
        "order by bytes"
    );
    ask(
        &cluster.address(),
        "create table kept as select 'still here' as word",
    );
    for closed in ["data", "run"] {
        assert_eq!(
            fs::metadata(folder.path().join(closed)).unwrap().mode() & 0o777,
            0o700
        );
    }
    cluster.stop().unwrap();
    assert!(!folder.path().join("data/postmaster.pid").exists());

    let (cluster, steps) = started(folder.path());
    assert!(!steps.contains(&Step::Initialising), "{steps:?}");
    assert_eq!(
        ask(&cluster.address(), "select word from kept"),
        "still here"
    );
}

#[test]
fn dropping_stops_the_server_and_its_watch() {
    let folder = folder();
    let (cluster, _) = started(folder.path());
    let address = cluster.address();
    assert_eq!(running_address(folder.path()), Some(address.clone()));
    drop(cluster);
    assert!(UnixStream::connect(address.socket()).is_err());
    assert_eq!(running_address(folder.path()), None);
    let (_, steps) = started(folder.path());
    assert!(!steps.contains(&Step::WaitingForLast), "{steps:?}");
}

#[test]
fn given_settings_win_and_a_wrong_one_is_named() {
    let folder = folder();
    let mut settings = throwaway(folder.path());
    settings
        .settings
        .push(("max_connections".to_owned(), "23".to_owned()));
    let cluster = Cluster::start(settings.clone(), &mut |_| {}).unwrap();
    assert_eq!(ask(&cluster.address(), "show max_connections"), "23");
    drop(cluster);
    settings
        .settings
        .push(("shared_bufers".to_owned(), "1MB".to_owned()));
    let refused = Cluster::start(settings, &mut |_| {}).unwrap_err();
    assert!(refused.to_string().contains("shared_bufers"), "{refused}");
}

#[test]
fn a_second_start_on_the_folder_is_told_who_has_it() {
    let folder = folder();
    let (cluster, _) = started(folder.path());
    match Cluster::start(throwaway(folder.path()), &mut |_| {}) {
        Err(PostgresError::AlreadyRunning { pid, folder: held }) => {
            assert_eq!(pid, std::process::id());
            assert_eq!(held, cluster.folder());
        }
        other => panic!("{other:?}"),
    }
    assert_eq!(ask(&cluster.address(), "select 1"), "1");
}

#[test]
fn a_killed_parent_leaves_no_orphan() {
    let folder = folder();
    let (mut parent, server) = child_with_a_server(folder.path());
    ask(
        &running_address(folder.path()).unwrap(),
        "create table kept as select 7 as number",
    );
    parent.kill().unwrap();
    parent.wait().unwrap();
    // At once: the next start waits for the old server's end by itself.
    let (cluster, _) = started(folder.path());
    assert!(!cluster.adopted());
    assert_ne!(cluster.pid(), Some(server));
    assert_eq!(ask(&cluster.address(), "select number from kept"), "7");
    drop(cluster);

    let (mut parent, server) = child_with_a_server(folder.path());
    parent.kill().unwrap();
    parent.wait().unwrap();
    eventually("the orphan ends without any next start", || !alive(server));
}

#[test]
fn a_server_without_parent_and_watch_is_adopted() {
    let folder = folder();
    let (mut parent, server) = child_with_a_server(folder.path());
    kill(watch_of(server), Signal::KILL);
    parent.kill().unwrap();
    parent.wait().unwrap();
    assert!(alive(server));

    let (cluster, steps) = started(folder.path());
    assert!(
        cluster.adopted() && steps.contains(&Step::Adopted),
        "{steps:?}"
    );
    assert_eq!(cluster.pid(), Some(server));
    assert_eq!(ask(&cluster.address(), "select 1"), "1");
    cluster.stop().unwrap();
    assert!(!folder.path().join("data/postmaster.pid").exists());
    eventually("the adopted server ends", || !alive(server));
}

#[test]
fn a_crashed_server_is_revived_and_restarted() {
    let folder = folder();
    let (mut cluster, _) = started(folder.path());
    assert!(!cluster.revive(&mut |_| {}).unwrap());
    ask(
        &cluster.address(),
        "create table kept as select 7 as number",
    );
    kill(cluster.pid().unwrap(), Signal::KILL);
    // A killed child is gone when it is waited for, which the revival does.
    eventually("the crash is seen", || cluster.revive(&mut |_| {}).unwrap());
    assert_eq!(ask(&cluster.address(), "select number from kept"), "7");

    kill(cluster.pid().unwrap(), Signal::KILL);
    drop(cluster);
    assert!(folder.path().join("data/postmaster.pid").exists());
    let (cluster, _) = started(folder.path());
    assert_eq!(ask(&cluster.address(), "select number from kept"), "7");
}

#[test]
fn a_pid_file_that_names_a_stranger_is_seen_through() {
    let folder = folder();
    let (cluster, _) = started(folder.path());
    let pid_file = folder.path().join("data/postmaster.pid");
    let written = fs::read_to_string(&pid_file).unwrap();
    drop(cluster);
    let mut stranger = Command::new("sleep").arg("600").spawn().unwrap();
    fs::write(
        &pid_file,
        written.replacen(
            written.lines().next().unwrap(),
            &stranger.id().to_string(),
            1,
        ),
    )
    .unwrap();
    let (cluster, _) = started(folder.path());
    assert!(!cluster.adopted());
    assert_eq!(ask(&cluster.address(), "select 1"), "1");
    stranger.kill().unwrap();
    stranger.wait().unwrap();
}

#[test]
fn full_durability_flushes_the_fresh_data_and_goes_on_after_a_kill() {
    let folder = folder();
    let mark = folder.path().join("data.unflushed");
    let settings = Settings {
        durability: Durability::Full,
        ..throwaway(folder.path())
    };
    let cluster = Cluster::start(settings.clone(), &mut |_| {}).unwrap();
    assert_eq!(ask(&cluster.address(), "show fsync"), "on");
    cluster.stop().unwrap();
    assert!(!mark.exists());
    fs::write(&mark, "").unwrap();
    drop(Cluster::start(settings, &mut |_| {}).unwrap());
    assert!(!mark.exists());
}

#[test]
fn a_half_made_data_folder_is_made_anew() {
    let folder = folder();
    fs::create_dir(folder.path().join("data.new")).unwrap();
    fs::write(folder.path().join("data.new/PG_VERSION"), "15\n").unwrap();
    let (cluster, _) = started(folder.path());
    assert_eq!(ask(&cluster.address(), "select 1"), "1");
    assert!(!folder.path().join("data.new").exists());
}

#[test]
fn what_is_not_ours_is_left_alone() {
    let folder = folder();
    fs::create_dir(folder.path().join("data")).unwrap();
    fs::write(folder.path().join("data/letter.txt"), "dear").unwrap();
    let refused = Cluster::start(throwaway(folder.path()), &mut |_| {}).unwrap_err();
    assert!(
        matches!(refused, PostgresError::NotData { .. }),
        "{refused}"
    );
    assert_eq!(
        fs::read_to_string(folder.path().join("data/letter.txt")).unwrap(),
        "dear"
    );
}

#[test]
fn data_of_an_absent_version_names_the_version() {
    let folder = folder();
    fs::create_dir(folder.path().join("data")).unwrap();
    fs::write(folder.path().join("data/PG_VERSION"), "9\n").unwrap();
    let refused = Cluster::start(throwaway(folder.path()), &mut |_| {}).unwrap_err();
    assert!(
        matches!(refused, PostgresError::VersionMissing { needed: 9, .. }),
        "{refused}"
    );
}

#[test]
fn a_long_path_gets_a_short_folder_for_its_socket() {
    let folder = folder();
    let deep = folder.path().join("d".repeat(90)).join("e".repeat(40));
    let (cluster, _) = started(&deep);
    let socket = cluster.address().socket();
    assert!(
        socket.starts_with("/tmp") && !socket.starts_with(folder.path()),
        "{}",
        socket.display()
    );
    assert_eq!(
        fs::metadata(socket.parent().unwrap()).unwrap().mode() & 0o777,
        0o700
    );
    assert_eq!(ask(&cluster.address(), "select 1"), "1");
    drop(cluster);
    fs::remove_dir(socket.parent().unwrap()).unwrap();
}

#[test]
fn as_root_a_folder_that_the_server_cannot_reach_is_replaced() {
    if !root() {
        return;
    }
    let folder = folder();
    let closed = folder.path().join("home");
    fs::create_dir(&closed).unwrap();
    fs::set_permissions(&closed, Permissions::from_mode(0o700)).unwrap();
    let wanted = closed.join("clone/data");
    let (cluster, steps) = started(&wanted);
    let chosen = cluster.folder().to_path_buf();
    assert!(!chosen.starts_with(folder.path()));
    let told = steps.iter().find_map(|step| match step {
        Step::Elsewhere {
            wanted,
            chosen,
            why,
        } => Some((wanted.clone(), chosen.clone(), why.clone())),
        _ => None,
    });
    let (asked, took, why) = told.unwrap();
    assert_eq!(
        (asked.as_path(), took.as_path()),
        (wanted.as_path(), chosen.as_path())
    );
    assert!(why.contains(&closed.display().to_string()), "{why}");
    assert!(!wanted.exists());
    drop(cluster);
    let (cluster, steps) = started(&wanted);
    assert_eq!(
        cluster.folder(),
        chosen,
        "the same wish finds the same data"
    );
    assert!(!steps.contains(&Step::Initialising));
    drop(cluster);
    fs::remove_dir_all(chosen).unwrap();
}

#[test]
fn without_programs_and_npm_the_message_names_a_command() {
    let folder = folder();
    let mut settings = bare(folder.path());
    let refused = Cluster::start(settings.clone(), &mut |_| {}).unwrap_err();
    assert!(
        matches!(refused, PostgresError::NotFound { .. }),
        "{refused}"
    );
    assert!(
        refused.to_string().contains("without npm") && refused.to_string().contains("DATABASE_URL"),
        "{refused}"
    );

    settings.binaries = Some(folder.path().to_path_buf());
    let refused = Cluster::start(settings, &mut |_| {}).unwrap_err();
    assert!(
        matches!(refused, PostgresError::BinariesUnusable { .. }),
        "{refused}"
    );
}

#[test]
fn npm_that_fails_or_brings_something_else_is_not_believed() {
    let folder = folder();
    let tools = folder.path().join("tools");
    fs::create_dir(&tools).unwrap();
    let mut settings = bare(folder.path());
    settings.search_path = vec![tools.clone()];
    for (script, expected) in [
        (
            "echo 'npm error code ENOTFOUND' >&2; exit 1",
            "no connection",
        ),
        ("echo x > some.tgz", "not the one expected"),
        ("exit 0", "npm wrote no archive"),
    ] {
        program(&tools.join("npm"), script);
        let refused = Cluster::start(settings.clone(), &mut |_| {}).unwrap_err();
        assert!(refused.to_string().contains(expected), "{refused}");
        assert_eq!(
            fs::read_dir(folder.path().join("binaries"))
                .unwrap()
                .count(),
            0,
            "nothing stays"
        );
    }
}

#[test]
fn programs_that_are_too_old_are_passed_over() {
    let folder = folder();
    let old = folder.path().join("old");
    fs::create_dir(&old).unwrap();
    program(&old.join("postgres"), "echo 'postgres (PostgreSQL) 14.2'");
    program(&old.join("initdb"), "exit 1");
    let mut settings = throwaway(folder.path());
    settings.search_path.insert(0, old);
    let cluster = Cluster::start(settings, &mut |_| {}).unwrap();
    assert!(cluster.server_version() >= 15);
}

/// Needs a connection: `cargo nextest run -p tenantry-outside --run-ignored only fetched`.
#[test]
#[ignore = "transfers 24 MB"]
fn fetched_programs_run() {
    let folder = folder();
    let mut settings = bare(folder.path());
    settings.search_path = path()
        .into_iter()
        .filter(|folder| !folder.join("postgres").exists())
        .collect();
    let mut steps = Vec::new();
    let cluster = Cluster::start(settings.clone(), &mut |step| steps.push(step)).unwrap();
    assert!(
        steps
            .iter()
            .any(|step| matches!(step, Step::Fetching { .. })),
        "{steps:?}"
    );
    assert!(ask(&cluster.address(), "show server_version").starts_with("18."));
    assert_eq!(ask(&cluster.address(), "select lower('É')"), "é");
    drop(cluster);
    // The second time from the cache, without npm.
    settings.search_path = Vec::new();
    let cluster = Cluster::start(settings, &mut |_| {}).unwrap();
    assert_eq!(ask(&cluster.address(), "select 1"), "1");
}

#[test]
fn as_root_the_same_works_for_an_ordinary_user() {
    if !root() {
        return;
    }
    let folder = folder();
    let nobody = 65534;
    chown(folder.path(), Some(nobody), Some(nobody)).unwrap();
    // The test's own program may lie where that user cannot go.
    let copy = folder.path().join("tests");
    fs::copy(std::env::current_exe().unwrap(), &copy).unwrap();
    let answer = Command::new(&copy)
        .args([
            "helper_ordinary_user",
            "--exact",
            "--ignored",
            "--nocapture",
        ])
        .env(FOLDER, folder.path())
        .current_dir(folder.path())
        .uid(nobody)
        .gid(nobody)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&answer.stdout);
    assert!(
        answer.status.success() && said.contains("1 passed"),
        "{said}{}",
        String::from_utf8_lossy(&answer.stderr)
    );
}

/// Started by the test above as another user.
#[test]
#[ignore = "part of another test"]
fn helper_ordinary_user() {
    let Some(folder) = named_folder() else { return };
    let ours = rustix::process::geteuid().as_raw();
    let wanted = folder.join("clone/data");
    // The cache of the other tests is not for this user to write.
    let settings = Settings {
        cache: None,
        ..throwaway(&wanted)
    };
    let cluster = Cluster::start(settings.clone(), &mut |_| {}).unwrap();
    assert_eq!(ask(&cluster.address(), "select 1"), "1");
    assert_eq!(fs::metadata(wanted.join("data")).unwrap().uid(), ours);
    assert_eq!(fs::metadata(&wanted).unwrap().mode() & 0o777, 0o700);
    assert!(matches!(
        Cluster::start(throwaway(&wanted), &mut |_| {}),
        Err(PostgresError::AlreadyRunning { .. })
    ));
    cluster.stop().unwrap();
    let mut steps = Vec::new();
    drop(Cluster::start(settings, &mut |step| steps.push(step)).unwrap());
    assert!(!steps.contains(&Step::Initialising));
    let refused =
        Cluster::start(throwaway(Path::new("/proc/nothing/here")), &mut |_| {}).unwrap_err();
    assert!(
        matches!(refused, PostgresError::FolderUnreachable { .. }),
        "{refused}"
    );
}

/// Started by the tests that kill a parent: holds a server until it is killed.
#[test]
#[ignore = "part of other tests"]
fn helper_parent() {
    let Some(folder) = named_folder() else { return };
    let (cluster, _) = started(&folder);
    let mut out = std::io::stdout();
    writeln!(out, "\nserver {}", cluster.pid().unwrap()).unwrap();
    out.flush().unwrap();
    sleep(Duration::from_secs(600));
}

#[allow(
    clippy::disallowed_methods,
    reason = "how a test speaks to the process that it starts"
)]
fn named_folder() -> Option<PathBuf> {
    std::env::var_os(FOLDER).map(PathBuf::from)
}

#[allow(
    clippy::disallowed_methods,
    reason = "the programs of the machine that the test runs on"
)]
fn path() -> Vec<PathBuf> {
    std::env::split_paths(&std::env::var_os("PATH").unwrap_or_default()).collect()
}

fn root() -> bool {
    rustix::process::geteuid().is_root()
}

/// A folder that the server's user may search also when root made it.
fn folder() -> TempDir {
    tempfile::Builder::new()
        .permissions(Permissions::from_mode(0o755))
        .tempdir_in("/tmp")
        .unwrap()
}

fn throwaway(folder: &Path) -> Settings {
    Settings {
        durability: Durability::Throwaway,
        // Where the machine has no server, the first test fetches one for all.
        cache: Some(Path::new(env!("CARGO_TARGET_TMPDIR")).join("postgres")),
        ..Settings::new(folder, path())
    }
}

/// Without any programs at hand.
fn bare(folder: &Path) -> Settings {
    Settings {
        cache: None,
        search_path: Vec::new(),
        ..throwaway(folder)
    }
}

fn started(folder: &Path) -> (Cluster, Vec<Step>) {
    let mut steps = Vec::new();
    let cluster = Cluster::start(throwaway(folder), &mut |step| steps.push(step))
        .unwrap_or_else(|error| panic!("{error}"));
    (cluster, steps)
}

/// Another process of this program with a server on `folder`, and that server's process.
fn child_with_a_server(folder: &Path) -> (Child, i32) {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["helper_parent", "--exact", "--ignored", "--nocapture"])
        .env(FOLDER, folder)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let server = lines
        .map_while(Result::ok)
        .find_map(|line| line.strip_prefix("server ")?.parse().ok())
        .unwrap();
    (child, server)
}

/// The shell that watches over `server`.
fn watch_of(server: i32) -> i32 {
    let argument = format!("tenantry-watch\0{server}\0");
    let processes = fs::read_dir("/proc").unwrap().flatten();
    processes
        .filter(|entry| {
            fs::read(entry.path().join("cmdline"))
                .is_ok_and(|line| String::from_utf8_lossy(&line).contains(&argument))
        })
        .find_map(|entry| entry.file_name().to_str()?.parse().ok())
        .unwrap()
}

fn kill(process: i32, signal: Signal) {
    kill_process(Pid::from_raw(process).unwrap(), signal).unwrap();
}

/// Whether a process is there, and is not only a zombie that nobody waited for.
fn alive(process: i32) -> bool {
    let state = fs::read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
    !state.contains(") Z ") && test_kill_process(Pid::from_raw(process).unwrap()).is_ok()
}

fn eventually(what: &str, mut holds: impl FnMut() -> bool) {
    let end = Instant::now() + Duration::from_secs(60);
    while !holds() {
        assert!(Instant::now() < end, "never: {what}");
        sleep(Duration::from_millis(20));
    }
}

fn program(path: &Path, script: &str) {
    fs::write(path, format!("#!/bin/sh\n{script}\n")).unwrap();
    fs::set_permissions(path, Permissions::from_mode(0o755)).unwrap();
}

/// The first field of the first row of a statement's answer, as the superuser, by the server's own protocol.
fn ask(address: &Address, statement: &str) -> String {
    let mut stream = session(address);
    stream
        .write_all(&sized(Some(b'Q'), format!("{statement}\0").as_bytes()))
        .unwrap();
    let mut field = String::new();
    loop {
        match message(&mut stream) {
            (b'D', body) if field.is_empty() => {
                field = String::from_utf8(body[6..].to_vec()).unwrap()
            }
            (b'E', body) => panic!("{statement}: {}", String::from_utf8_lossy(&body)),
            (b'Z', _) => return field,
            _ => {}
        }
    }
}

/// A connection that is ready for a statement.
fn session(address: &Address) -> UnixStream {
    let mut stream = UnixStream::connect(address.socket()).unwrap();
    stream
        .write_all(&sized(
            None,
            b"\0\x03\0\0user\0postgres\0database\0postgres\0\0",
        ))
        .unwrap();
    loop {
        match message(&mut stream) {
            (b'Z', _) => return stream,
            (b'E', body) => panic!("{}", String::from_utf8_lossy(&body)),
            _ => {}
        }
    }
}

fn message(stream: &mut UnixStream) -> (u8, Vec<u8>) {
    let mut head = [0; 5];
    stream.read_exact(&mut head).unwrap();
    let length = u32::from_be_bytes([head[1], head[2], head[3], head[4]]);
    let mut body = vec![0; usize::try_from(length).unwrap() - 4];
    stream.read_exact(&mut body).unwrap();
    (head[0], body)
}

fn sized(kind: Option<u8>, body: &[u8]) -> Vec<u8> {
    let mut message: Vec<u8> = kind.into_iter().collect();
    message.extend(u32::try_from(body.len() + 4).unwrap().to_be_bytes());
    message.extend_from_slice(body);
    message
}
