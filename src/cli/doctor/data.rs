//! The data folder: may it be written, and has it room?

use std::path::{Path, PathBuf};

use outside::disk;

use super::finding::Finding;
use crate::config::Config;

/// Below this a database stops soon.
const NO_ROOM: u64 = 256 * 1024 * 1024;
/// Below this somebody should look after it.
const LITTLE_ROOM: u64 = 2 * 1024 * 1024 * 1024;

pub(super) fn look(config: &Config) -> Vec<Finding> {
    let folder = &config.server.data;
    let Some(standing) = standing(folder) else {
        let words = format!("{} cannot be found", folder.display());
        return vec![Finding::bad("data folder", words, "make it, or set data")];
    };
    vec![writable(folder, &standing), room(&standing)]
}

/// The folder itself, or where it will be made.
fn standing(folder: &Path) -> Option<PathBuf> {
    let absolute = std::path::absolute(folder).ok()?;
    let mut above = absolute.ancestors();
    above.find(|path| path.is_dir()).map(Path::to_owned)
}

fn writable(folder: &Path, standing: &Path) -> Finding {
    let mend = "give it to the user that Tenantry runs as, or set data";
    match tempfile::tempfile_in(standing) {
        Ok(_) if standing.ends_with(folder) || folder.is_dir() => Finding::good(
            "data folder",
            format!("{} can be written", folder.display()),
        ),
        Ok(_) => Finding::good(
            "data folder",
            format!("{} will be made at the first start", folder.display()),
        ),
        Err(error) => Finding::bad(
            "data folder",
            format!("{}: {error}", standing.display()),
            mend,
        ),
    }
}

fn room(standing: &Path) -> Finding {
    let mend = "make room, or move the data folder to another file system";
    match disk::free_bytes(standing) {
        Ok(bytes) => {
            let found = format!("{} MiB are free", bytes / (1024 * 1024));
            match bytes {
                0..NO_ROOM => Finding::bad("disk", found, mend),
                NO_ROOM..LITTLE_ROOM => Finding::fair("disk", found, mend),
                _ => Finding::good("disk", found),
            }
        }
        Err(error) => Finding::fair("disk", format!("cannot be asked: {error}"), mend),
    }
}
