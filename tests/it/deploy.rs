//! The systemd unit of `deploy/` without systemd: its command line, settings, user and, as far as a test can,
//! its walls. What only the init system does is not tried: system call filters, restarts, address families, a
//! `/tmp` of its own (the test's database answers from there), `MemoryDenyWriteExecute`. `deploy/check` has systemd read the whole file.

use std::collections::BTreeMap;
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use rustix::process::Signal;

use crate::support::keeper;
use crate::support::postgres::Database;
use crate::support::process::{Process, free_port};

/// What the unit says, by key; a key that stands more than once has more than one value.
fn unit() -> BTreeMap<String, Vec<String>> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("deploy/tenantry@.service");
    let text = std::fs::read_to_string(file).unwrap();
    let mut keys: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (key, value) in text.lines().filter_map(|line| line.split_once('=')) {
        if !key.starts_with('#') {
            keys.entry(key.to_owned())
                .or_default()
                .push(value.to_owned());
        }
    }
    keys
}

fn one<'u>(unit: &'u BTreeMap<String, Vec<String>>, key: &str) -> &'u str {
    match unit.get(key).map(Vec::as_slice) {
        Some([value]) => value,
        other => panic!("{key} stands {other:?}"),
    }
}

/// The unit's command as somebody without rights, in a file system that is read-only but for the state folder.
/// Only root can do that; anybody else runs the command alone.
fn command(unit: &BTreeMap<String, Vec<String>>, state: &Path, user: u32) -> Command {
    let line = one(unit, "ExecStart").replacen(
        "/usr/local/bin/tenantry",
        env!("CARGO_BIN_EXE_tenantry"),
        1,
    );
    if !rustix::process::geteuid().is_root() {
        let mut words = line.split(' ');
        let mut command = Command::new(words.next().unwrap());
        command.args(words);
        return command;
    }
    assert_eq!(one(unit, "ProtectSystem"), "strict");
    assert_eq!(one(unit, "NoNewPrivileges"), "yes");
    assert_eq!(one(unit, "CapabilityBoundingSet"), "");
    let state = state.display();
    let script = format!(
        "set -e; umask {}; mount --bind {state} {state}; \
         mount --bind / /; mount -o remount,bind,ro /; \
         exec setpriv --reuid={user} --regid={user} --clear-groups --no-new-privs --bounding-set=-all --inh-caps=-all {line}",
        one(unit, "UMask")
    );
    let mut command = Command::new("/usr/bin/unshare");
    command.args(["--mount", "/bin/sh", "-c", &script]);
    command
}

/// The user without rights that the test's database runs as: its socket is closed to everybody else.
fn server_user() -> u32 {
    let socket = keeper::server().socket();
    let found = std::fs::symlink_metadata(&socket);
    found
        .unwrap_or_else(|error| panic!("{}: {error}", socket.display()))
        .uid()
}

#[test]
fn the_units_command_serves_without_rights_on_a_system_it_cannot_write() {
    let unit = unit();
    let database = Database::peopled();
    let user = server_user();
    let state = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let folder = state.path().to_str().unwrap();
    let mode = u32::from_str_radix(one(&unit, "StateDirectoryMode"), 8).unwrap();
    std::fs::set_permissions(state.path(), std::fs::Permissions::from_mode(mode)).unwrap();
    if rustix::process::geteuid().is_root() {
        chown(state.path(), Some(user), Some(user)).unwrap();
    }
    let port = free_port();
    let instance = port.to_string();
    let environment: Vec<(&str, String)> = unit["Environment"]
        .iter()
        .filter_map(|pair| pair.split_once('='))
        .map(|(name, value)| {
            (
                name,
                value
                    .replace("%i", &instance)
                    .replace("/var/lib/tenantry", folder),
            )
        })
        .collect();
    let mut settings: Vec<(&str, &str)> = environment
        .iter()
        .map(|(name, value)| (*name, value.as_str()))
        .collect();
    settings.push(("PATH", "/usr/sbin:/usr/bin:/sbin:/bin"));
    let process = Process::run(
        command(&unit, state.path(), user),
        &database.app_url(),
        &database.platform_url(),
        port,
        &settings,
    );
    process.becomes(Duration::from_secs(30), "/readyz", 200);
    assert_eq!(process.get("/sign-in").unwrap().0, 200);
    let pid = process.pid();
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap();
    if rustix::process::geteuid().is_root() {
        for line in [
            &format!("Uid:\t{user}\t{user}"),
            "CapEff:\t0000000000000000",
            "CapBnd:\t0000000000000000",
            "NoNewPrivs:\t1",
        ] {
            assert!(status.contains(line), "{line} in\n{status}");
        }
    }
    process.signal(Signal::TERM);
    let most: u64 = one(&unit, "TimeoutStopSec").parse().unwrap();
    let (status, words) = process.ended(Duration::from_secs(most));
    assert_eq!(status.code(), Some(0), "{words}");
    let lines: Vec<&str> = words.lines().collect();
    assert!(!lines.is_empty());
    for line in lines {
        let read: Result<serde_json::Value, _> = serde_json::from_str(line);
        assert!(read.is_ok(), "TENANTRY_LOG_FORMAT=json, and yet: {line}");
    }
}

#[test]
fn the_unit_gives_up_where_only_a_person_can_mend_it() {
    let unit = unit();
    let codes: Vec<u8> = one(&unit, "RestartPreventExitStatus")
        .split(' ')
        .map(|code| code.parse().unwrap())
        .collect();
    let expected: Vec<u8> = [64, 78].into_iter().chain(80..=89).collect();
    assert_eq!(codes, expected, "those of docs/OPERATIONS.md");
}

/// What hadolint would ask of the image.
#[test]
fn the_image_is_built_in_stages_and_runs_without_rights() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("deploy/Dockerfile");
    let text = std::fs::read_to_string(file).unwrap().replace("\\\n", " ");
    let lines: Vec<&str> = text
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .collect();
    let from: Vec<&str> = lines
        .iter()
        .filter_map(|line| line.strip_prefix("FROM "))
        .collect();
    assert_eq!(from.len(), 2, "a stage that builds and one that runs");
    for image in &from {
        assert!(
            image.contains(':') && !image.contains(":latest"),
            "{image} has no version"
        );
    }
    let last = lines
        .iter()
        .rposition(|line| line.starts_with("FROM "))
        .unwrap();
    let (build, run) = lines.split_at(last);
    assert!(
        build.contains(&"ENV TENANTRY_ASSETS=require"),
        "an image without its assets must not be built"
    );
    assert!(
        build
            .iter()
            .any(|line| line.contains("cargo build --release --locked"))
    );
    assert!(
        !run.iter()
            .any(|line| line.contains("cargo") || line.contains("npm")),
        "no tools in the image that runs"
    );
    let user = run
        .iter()
        .find_map(|line| line.strip_prefix("USER "))
        .unwrap();
    assert!(
        !user.starts_with('0') && !user.starts_with("root"),
        "{user}"
    );
    assert!(
        run.iter().any(|line| line.starts_with("ENTRYPOINT [")),
        "in the form that passes signals on"
    );
    for line in &lines {
        assert!(!line.starts_with("ADD "), "{line}: COPY says what it does");
        assert!(
            !line.contains("apt-get install")
                || line.contains("--no-install-recommends")
                    && line.contains("rm -rf /var/lib/apt/lists"),
            "{line}"
        );
        for secret in ["SECRET=", "PASSWORD=", "DATABASE_URL="] {
            assert!(!line.contains(secret), "a secret in an image: {line}");
        }
    }
}
