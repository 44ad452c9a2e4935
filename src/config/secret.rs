//! The secret of the installation: the key from which cookies and signed links get theirs.
//! Given by the operator, or made once and kept in the data folder.

use std::{
    collections::BTreeSet,
    fs::{self, OpenOptions},
    io::{self, Read, Write},
    os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt},
    path::{Path, PathBuf},
};

use rand::Rng;
use secrecy::SecretString;

use super::{Origin, Server, names::variable, sheet::Sheet};

/// The least length; 256 bits, as the keys that are made from it.
const LEAST_BYTES: usize = 32;

/// A secret that is known, or the file that will keep one.
#[derive(Debug, Clone)]
pub struct Secret {
    known: Option<SecretString>,
    file: PathBuf,
}

impl Secret {
    /// The secret, made now if this is the first start on this data folder.
    ///
    /// # Errors
    /// When the file that keeps it can be neither written nor read.
    pub fn or_make(&self) -> io::Result<SecretString> {
        match &self.known {
            Some(secret) => Ok(secret.clone()),
            None => make(&self.file),
        }
    }

    pub(super) fn read(sheet: &mut Sheet, server: &Server) -> Self {
        Self::named(sheet, server, "secret", true)
    }

    /// The secret of this key, which is missed where it is needed.
    pub(super) fn named(
        sheet: &mut Sheet,
        server: &Server,
        key: &'static str,
        needed: bool,
    ) -> Self {
        let file = server.data.join(key);
        if let Some((secret, origin)) =
            sheet.parsed(key, |text| check(text).map(|()| text.to_owned()))
        {
            sheet.show(key, hidden(&secret), origin);
            return Self {
                known: Some(SecretString::from(secret)),
                file,
            };
        }
        let kept = Origin::Kept(file.clone());
        match keep(&file) {
            Ok(Some(secret)) => {
                sheet.show(key, hidden(&secret), kept);
                return Self {
                    known: Some(SecretString::from(secret)),
                    file,
                };
            }
            Ok(None) if server.is_development() => {
                sheet.show(
                    key,
                    format!("made at the first start, kept in {}", file.display()),
                    Origin::Default,
                );
            }
            Ok(None) if !needed => sheet.show(key, "none".to_owned(), Origin::Default),
            Ok(None) => {
                sheet.show(key, "missing".to_owned(), Origin::Default);
                let variable = variable(key);
                sheet.fault(key, format!("is missing; set {variable} to {LEAST_BYTES} random bytes or more, made by: openssl rand -hex 32"));
            }
            Err(sentence) => {
                sheet.show(key, "unusable".to_owned(), kept);
                sheet.fault(key, sentence);
            }
        }
        Self { known: None, file }
    }
}

/// A key that stands apart from the secret where the operator wants to change one without the other.
pub(super) fn apart(sheet: &mut Sheet, key: &'static str) -> Option<SecretString> {
    sheet
        .optional(
            key,
            "made of the secret",
            |text| check(text).map(|()| text.to_owned()),
            |secret| hidden(secret),
        )
        .map(SecretString::from)
}

fn hidden(secret: &str) -> String {
    format!("hidden ({} characters)", secret.len())
}

/// Weak is what could be guessed: too short, few different characters, or a rhythm that repeats.
fn check(secret: &str) -> Result<(), String> {
    if secret.len() < LEAST_BYTES {
        return Err(format!(
            "is weak: it has {} of at least {LEAST_BYTES} bytes; openssl rand -hex 32 makes one",
            secret.len()
        ));
    }
    let different = secret.bytes().collect::<BTreeSet<u8>>().len();
    let repeats = (1..=secret.len() / 2).any(|step| {
        secret
            .bytes()
            .zip(secret.bytes().skip(step))
            .all(|(one, other)| one == other)
    });
    let letters = secret.to_lowercase();
    let placeholder = ["change", "secret", "password", "example", "default"]
        .iter()
        .any(|word| letters.contains(word));
    if different < 10 || repeats || placeholder || runs(secret) {
        return Err(
            "is weak: it looks typed, not random; openssl rand -hex 32 makes one".to_owned(),
        );
    }
    Ok(())
}

