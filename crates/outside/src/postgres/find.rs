//! The server programs on this machine: where they usually lie, which version they are, which are the right ones.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use super::error::PostgresError;
use super::owner::{self, Owner};
use super::{OLDEST_VERSION, Settings};

/// The folder of `postgres` and `initdb`, and their major version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Binaries {
    pub(super) folder: PathBuf,
    pub(super) major: u32,
}

impl Binaries {
    /// What lies in `folder`, if the server's user can run it.
    pub(super) fn of(folder: &Path, owner: Option<Owner>) -> Option<Binaries> {
        if !folder.join("initdb").is_file() || !folder.join("postgres").is_file() {
            return None;
        }
        let answer = owner::command(folder.join("postgres"), owner, Path::new("/"))
            .arg("--version")
            .stdout(Stdio::piped())
            .output()
            .ok()?;
        let major = major(&String::from_utf8_lossy(&answer.stdout))?;
        Some(Binaries {
            folder: folder.to_path_buf(),
            major,
        })
    }
}

/// The newest programs that fit: of the major version `needed` by existing data, else of any that is new enough.
/// `Ok(None)` when there are none and the operator named no folder.
pub(super) fn newest(
    settings: &Settings,
    cache: &Path,
    owner: Option<Owner>,
    needed: Option<u32>,
) -> Result<Option<Binaries>, PostgresError> {
    let fits = |found: &Binaries| {
        found.major >= OLDEST_VERSION && needed.is_none_or(|needed| needed == found.major)
    };
    if let Some(folder) = &settings.binaries {
        // `PG_BIN` may name the installation or its `bin`.
        return [folder.clone(), folder.join("bin")]
            .iter()
            .find_map(|folder| Binaries::of(folder, owner).filter(fits))
            .map(Some)
            .ok_or_else(|| PostgresError::BinariesUnusable {
                folder: folder.clone(),
            });
    }
    let mut folders: Vec<PathBuf> = Vec::new();
    for folder in
        settings
            .search_path
            .iter()
            .cloned()
            .chain(below(cache, "postgres-", "native/bin"))
    {
        let home = home(&folder);
        if !folders.contains(&home) {
            folders.push(home);
        }
    }
    // Of equals the first stays: `PATH` goes before the usual folders.
    let found = folders
        .iter()
        .filter_map(|folder| Binaries::of(folder, owner))
        .filter(fits);
    Ok(found.reduce(|best, next| if next.major > best.major { next } else { best }))
}

/// Where packages of the common systems put the server's programs, newest first.
#[must_use]
pub fn usual_folders() -> Vec<PathBuf> {
    let shapes = [
        ("/usr/lib/postgresql", "", "bin"),          // Debian, Ubuntu
        ("/usr", "pgsql-", "bin"),                   // Fedora and others, PostgreSQL's own packages
        ("/usr/lib", "postgresql", "bin"),           // openSUSE
        ("/usr/libexec", "postgresql", ""),          // Alpine
        ("/opt/homebrew/opt", "postgresql@", "bin"), // Homebrew
        ("/usr/local/opt", "postgresql@", "bin"),    // Homebrew on Intel
        ("/home/linuxbrew/.linuxbrew/opt", "postgresql@", "bin"), // Homebrew on Linux
        ("/opt/local/lib", "postgresql", "bin"),     // MacPorts
        ("/Applications/Postgres.app/Contents/Versions", "", "bin"), // Postgres.app
        ("/Library/PostgreSQL", "", "bin"),          // the installer for macOS
    ];
    let mut all: Vec<PathBuf> = shapes
        .iter()
        .flat_map(|(base, prefix, rest)| below(Path::new(base), prefix, rest))
        .collect();
    all.extend(["/usr/bin", "/usr/local/bin", "/usr/local/pgsql/bin"].map(PathBuf::from));
    all
}

/// `base/<prefix><version>/<rest>` for each version there is, newest first.
fn below(base: &Path, prefix: &str, rest: &str) -> Vec<PathBuf> {
    let mut found: Vec<(u32, PathBuf)> = fs::read_dir(base)
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| {
            let name = entry.file_name();
            let version = leading(name.to_str()?.strip_prefix(prefix)?)?;
            Some((version, entry.path().join(rest)))
        })
        .collect();
    found.sort_by(|one, other| other.cmp(one));
    found.into_iter().map(|(_, folder)| folder).collect()
}

/// Follows a link such as `/usr/local/bin/postgres` to the folder that it comes from, so that none is asked twice.
fn home(folder: &Path) -> PathBuf {
    let real = folder.join("postgres").canonicalize().ok();
    real.as_deref()
        .and_then(Path::parent)
        .filter(|real| real.join("postgres").is_file() && real.join("initdb").is_file())
        .map_or_else(|| folder.to_path_buf(), Path::to_path_buf)
}

/// The major version in `postgres (PostgreSQL) 15.18 (Debian …)`.
fn major(answer: &str) -> Option<u32> {
    leading(answer.split("(PostgreSQL) ").nth(1)?)
}

fn leading(text: &str) -> Option<u32> {
    text.split(|c: char| !c.is_ascii_digit())
        .next()?
        .parse()
        .ok()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may fail")]

    use super::*;

    #[test]
    fn the_major_version_is_read_from_every_form() {
        assert_eq!(
            major("postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)\n"),
            Some(15)
        );
        assert_eq!(major("postgres (PostgreSQL) 18beta1"), Some(18));
        assert_eq!(major("postgres (EnterpriseDB) 15"), None);
        assert_eq!(major(""), None);
    }

    #[test]
    fn folders_are_ordered_by_number_and_not_by_letter() {
        let base = tempfile::tempdir().unwrap();
        for name in ["pg-9.6", "pg-15", "pg-100", "other", "pg-"] {
            fs::create_dir(base.path().join(name)).unwrap();
        }
        let names: Vec<PathBuf> = ["pg-100/bin", "pg-15/bin", "pg-9.6/bin"]
            .iter()
            .map(|n| base.path().join(n))
            .collect();
        assert_eq!(below(base.path(), "pg-", "bin"), names);
    }
}
