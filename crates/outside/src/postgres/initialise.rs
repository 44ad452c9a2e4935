//! Makes the data folder, once: beside its place first, so that one that was interrupted is never taken for a whole.

use std::fs::{self, File};
use std::path::Path;
use std::process::Stdio;

use super::address::SUPERUSER;
use super::error::{PostgresError, failed};
use super::find::Binaries;
use super::flush;
use super::owner;
use super::place::{self, Place};
use super::{Durability, Step};

/// The first version with Unicode rules of its own, the same on every system.
const OWN_UNICODE: u32 = 17;

/// Fills `data/` unless it is there. `lock` is the held `watch.lock`: should we be killed meanwhile, the next start
/// waits for `initdb` to end before it clears up.
pub(super) fn ensure(
    place: &Place,
    binaries: &Binaries,
    durability: Durability,
    lock: &File,
    progress: &mut dyn FnMut(Step),
) -> Result<(), PostgresError> {
    let data = place.data();
    if data.join("PG_VERSION").exists() {
        return Ok(());
    }
    if fs::read_dir(&data).is_ok_and(|mut entries| entries.next().is_some()) {
        return Err(PostgresError::NotData { data });
    }
    progress(Step::Initialising);
    let fresh = place.folder.join("data.new");
    let mut said = String::new();
    for locale in locales(binaries.major) {
        clear(&fresh)?;
        place::private(&fresh, place.owner.unwrap_or_else(owner::ourselves))
            .map_err(failed("make", &fresh))?;
        let mut initdb = owner::command(binaries.folder.join("initdb"), place.owner, &place.folder);
        initdb.arg("-D").arg(&fresh).args([
            "-U",
            SUPERUSER,
            "-E",
            "UTF8",
            "-A",
            "trust",
            "--no-instructions",
        ]);
        initdb.args(*locale);
        initdb.arg("--no-sync");
        initdb
            .stdin(lock.try_clone().map_err(failed("share", &place.folder))?)
            .stderr(Stdio::piped());
        let answer = initdb
            .output()
            .map_err(failed("run", &binaries.folder.join("initdb")))?;
        if answer.status.success() {
            if durability == Durability::Full {
                flush::mark(place)?;
            }
            return fs::rename(&fresh, &data).map_err(failed("rename", &fresh));
        }
        said = String::from_utf8_lossy(&answer.stderr).trim().to_owned();
    }
    clear(&fresh)?;
    Err(PostgresError::NotInitialised { why: said })
}

/// Order by bytes (fast, and prefix searches use plain indexes), letters by Unicode; where the system cannot, ASCII.
fn locales(major: u32) -> &'static [&'static [&'static str]] {
    if major >= OWN_UNICODE {
        &[&[
            "--locale=C",
            "--locale-provider=builtin",
            "--builtin-locale=C.UTF-8",
        ]]
    } else {
        &[&["--locale=C", "--lc-ctype=C.UTF-8"], &["--no-locale"]]
    }
}

fn clear(fresh: &Path) -> Result<(), PostgresError> {
    if fresh.exists() {
        fs::remove_dir_all(fresh).map_err(failed("remove", fresh))
    } else {
        Ok(())
    }
}
