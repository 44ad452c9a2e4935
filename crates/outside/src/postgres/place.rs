//! Which folder the server really lives in, and where its socket lies. Falls back where the wanted one cannot work.

use std::fs::{self, DirBuilder, Permissions};
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{DirBuilderExt, MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use super::address;
use super::error::{PostgresError, failed};
use super::owner::{self, Owner};
use super::{Durability, Settings, Step};

/// For data that stays.
const KEPT: &str = "/var/lib/tenantry";
/// For what may go, and for sockets.
const PASSING: &str = "/tmp";

/// The folder in use and the user whom its server runs as (`None`: our own).
#[derive(Clone, Debug)]
pub(super) struct Place {
    pub(super) folder: PathBuf,
    pub(super) owner: Option<Owner>,
}

impl Place {
    pub(super) fn data(&self) -> PathBuf {
        self.folder.join("data")
    }

    pub(super) fn log(&self) -> PathBuf {
        self.folder.join("postgres.log")
    }

    /// The user whom the server runs as.
    fn user(&self) -> Owner {
        self.owner.unwrap_or_else(owner::ourselves)
    }

    /// The folder of the socket: `run/`, or a short one elsewhere when its path is too long for a socket.
    pub(super) fn run(&self) -> Result<PathBuf, PostgresError> {
        let run = self.folder.join("run");
        if address::fits(&run) {
            return private(&run, self.user())
                .map(|()| run.clone())
                .map_err(failed("make", &run));
        }
        let mut why = None;
        // Someone else may sit on the first name: a folder in /tmp is used only when it is ours and closed.
        for attempt in 0..8 {
            let short =
                Path::new(PASSING).join(format!("tenantry-{}-{attempt}", mark(&self.folder)));
            match private(&short, self.user()) {
                Ok(()) => return Ok(short),
                Err(error) => why = Some(error.to_string()),
            }
        }
        Err(PostgresError::PathTooLong {
            folder: self.folder.clone(),
            why: why.unwrap_or_default(),
        })
    }
}

/// Takes the wanted folder; as root, where the server's user cannot reach it, another one, and says so.
pub(super) fn choose(
    settings: &Settings,
    progress: &mut dyn FnMut(Step),
) -> Result<Place, PostgresError> {
    let wanted = std::path::absolute(&settings.folder).map_err(failed("find", &settings.folder))?;
    let unusable = |why: String| PostgresError::FolderUnreachable {
        folder: wanted.clone(),
        why,
    };
    let data = wanted.join("data");
    let Some(owner) = owner::step_down(&data)? else {
        let folder = make(&wanted, 0o700).map_err(|error| unusable(error.to_string()))?;
        return match fs::metadata(folder.join("data")) {
            Ok(found) if found.uid() != owner::ourselves().uid => {
                Err(PostgresError::OwnedByAnother {
                    data: folder.join("data"),
                    owner: found.uid(),
                })
            }
            _ => Ok(Place {
                folder,
                owner: None,
            }),
        };
    };
    let why = match usable(&wanted, owner) {
        Ok(folder) => {
            return Ok(Place {
                folder,
                owner: Some(owner),
            });
        }
        Err(why) => why,
    };
    if data.join("PG_VERSION").exists() {
        // An empty database elsewhere would look as if everything was lost.
        return Err(unusable(why));
    }
    for chosen in elsewhere(&wanted, settings.durability) {
        // In /tmp anybody may have laid something under the name: only what root made itself counts.
        if fs::symlink_metadata(&chosen).is_ok_and(|found| !found.is_dir() || found.uid() != 0) {
            continue;
        }
        let owner = owner::step_down(&chosen.join("data"))?.unwrap_or(owner);
        if let Ok(folder) = usable(&chosen, owner) {
            progress(Step::Elsewhere {
                wanted,
                chosen: folder.clone(),
                why,
            });
            return Ok(Place {
                folder,
                owner: Some(owner),
            });
        }
    }
    Err(unusable(why))
}

/// The folders that a start with `wanted` may have taken.
pub(super) fn candidates(wanted: &Path) -> Vec<PathBuf> {
    let wanted = std::path::absolute(wanted).unwrap_or_else(|_| wanted.to_path_buf());
    let mut all = vec![wanted.canonicalize().unwrap_or_else(|_| wanted.clone())];
    all.extend(elsewhere(&wanted, Durability::Full));
    all
}

/// Always the same folders for the same wish, so that the next start finds the data again.
fn elsewhere(wanted: &Path, durability: Durability) -> Vec<PathBuf> {
    let kept = Path::new(KEPT).join(mark(wanted));
    let passing = Path::new(PASSING).join(format!("tenantry-data-{}", mark(wanted)));
    match durability {
        Durability::Full => vec![kept, passing],
        Durability::Throwaway => vec![passing, kept],
    }
}

/// Makes the folder, unless something on the way bars the server's user. What root makes here is searchable by all;
/// `data/` and `run/` in it are closed.
fn usable(folder: &Path, owner: Owner) -> Result<PathBuf, String> {
    let barred = |by: PathBuf| {
        format!(
            "the server's user (id {}) may not search {}",
            owner.uid,
            by.display()
        )
    };
    if let Some(by) = owner.barred_by(folder) {
        return Err(barred(by));
    }
    let made = make(folder, 0o711).map_err(|error| error.to_string())?;
    // Again with links resolved.
    owner
        .barred_by(&made)
        .map_or(Ok(made), |by| Err(barred(by)))
}

/// Makes what is missing of `folder` with `mode`, whatever the umask, and resolves its links.
fn make(folder: &Path, mode: u32) -> io::Result<PathBuf> {
    let mut missing: Vec<&Path> = folder
        .ancestors()
        .take_while(|part| !part.exists())
        .collect();
    missing.reverse();
    for part in missing {
        match DirBuilder::new().mode(mode).create(part) {
            Ok(()) => fs::set_permissions(part, Permissions::from_mode(mode))?,
            // Another process was faster.
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error),
        }
    }
    folder.canonicalize()
}

/// Makes a folder that only `user` can enter, or checks that it is one already: no link, its own, closed.
pub(super) fn private(folder: &Path, user: Owner) -> io::Result<()> {
    match DirBuilder::new().mode(0o700).create(folder) {
        Ok(()) => {
            let us = owner::ourselves();
            return owner::give(folder, (us.uid != user.uid).then_some(user));
        }
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
        Err(error) => return Err(error),
    }
    let found = fs::symlink_metadata(folder)?;
    if !found.is_dir() || found.uid() != user.uid {
        return Err(io::Error::other(
            "it is there already and belongs to someone else",
        ));
    }
    if found.mode() & 0o077 != 0 {
        fs::set_permissions(folder, Permissions::from_mode(0o700))?;
    }
    Ok(())
}

/// A short name for a long path.
fn mark(path: &Path) -> String {
    let digest = Sha256::digest(path.as_os_str().as_bytes());
    digest
        .iter()
        .take(6)
        .map(|byte| format!("{byte:02x}"))
        .collect()
}
