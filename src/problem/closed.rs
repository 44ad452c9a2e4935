//! What is read at the door of a tenant that is not open.

use actix_web::http::StatusCode;

use super::{Problem, WayOut};

impl Problem {
    /// A tenant that rests: suspended, under maintenance, on its way out.
    #[must_use]
    pub fn resting(title: &str, words: impl Into<String>) -> Self {
        Self {
            way_out: WayOut::None,
            ..Self::new(StatusCode::FORBIDDEN, title, words)
        }
    }

    /// 402: the trial is over, and somebody has to choose a plan.
    #[must_use]
    pub fn lapsed() -> Self {
        let words = "Nothing is lost. An owner or admin chooses a plan, and everybody goes on.";
        Self {
            way_out: WayOut::Plan,
            ..Self::new(StatusCode::PAYMENT_REQUIRED, "The trial has ended", words)
        }
    }
}
