//! A mailer for tests: it keeps what it was given, and fails when it is told to.

use std::sync::{Mutex, MutexGuard, PoisonError};

use super::{Letter, MailError, Mailer};

/// Keeps every letter in memory.
#[derive(Debug, Default)]
pub struct Recorder {
    kept: Mutex<Kept>,
}

#[derive(Debug, Default)]
struct Kept {
    letters: Vec<Letter>,
    failures: Vec<MailError>,
}

impl Recorder {
    /// The letters so far, the earliest first.
    #[must_use]
    pub fn letters(&self) -> Vec<Letter> {
        self.kept().letters.clone()
    }

    /// The letters to this address so far, the earliest first.
    #[must_use]
    pub fn letters_to(&self, address: &str) -> Vec<Letter> {
        let to = |letter: &Letter| letter.to.as_str().eq_ignore_ascii_case(address);
        self.letters().into_iter().filter(to).collect()
    }

    /// The last letter to this address.
    #[must_use]
    pub fn last_to(&self, address: &str) -> Option<Letter> {
        self.letters_to(address).pop()
    }

    /// Forgets all letters.
    pub fn clear(&self) {
        self.kept().letters.clear();
    }

    /// Makes the next attempt fail; told several times, as many attempts fail.
    pub fn fail_next(&self, error: MailError) {
        self.kept().failures.push(error);
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        // A test that panicked elsewhere leaves whole letters behind: they can still be read.
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Mailer for Recorder {
    fn send(&self, letter: &Letter) -> Result<(), MailError> {
        // What a real mailer could not form is an error here too.
        letter.message()?;
        let mut kept = self.kept();
        if !kept.failures.is_empty() {
            return Err(kept.failures.remove(0));
        }
        kept.letters.push(letter.clone());
        Ok(())
    }
}
