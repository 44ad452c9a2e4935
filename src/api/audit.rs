//! The tenant's audit log: narrowed down, page by page or from one entry to the next.

mod fields;
mod filter;

use chrono::{DateTime, Utc};
use domain::AuditEntryId;
use domain::permission::ReadAudit;
use serde::Deserialize;
use services::audit::Action;
use services::audit::log::{self, Filter};
use services::{StoreError, VerbError};
use utoipa::IntoParams;

use super::cursor;
use super::door::Door;
use super::fields::{Nothing, page};
use super::{Api, Outcome, Query};
pub use fields::{AuditEntries, AuditEntry, OneAuditEntry, Party};
pub(super) use filter::Asked;

/// How the log is narrowed down and paged.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
pub struct AuditQuery {
    /// The page, from 1.
    #[param(minimum = 1, maximum = 1_000_000)]
    pub page: Option<u32>,
    /// The most entries of a page; 50 where nothing is said.
    #[param(minimum = 1, maximum = 200)]
    pub page_size: Option<u32>,
    /// The id of a user or key who did it.
    pub actor: Option<String>,
    /// The id of the user, role, session or key that it was done to.
    pub target: Option<String>,
    /// An action, as `user.suspended`.
    pub action: Option<String>,
    /// done or refused.
    pub outcome: Option<String>,
    /// Entries from this moment on.
    pub from: Option<DateTime<Utc>>,
    /// Entries before this moment.
    pub to: Option<DateTime<Utc>>,
    /// A piece of an actor's or a target's name.
    pub search: Option<String>,
    /// Empty to begin, then the next_cursor of the answer before.
    pub cursor: Option<String>,
}

impl AuditQuery {
    fn filter(&self) -> Result<Filter, VerbError> {
        let asked = Asked {
            actor: self.actor.as_deref(),
            target: self.target.as_deref(),
            action: self.action.as_deref(),
            outcome: self.outcome.as_deref(),
            from: self.from,
            to: self.to,
            search: self.search.as_deref(),
        };
        asked.read(|key| Action::from_key(key).is_some())
    }
}

/// `GET /tenants/{tenant_id}/audit`
///
/// # Errors
/// No right, a query that is wrong, or no database.
pub async fn list(api: Api<ReadAudit>, query: Query<AuditQuery>) -> Outcome<AuditEntries> {
    api.read(query, |tx, query| {
        let (filter, page) = (query.filter()?, page(query.page, query.page_size)?);
        let Some(cursor) = &query.cursor else {
            let found = log::list(tx, &filter, page)?;
            let entries = found.entries.into_iter().map(AuditEntry::from);
            return Ok(AuditEntries::page(entries, found.totals));
        };
        let before = cursor::place(cursor, |text| text.parse().ok())?;
        let entries = log::before(tx, &filter, before, cursor::ask(page.limit()))?;
        let entries = entries.into_iter().map(AuditEntry::from);
        Ok(AuditEntries::slice(entries, page.limit()))
    })
    .await
}

/// `GET /tenants/{tenant_id}/audit/{entry_id}`
///
/// # Errors
/// No right, a query that is wrong, or no database.
pub async fn read(api: Api<ReadAudit>, query: Query<Nothing>) -> Outcome<OneAuditEntry> {
    let id = api.part::<AuditEntryId>("entry_id");
    api.read(query, move |tx, _| {
        let entry = log::entry(tx, id.ok_or(StoreError::NotFound)?)?;
        Ok(OneAuditEntry {
            entry: entry.into(),
        })
    })
    .await
}
