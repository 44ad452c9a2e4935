//! Short messages about what just happened, with a way to take it back.

/// How a toast sounds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum Tone {
    /// Done; goes away by itself.
    Done,
    /// Did not work; stays.
    Failed,
}

/// A short message about what just happened.
#[derive(Debug, Clone, serde::Serialize, serde::Deserialize)]
pub struct Toast {
    /// Done or failed.
    pub tone: Tone,
    /// What happened, in a few words.
    pub title: String,
    /// One sentence more, or nothing.
    pub text: String,
    /// Where a form posts to take it back.
    pub undo: Option<String>,
}

impl Toast {
    /// Something was done.
    #[must_use]
    pub fn done(title: impl Into<String>) -> Self {
        Self {
            tone: Tone::Done,
            title: title.into(),
            text: String::new(),
            undo: None,
        }
    }

    /// Something did not work.
    #[must_use]
    pub fn failed(title: impl Into<String>, text: impl Into<String>) -> Self {
        Self {
            tone: Tone::Failed,
            title: title.into(),
            text: text.into(),
            undo: None,
        }
    }

    /// With a sentence more.
    #[must_use]
    pub fn text(mut self, text: impl Into<String>) -> Self {
        self.text = text.into();
        self
    }

    /// With a button that posts to this address.
    #[must_use]
    pub fn undo(mut self, action: impl Into<String>) -> Self {
        self.undo = Some(action.into());
        self
    }

    /// Whether it is about something that did not work.
    #[must_use]
    pub fn is_failed(&self) -> bool {
        self.tone == Tone::Failed
    }
}
