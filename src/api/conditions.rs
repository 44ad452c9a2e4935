//! Which error of the API each error of a verb or of the store becomes.

use std::time::Duration;

use actix_web::http::StatusCode;
use serde_json::json;
use services::answers::Clash;
use services::{StoreError, VerbError};

use super::fault::Fault;

fn denied(message: impl Into<String>, needs: Option<&str>) -> Fault {
    Fault::new(
        StatusCode::FORBIDDEN,
        "admin_privileges_required",
        message,
        "Use a key with this permission, made by somebody who has it.",
    )
    .details(needs.map_or_else(|| json!({}), |needs| json!({ "needs": needs })))
}

impl From<StoreError> for Fault {
    fn from(error: StoreError) -> Self {
        let soon = Duration::from_secs(2);
        match error {
            StoreError::Unauthenticated => Self::unauthenticated(),
            StoreError::Forbidden(permission) => denied(
                format!("The key lacks the permission {permission}."),
                Some(permission.key()),
            ),
            StoreError::StaffForbidden(permission) => denied(
                format!("The key lacks the permission {permission}."),
                Some(permission.key()),
            ),
            StoreError::NoPerson => denied("Only a person of the tenant may do this.", None),
            StoreError::Closed => Self::new(
                StatusCode::FORBIDDEN,
                "tenant_access_denied",
                "The tenant is suspended or closed.",
                "Ask whoever runs the platform.",
            ),
            StoreError::NotFound => Self::not_found(),
            StoreError::Busy => Self {
                code: "connection_pool_full",
                ..Self::unavailable("Every connection is in use.", soon)
            },
            StoreError::Crowded => Self {
                code: "connection_pool_full",
                ..Self::unavailable("Every connection that the tenant may take is in use.", soon)
            },
            StoreError::Timeout => {
                let words = "The database took too long and was stopped.";
                Self {
                    status: StatusCode::GATEWAY_TIMEOUT,
                    code: "query_timeout",
                    ..Self::unavailable(words, soon)
                }
            }
            StoreError::Moved | StoreError::HandedOver | StoreError::StalePlan => {
                Self::unavailable("The tenant is being moved.", soon)
            }
            StoreError::Away(log) | StoreError::Transient(log) | StoreError::Unknown(log) => Self {
                log: Some(log.into()),
                ..Self::unavailable("The database does not answer right now.", soon)
            },
            other => Self::internal(other),
        }
    }
}

impl From<VerbError> for Fault {
    fn from(error: VerbError) -> Self {
        match error {
            VerbError::Store(error) => error.into(),
            VerbError::Invalid(errors) => Self::invalid(&errors),
            VerbError::Refused(words) => denied(words, None),
            VerbError::Conflict(words) => Self::new(
                StatusCode::CONFLICT,
                "conflict",
                words,
                "Read the thing again and decide anew.",
            ),
            VerbError::Migration(words) => Self::new(
                StatusCode::INTERNAL_SERVER_ERROR,
                "migration_failed",
                format!("Database migration failed: {words}"),
                "Check migration syntax and dependencies.",
            ),
            VerbError::Stale => Self::new(
                StatusCode::CONFLICT,
                "stale_edit",
                "Somebody changed this since you read it.",
                "Read it again and send the change with its new version.",
            ),
            VerbError::LimitReached(reached) => Self::limit_reached(&reached),
            VerbError::TooMany { retry_after } => Self::too_often(retry_after),
            VerbError::Busy { retry_after } => Self::unavailable(
                "There is no room for this kind of work right now.",
                retry_after,
            ),
            #[allow(
                unreachable_patterns,
                reason = "an error that the API has no words for yet is ours"
            )]
            other => Self::internal(other),
        }
    }
}

impl From<Clash> for Fault {
    fn from(clash: Clash) -> Self {
        match clash {
            Clash::Running => Self::new(
                StatusCode::CONFLICT,
                "idempotency_key_in_use",
                "The same request is being worked on at this moment.",
                "Wait for its answer, or ask again in a moment.",
            ),
            Clash::Other => Self::new(
                StatusCode::UNPROCESSABLE_ENTITY,
                "idempotency_key_reused",
                "This Idempotency-Key was used for another request.",
                "Give each request a key of its own.",
            ),
        }
    }
}
