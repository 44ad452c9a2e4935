//! Where a user is signed in: listing and ending their sessions.

use chrono::{DateTime, Utc};
use domain::permission::{ManageSessions, ReadSessions};
use domain::{SessionId, UserId};
use serde::Serialize;
use services::StoreError;
use services::sessions;
use utoipa::ToSchema;

use super::door::Door;
use super::fields::Nothing;
use super::{Api, Body, Outcome, Query};

/// The sessions of a user.
#[derive(Debug, Serialize, ToSchema)]
pub struct Sessions {
    /// Those that are live, the one used last on top.
    pub sessions: Vec<Session>,
}

/// A session.
#[derive(Debug, Serialize, ToSchema)]
pub struct Session {
    /// Which.
    pub id: String,
    /// Browser and system in words.
    pub device: String,
    /// Where it was begun.
    pub address: Option<String>,
    /// Whether it is kept beyond the browser.
    pub kept: bool,
    /// Since when.
    pub created_at: DateTime<Utc>,
    /// When something was asked with it last, to the minute.
    pub last_seen_at: DateTime<Utc>,
}

/// A session that was ended.
#[derive(Debug, Serialize, ToSchema)]
pub struct EndedSession {
    /// Which.
    pub session_id: String,
    /// Always true.
    pub ended: bool,
}

/// `GET /tenants/{tenant_id}/users/{user_id}/sessions`
///
/// # Errors
/// No right, a query that is wrong, or no database.
pub async fn list(api: Api<ReadSessions>, query: Query<Nothing>) -> Outcome<Sessions> {
    let user = api.part::<UserId>("user_id");
    api.read(query, move |tx, _| {
        let rows = sessions::of(tx, user.ok_or(StoreError::NotFound)?)?;
        let sessions = rows.into_iter().map(|row| Session {
            id: row.id.to_string(),
            device: row.device,
            address: row.address.map(|address| address.to_string()),
            kept: row.keep,
            created_at: row.created_at,
            last_seen_at: row.last_seen_at,
        });
        Ok(Sessions {
            sessions: sessions.collect(),
        })
    })
    .await
}

/// `DELETE /tenants/{tenant_id}/users/{user_id}/sessions/{session_id}`
///
/// # Errors
/// No right, what a rule or a field is against, or no database.
pub async fn end(api: Api<ManageSessions>, body: Body<Nothing>) -> Outcome<EndedSession> {
    let user = api.part::<UserId>("user_id");
    let session = api.part::<SessionId>("session_id");
    api.write(body, move |tx, _| {
        let (user, session) = user.zip(session).ok_or(StoreError::NotFound)?;
        let ended = sessions::end_of(tx, user, session)?;
        Ok(EndedSession {
            session_id: ended.id.to_string(),
            ended: true,
        })
    })
    .await
}
