//! The development mailbox: the letters of one tenant in the folder where they end while no mail server
//! is set. Whether there is a mailbox at all is the configuration's to say.

use std::io;
use std::path::Path;

use outside::mail::Folder;
pub use outside::mail::StoredLetter;

/// Letters that the page lists.
const SHOWN: usize = 100;
/// Letters that the folder keeps, as long as nobody says otherwise.
const KEPT: usize = 1_000;

/// The newest letters that this tenant sent, the newest first.
///
/// # Errors
/// The folder cannot be read.
pub fn letters(folder: &Path, canonical_host: &str) -> io::Result<Vec<StoredLetter>> {
    let end = format!("@{canonical_host}");
    Folder::open(folder, KEPT)?.newest(SHOWN, |letter| letter.message_id.ends_with(&end))
}

/// One letter of this tenant; another one's is not found.
///
/// # Errors
/// The folder cannot be read.
pub fn letter(folder: &Path, canonical_host: &str, name: &str) -> io::Result<Option<StoredLetter>> {
    let end = format!("@{canonical_host}");
    let found = Folder::open(folder, KEPT)?.read(name)?;
    Ok(found.filter(|stored| stored.letter.message_id.ends_with(&end)))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]
    use outside::mail::{Letter, Mailer as _};

    use super::*;

    fn letter_of(host: &str) -> Letter {
        Letter {
            to: "ada@acme.example".parse().unwrap(),
            to_name: None,
            from: "portal@tenantry.example".parse().unwrap(),
            from_name: "Acme".into(),
            subject: "Hello".into(),
            text: "Hello".into(),
            html: "<p>Hello</p>".into(),
            message_id: format!("letter_1@{host}"),
            written_at: "2026-01-01T00:00:00Z".parse().unwrap(),
        }
    }

    #[test]
    fn iso_06_a_tenant_sees_its_own_letters_only() {
        let folder = tempfile::tempdir().unwrap();
        let mailer = Folder::open(folder.path(), 10).unwrap();
        mailer.send(&letter_of("acme.localhost")).unwrap();
        mailer.send(&letter_of("evil-acme.localhost")).unwrap();
        let own = letters(folder.path(), "acme.localhost").unwrap();
        assert_eq!(own.len(), 1);
        let name = &own.first().unwrap().name;
        let read = |host| letter(folder.path(), host, name).unwrap().is_some();
        assert_eq!(
            (read("acme.localhost"), read("globex.localhost")),
            (true, false)
        );
        assert!(
            letter(folder.path(), "acme.localhost", "../x")
                .unwrap()
                .is_none()
        );
    }
}
