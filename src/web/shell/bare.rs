//! The frame of a page for nobody in particular.

use super::{Look, Toast};

/// The frame of a page for whoever is not signed in: sign-in, reset, invitation. Templates that extend
/// `layouts/bare.html` hold one as `bare`.
#[derive(Debug, Clone)]
pub struct Bare {
    /// The tenant.
    pub look: Look,
    /// The tab's title.
    pub title: String,
    /// Messages of the last action.
    pub toasts: Vec<Toast>,
}

impl Bare {
    /// The frame of a page with this title.
    #[must_use]
    pub fn new(look: Look, title: impl Into<String>) -> Self {
        Self {
            look,
            title: title.into(),
            toasts: Vec::new(),
        }
    }
}
