//! Which page each error of a verb or of the store becomes.

use std::time::Duration;

use actix_web::http::StatusCode;
use services::{StoreError, VerbError};

use super::Problem;

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        let soon = Duration::from_secs(2);
        match error {
            StoreError::Unauthenticated => Self::sign_in(""),
            StoreError::Forbidden(permission) => Self::forbidden(format!(
                "Your role does not include this: {}. An owner or admin can change your role.",
                permission.words().to_lowercase()
            )),
            StoreError::NoPerson => Self::forbidden(
                "You are here on a visit: this is for the people of this organisation themselves.",
            ),
            StoreError::StaffForbidden(permission) => Self::forbidden(format!(
                "Your role does not include this: {}. An owner of the platform can change your role.",
                permission.words().to_lowercase()
            )),
            StoreError::NotFound => Self::not_found(),
            StoreError::Busy => Self::unavailable(
                "Many people are here right now. Try again in a moment.",
                soon,
            ),
            StoreError::Crowded => Self::unavailable(
                "This workspace is doing as much at once as it may. Try again in a moment.",
                soon,
            ),
            StoreError::Away(log) | StoreError::Transient(log) | StoreError::Unknown(log) => {
                let words = "The database does not answer right now. Nothing is lost; try again in a moment.";
                Self {
                    log: Some(log),
                    ..Self::unavailable(words, soon)
                }
            }
            StoreError::Timeout => Self::unavailable(
                "That took too long and was stopped. Try again in a moment.",
                soon,
            ),
            StoreError::Closed => Self::resting(
                "This workspace is closed",
                "It was closed a moment ago. The sign-in page says why.",
            ),
            StoreError::Moved | StoreError::HandedOver | StoreError::StalePlan => {
                Self::unavailable(
                    "This workspace is being moved. Try again in a moment.",
                    soon,
                )
            }
            StoreError::Statement(error) => Self::internal(error),
        }
    }
}

impl From<VerbError> for Problem {
    fn from(error: VerbError) -> Self {
        match error {
            VerbError::Store(error) => error.into(),
            VerbError::Invalid(errors) => {
                let words: Vec<&str> = errors.iter().map(|(_, sentence)| sentence).collect();
                let problem = Self::bad_request(words.join(" "));
                Self {
                    status: StatusCode::UNPROCESSABLE_ENTITY,
                    ..problem
                }
            }
            VerbError::Refused(words) => Self::forbidden(words),
            VerbError::Conflict(words) => Self::conflict(words),
            VerbError::Migration(words) => Self::conflict(format!(
                "A migration was refused, and nothing of it stands: {words}"
            )),
            VerbError::Stale => Self::conflict(
                "Somebody else changed this in the meantime. Open it again to see their version.",
            ),
            VerbError::LimitReached(reached) => Self::too_many(
                format!(
                    "This needs {} more of {}, and {} of {} are in use. Free some, or ask for a higher limit.",
                    reached.requested, reached.resource, reached.used, reached.hard
                ),
                None,
            ),
            VerbError::TooMany { retry_after } => Self::too_many(
                "There were too many tries. Wait a little, then try again.",
                Some(retry_after),
            ),
            VerbError::Busy { retry_after } => Self::unavailable(
                "Many people are signing in right now. Try again in a moment.",
                retry_after,
            ),
        }
    }
}
