//! Counting who waits.

use std::sync::atomic::{AtomicUsize, Ordering};

/// Counts somebody as waiting until dropped, also when whoever asked goes away first.
pub(super) struct Waiting<'g>(&'g AtomicUsize);

impl<'g> Waiting<'g> {
    pub(super) fn begin(count: &'g AtomicUsize) -> Self {
        count.fetch_add(1, Ordering::Relaxed);
        Self(count)
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}
