//! The user that the server's processes run as, and what that user can reach. PostgreSQL refuses to run as root.

use std::ffi::OsStr;
use std::fs;
use std::io;
use std::os::unix::fs::{MetadataExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::error::PostgresError;

/// A user and its group.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Owner {
    pub(super) uid: u32,
    pub(super) gid: u32,
}

impl Owner {
    /// Whether this user may search a folder with these bits (supplementary groups are dropped, so they do not count).
    fn searches(self, folder: &fs::Metadata) -> bool {
        let bit = if folder.uid() == self.uid {
            0o100
        } else if folder.gid() == self.gid {
            0o010
        } else {
            0o001
        };
        folder.mode() & bit != 0
    }

    /// The first folder on the way to `path` (itself included, where it exists) that this user may not search.
    pub(super) fn barred_by(self, path: &Path) -> Option<PathBuf> {
        let mut way: Vec<&Path> = path.ancestors().collect();
        way.reverse();
        way.into_iter()
            .find(|folder| fs::metadata(folder).is_ok_and(|found| !self.searches(&found)))
            .map(Path::to_path_buf)
    }
}

/// Our own user.
pub(super) fn ourselves() -> Owner {
    Owner {
        uid: rustix::process::geteuid().as_raw(),
        gid: rustix::process::getegid().as_raw(),
    }
}

/// Whom to step down to: nobody else unless we are root; then the owner of existing data, else `postgres`, else
/// `nobody`.
pub(super) fn step_down(data: &Path) -> Result<Option<Owner>, PostgresError> {
    if !rustix::process::geteuid().is_root() {
        return Ok(None);
    }
    if let Ok(found) = fs::metadata(data)
        && found.uid() != 0
    {
        return Ok(Some(Owner {
            uid: found.uid(),
            gid: found.gid(),
        }));
    }
    let users = fs::read_to_string("/etc/passwd").unwrap_or_default();
    ["postgres", "nobody"]
        .iter()
        .find_map(|name| named(&users, name))
        .map(Some)
        .ok_or(PostgresError::NoUser)
}

/// The line of `/etc/passwd` for `name`; one without an id of its own, or with root's, does not count.
fn named(users: &str, name: &str) -> Option<Owner> {
    users.lines().find_map(|line| {
        let mut fields = line.split(':');
        if fields.next()? != name {
            return None;
        }
        let owner = Owner {
            uid: fields.nth(1)?.parse().ok()?,
            gid: fields.next()?.parse().ok()?,
        };
        (owner.uid != 0).then_some(owner)
    })
}

/// Gives `path` to the server's user, where it is another one.
pub(super) fn give(path: &Path, owner: Option<Owner>) -> io::Result<()> {
    match owner {
        Some(owner) => chown(path, Some(owner.uid), Some(owner.gid)),
        None => Ok(()),
    }
}

/// A program that runs as the server's user, in a process group of its own (a Ctrl-C on the terminal must reach the
/// server only through us) and untouched by what our environment says about PostgreSQL.
pub(super) fn command(program: impl AsRef<OsStr>, owner: Option<Owner>, folder: &Path) -> Command {
    let mut command = Command::new(program);
    command
        .current_dir(folder)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    command.process_group(0).env("LC_ALL", "C");
    for name in [
        "PGDATA",
        "PGPORT",
        "PGDATESTYLE",
        "PGCLIENTENCODING",
        "PGTZ",
        "TZ",
    ] {
        command.env_remove(name);
    }
    if let Some(owner) = owner {
        command.uid(owner.uid).gid(owner.gid);
    }
    command
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_user_is_found_by_its_whole_name_and_never_as_root() {
        let users = "root:x:0:0::/root:/bin/sh\npostgres2:x:7:7::/:\npostgres:x:101:104:a:/b:/bin/bash\nbad:x:0:0::/:\nmac:*:-2:-2::/:";
        assert_eq!(named(users, "postgres"), Some(Owner { uid: 101, gid: 104 }));
        assert_eq!(named(users, "bad"), None);
        assert_eq!(named(users, "mac"), None);
        assert_eq!(named(users, "nobody"), None);
    }
}
