//! A folder of migrations: a folder each, with `up.sql` and, where it can be taken back, `down.sql`.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

/// The scripts of one migration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scripts {
    /// The name of its folder.
    pub folder: String,
    /// What makes it.
    pub up: String,
    /// What takes it back.
    pub down: Option<String>,
}

/// Why a folder of migrations cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum Unreadable {
    /// A file or folder that the system does not give.
    #[error("{path}: {error}", path = path.display())]
    Io {
        /// Which.
        path: PathBuf,
        /// The system's words.
        error: io::Error,
    },
    /// A script that is longer than it may be.
    #[error("{path} is longer than {limit} bytes", path = path.display())]
    TooLong {
        /// Which.
        path: PathBuf,
        /// How long it may be.
        limit: usize,
    },
    /// A script that is no UTF-8.
    #[error("{path} is not written in UTF-8", path = path.display())]
    NotText {
        /// Which.
        path: PathBuf,
    },
}

/// Reads all of them, by the names of their folders. What begins with a dot, and files, are passed over.
///
/// # Errors
/// The first that cannot be read, or is longer than `limit` bytes.
pub fn read(folder: &Path, limit: usize) -> Result<Vec<Scripts>, Unreadable> {
    let fault = |path: &Path| {
        let path = path.to_owned();
        move |error| Unreadable::Io { path, error }
    };
    let mut all = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(fault(folder))? {
        let path = entry.map_err(fault(folder))?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if name.starts_with('.') || !path.is_dir() {
            continue;
        }
        let (up, down) = (path.join("up.sql"), path.join("down.sql"));
        all.push(Scripts {
            folder: name.into_owned(),
            up: text(&up, limit)?,
            down: down.exists().then(|| text(&down, limit)).transpose()?,
        });
    }
    all.sort_by(|one, other| one.folder.cmp(&other.folder));
    Ok(all)
}

fn text(path: &Path, limit: usize) -> Result<String, Unreadable> {
    let fault = |error| Unreadable::Io {
        path: path.to_owned(),
        error,
    };
    let mut bytes = Vec::new();
    let most = u64::try_from(limit).unwrap_or(u64::MAX).saturating_add(1);
    let file = File::open(path).map_err(fault)?;
    file.take(most).read_to_end(&mut bytes).map_err(fault)?;
    if bytes.len() > limit {
        let path = path.to_owned();
        return Err(Unreadable::TooLong { path, limit });
    }
    // PostgreSQL takes no NUL in a text.
    match String::from_utf8(bytes) {
        Ok(text) if !text.contains('\0') => Ok(text),
        _ => Err(Unreadable::NotText {
            path: path.to_owned(),
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(name: &str) -> PathBuf {
        let folder =
            std::env::temp_dir().join(format!("tenantry-scripts-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        folder
    }

    #[test]
    fn folders_are_read_in_their_order() {
        let root = folder("order");
        for name in ["20260102_b", "20260101_a", ".git"] {
            std::fs::create_dir_all(root.join(name)).unwrap();
            std::fs::write(root.join(name).join("up.sql"), name).unwrap();
        }
        std::fs::write(root.join("20260101_a/down.sql"), "back").unwrap();
        std::fs::write(root.join("README.md"), "no migration").unwrap();
        let all = read(&root, 100).unwrap();
        let names: Vec<&str> = all.iter().map(|one| one.folder.as_str()).collect();
        assert_eq!(names, ["20260101_a", "20260102_b"]);
        assert_eq!(
            all.first().and_then(|one| one.down.as_deref()),
            Some("back")
        );
        std::fs::remove_dir_all(root).unwrap();
    }

    #[test]
    fn what_is_no_script_is_named() {
        let root = folder("bad");
        assert!(read(&root.join("nowhere"), 100).is_err());
        let one = root.join("20260101_a");
        std::fs::create_dir_all(&one).unwrap();
        assert!(
            matches!(read(&root, 100), Err(Unreadable::Io { path, .. }) if path == one.join("up.sql"))
        );
        std::fs::write(one.join("up.sql"), [0xff]).unwrap();
        assert!(matches!(read(&root, 100), Err(Unreadable::NotText { .. })));
        std::fs::write(one.join("up.sql"), "a\0b").unwrap();
        assert!(matches!(read(&root, 100), Err(Unreadable::NotText { .. })));
        std::fs::write(one.join("up.sql"), "select 1").unwrap();
        assert!(matches!(read(&root, 3), Err(Unreadable::TooLong { .. })));
        std::fs::remove_dir_all(root).unwrap();
    }
}
