//! Letters into a folder instead of the world, for development: each as an `.eml` that a mail program
//! opens and a `.json` that the mailbox page reads. Nothing is ever delivered from here.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use data_encoding::HEXLOWER;
use sha2::{Digest as _, Sha256};

use super::{Letter, MailError, Mailer};

/// The largest file that is read back.
const LARGEST: u64 = 4 * 1024 * 1024;

/// A folder of letters that forgets the oldest.
#[derive(Debug, Clone)]
pub struct Folder {
    path: PathBuf,
    most: usize,
}

/// A letter of the folder under its name there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredLetter {
    /// Its name, safe in a URL; a later letter has a greater one.
    pub name: String,
    /// The letter.
    pub letter: Letter,
}

impl Folder {
    /// Opens the folder, which is made where it is missing, readable by this user only: the letters
    /// hold links that open accounts. It keeps at most so many letters.
    pub fn open(path: impl Into<PathBuf>, most: usize) -> io::Result<Self> {
        let path = path.into();
        DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(&path)?;
        Ok(Self {
            path,
            most: most.max(1),
        })
    }

    /// The newest letters that `wanted` takes, at most so many, the newest first. A file that is no
    /// letter is passed over.
    pub fn newest(
        &self,
        at_most: usize,
        mut wanted: impl FnMut(&Letter) -> bool,
    ) -> io::Result<Vec<StoredLetter>> {
        let mut names = self.names()?;
        names.reverse();
        let letters = names
            .into_iter()
            .filter_map(|name| self.read(&name).ok().flatten());
        Ok(letters
            .filter(|stored| wanted(&stored.letter))
            .take(at_most)
            .collect())
    }

    /// The letter of this name. A name from a URL that is no name of ours finds nothing.
    pub fn read(&self, name: &str) -> io::Result<Option<StoredLetter>> {
        if !is_name(name) {
            return Ok(None);
        }
        let file = match File::open(self.file(name, "json")) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error),
        };
        let mut text = String::new();
        file.take(LARGEST).read_to_string(&mut text)?;
        let letter = serde_json::from_str(&text)?;
        Ok(Some(StoredLetter {
            name: name.to_owned(),
            letter,
        }))
    }

    /// Where the folder is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    fn store(&self, letter: &Letter, message: &[u8]) -> io::Result<()> {
        let name = name_of(letter);
        self.write(&name, "eml", message)?;
        // The JSON comes last: a letter is listed only when it is whole.
        self.write(&name, "json", &serde_json::to_vec_pretty(letter)?)?;
        self.forget_the_oldest()
    }

    /// Writes beside the place and moves it there, so that nobody reads half a letter.
    fn write(&self, name: &str, extension: &str, content: &[u8]) -> io::Result<()> {
        let draft = self
            .path
            .join(format!(".{name}.{extension}.{}", std::process::id()));
        let mut file = OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(true)
            .mode(0o600)
            .open(&draft)?;
        file.write_all(content)?;
        fs::rename(&draft, self.file(name, extension))
    }

    fn forget_the_oldest(&self) -> io::Result<()> {
        let names = self.names()?;
        let spare = names.len().saturating_sub(self.most);
        for name in names.iter().take(spare) {
            for extension in ["json", "eml"] {
                match fs::remove_file(self.file(name, extension)) {
                    Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
                    _ => {}
                }
            }
        }
        Ok(())
    }

    /// The names of all letters, the earliest first.
    fn names(&self) -> io::Result<Vec<String>> {
        let mut names = Vec::new();
        for entry in fs::read_dir(&self.path)? {
            let file_name = entry?.file_name();
            let name = file_name
                .to_str()
                .and_then(|name| name.strip_suffix(".json"));
            names.extend(name.filter(|name| is_name(name)).map(str::to_owned));
        }
        names.sort_unstable();
        Ok(names)
    }

    fn file(&self, name: &str, extension: &str) -> PathBuf {
        self.path.join(format!("{name}.{extension}"))
    }
}

impl Mailer for Folder {
    fn send(&self, letter: &Letter) -> Result<(), MailError> {
        let message = letter.message()?.formatted();
        self.store(letter, &message).map_err(|error| {
            MailError::Retry(format!(
                "{} cannot be written: {error}",
                self.path.display()
            ))
        })
    }
}

/// A name made by us alone: the time, and a hash of the letter's id, so that a second attempt at
/// the same letter takes the place of the first.
fn name_of(letter: &Letter) -> String {
    let hash = Sha256::digest(format!("{} {}", letter.message_id, letter.to));
    let hash = HEXLOWER.encode(hash.get(..8).unwrap_or_default());
    format!("{}-{hash}", letter.written_at.format("%Y%m%dT%H%M%S%6fZ"))
}

fn is_name(name: &str) -> bool {
    let Some((time, hash)) = name.split_once('-') else {
        return false;
    };
    time.len() == 22
        && time
            .chars()
            .all(|c| c.is_ascii_digit() || c == 'T' || c == 'Z')
        && hash.len() == 16
        && hash
            .chars()
            .all(|c| c.is_ascii_digit() || ('a'..='f').contains(&c))
}