/// Whether half of the characters simply follow their neighbour, as in `0123456789` or `aaaa`.
fn runs(secret: &str) -> bool {
    let neighbours = secret
        .bytes()
        .zip(secret.bytes().skip(1))
        .filter(|(one, next)| next.wrapping_sub(*one) <= 1)
        .count();
    neighbours * 2 > secret.len()
}

/// The secret that an earlier start left, unless others could have read it.
fn keep(file: &Path) -> Result<Option<String>, String> {
    let mut opened = match OpenOptions::new().read(true).open(file) {
        Ok(opened) => opened,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(format!("cannot be read: {error}")),
    };
    let mode = opened
        .metadata()
        .map_err(|error| format!("cannot be read: {error}"))?
        .permissions()
        .mode();
    if mode & 0o077 != 0 {
        return Err(format!(
            "may be read by others (mode {:03o}); chmod 600 {}",
            mode & 0o777,
            file.display()
        ));
    }
    let mut text = String::new();
    opened
        .read_to_string(&mut text)
        .map_err(|error| format!("cannot be read: {error}"))?;
    let secret = text.trim().to_owned();
    check(&secret).map(|()| Some(secret))
}

/// Writes a new secret beside its place and links it in, so that two starts at once agree on one.
fn make(file: &Path) -> io::Result<SecretString> {
    if let Some(folder) = file.parent() {
        fs::DirBuilder::new()
            .recursive(true)
            .mode(0o711)
            .create(folder)?;
    }
    let mut bytes = [0_u8; LEAST_BYTES];
    rand::rng().fill_bytes(&mut bytes);
    let secret = data_encoding::HEXLOWER.encode(&bytes);
    let draft = file.with_extension(std::process::id().to_string());
    let mut written = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(&draft)?;
    writeln!(written, "{secret}")?;
    written.sync_all()?;
    let linked = fs::hard_link(&draft, file);
    fs::remove_file(&draft)?;
    match linked {
        Ok(()) => Ok(SecretString::from(secret)),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => match keep(file) {
            Ok(Some(secret)) => Ok(SecretString::from(secret)),
            Ok(None) => Err(error),
            Err(sentence) => Err(io::Error::other(sentence)),
        },
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]
    use secrecy::ExposeSecret;

    use super::*;

    #[test]
    fn upg_06_weak_secrets_are_refused() {
        for weak in [
            "short",
            "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
            "abcdefghijklmnopqrstuvwxyz0123456789abcd",
            "x7Kq9Zx7Kq9Zx7Kq9Zx7Kq9Zx7Kq9Zx7Kq9Z",
            "please-change-me-please-change-me-now-1",
            "this-is-my-super-secret-key-for-cookies",
        ] {
            assert!(check(weak).is_err(), "{weak}");
        }
        check("9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08").unwrap();
        check("pT4vJ8+yq1ZkR0sNwB7mXc2LhD9fGaUe").unwrap();
    }

    #[test]
    fn a_secret_is_made_once_and_for_us_only() {
        let folder = tempfile::tempdir().unwrap();
        let secret = Secret {
            known: None,
            file: folder.path().join("data/secret"),
        };
        let first = secret.or_make().unwrap();
        assert_eq!(
            first.expose_secret(),
            secret.or_make().unwrap().expose_secret()
        );
        assert_eq!(
            fs::metadata(&secret.file).unwrap().permissions().mode() & 0o777,
            0o600
        );
        assert_eq!(fs::read_dir(folder.path().join("data")).unwrap().count(), 1);
        fs::set_permissions(&secret.file, fs::Permissions::from_mode(0o644)).unwrap();
        assert!(
            keep(&secret.file)
                .unwrap_err()
                .contains("may be read by others")
        );
    }
}
