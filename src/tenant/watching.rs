//! A tenant's door that stays open behind a page: it asks again and again, each time anew whether it still may.

use super::Tenant;
use super::shown::Shown;

impl<P> Tenant<P> {
    /// Whether it is a visit: each page that a visitor reads is one that they asked for.
    #[must_use]
    pub fn is_visit(&self) -> bool {
        self.shown.is_visit()
    }

    /// From here on the page asks by itself, which keeps nobody signed in.
    #[must_use]
    pub fn watching(mut self) -> Self {
        if let Shown::Session(hash) = self.shown {
            self.shown = Shown::Watching(hash);
        }
        self
    }

    /// Looks at the clock before it asks again.
    pub fn again(&mut self) {
        self.request.now = self.app.clock.now();
    }
}
