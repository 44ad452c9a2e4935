//! What the process knows of its database as a whole: whether it is there, and whether the check of the
//! start found it safe. Until that is so, no transaction is opened. And whether the process itself stays.

use std::sync::atomic::{AtomicBool, Ordering};

use crate::StoreError;

/// Good until somebody says otherwise.
#[derive(Debug)]
pub struct Health {
    there: AtomicBool,
    safe: AtomicBool,
    leaving: AtomicBool,
}

impl Default for Health {
    fn default() -> Self {
        Self {
            there: AtomicBool::new(true),
            safe: AtomicBool::new(true),
            leaving: AtomicBool::new(false),
        }
    }
}

impl Health {
    /// The database answers, or does not.
    pub fn note_there(&self, there: bool) {
        self.there.store(there, Ordering::Release);
    }

    /// The check of the start was passed, or not yet.
    pub fn note_safe(&self, safe: bool) {
        self.safe.store(safe, Ordering::Release);
    }

    /// The process is about to end.
    pub fn note_leaving(&self) {
        self.leaving.store(true, Ordering::Release);
    }

    /// Whether the process was told to stop.
    #[must_use]
    pub fn is_leaving(&self) -> bool {
        self.leaving.load(Ordering::Acquire)
    }

    /// Whether requests may be sent here.
    #[must_use]
    pub fn is_ready(&self) -> bool {
        self.safe.load(Ordering::Acquire)
            && self.there.load(Ordering::Acquire)
            && !self.leaving.load(Ordering::Acquire)
    }

    /// Refuses while the check was not passed.
    pub(crate) fn held(&self) -> Result<(), StoreError> {
        if self.safe.load(Ordering::Acquire) {
            Ok(())
        } else {
            Err(StoreError::Away(
                "it was not there to be checked yet".to_owned(),
            ))
        }
    }
}
