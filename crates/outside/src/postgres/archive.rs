//! Checks a fetched archive against its digest and unpacks it. Where it comes from is not known here.

use std::fs::{self, File, Permissions};
use std::io::{self, Read};
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Component, Path, PathBuf};
use std::process::{Command, Stdio};

use serde::Deserialize;
use sha2::{Digest, Sha512};

/// Checks the archive, unpacks it into `aside` and makes the links that it only lists.
pub(super) fn unpack(archive: &Path, sha512: &str, aside: &Path) -> Result<PathBuf, String> {
    if digest(archive).map_err(|error| error.to_string())? != sha512 {
        return Err("the archive is not the one expected".to_owned());
    }
    let status = Command::new("tar")
        .arg("-xozf")
        .arg(archive)
        .current_dir(aside)
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .map_err(|error| format!("tar: {error}"))?;
    if !status.success() {
        return Err("tar could not unpack it".to_owned());
    }
    let tree = aside.join("package");
    open_to_all(&tree)
        .and_then(|()| link(&tree))
        .map_err(|error| error.to_string())?;
    Ok(tree)
}

/// A link that npm cannot carry: `target` is to point to `source`, both below the package.
#[derive(Deserialize)]
struct Link {
    source: PathBuf,
    target: PathBuf,
}

fn link(tree: &Path) -> io::Result<()> {
    let listed = tree.join("native/pg-symlinks.json");
    if !listed.exists() {
        return Ok(());
    }
    let links: Vec<Link> = serde_json::from_str(&fs::read_to_string(listed)?)?;
    let inside = |path: &Path| {
        path.components()
            .all(|part| matches!(part, Component::Normal(_)))
    };
    for Link { source, target } in links {
        if !inside(&source) || !inside(&target) {
            return Err(io::Error::other("a link leads out of the package"));
        }
        if source.parent() != target.parent() {
            return Err(io::Error::other("a link leads to another folder"));
        }
        symlink(source.file_name().unwrap_or_default(), tree.join(target))?;
    }
    Ok(())
}

/// Every folder below (and `path`) searchable by all, whatever the umask: the server's user is another one under root.
pub(super) fn open_to_all(path: &Path) -> io::Result<()> {
    fs::set_permissions(path, Permissions::from_mode(0o755))?;
    for entry in fs::read_dir(path)?.flatten() {
        if entry.file_type()?.is_dir() {
            open_to_all(&entry.path())?;
        }
    }
    Ok(())
}

fn digest(path: &Path) -> io::Result<String> {
    let mut file = File::open(path)?;
    let mut hasher = Sha512::new();
    let mut part = vec![0; 64 * 1024];
    loop {
        match file.read(&mut part)? {
            0 => break,
            length => hasher.update(part.get(..length).unwrap_or_default()),
        }
    }
    Ok(hasher
        .finalize()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may fail")]

    use super::*;

    #[test]
    fn another_archive_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let archive = folder.path().join("a.tgz");
        fs::write(&archive, "not it").unwrap();
        let why = unpack(&archive, &"0".repeat(128), folder.path()).unwrap_err();
        assert!(why.contains("is not the one expected"), "{why}");
        assert!(!folder.path().join("package").exists());
    }

    #[test]
    fn links_stay_inside_the_package() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("native")).unwrap();
        fs::write(
            folder.path().join("native/pg-symlinks.json"),
            r#"[{"source":"../x","target":"native/y"}]"#,
        )
        .unwrap();
        assert!(link(folder.path()).is_err());
    }
}
