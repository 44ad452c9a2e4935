//! The platform's audit log: narrowed down and page by page.

use chrono::{DateTime, Utc};
use domain::staff::ReadPlatformAudit;
use domain::{AuditEntryId, FieldErrors, Slug};
use serde::Deserialize;
use services::platform_audit::Action;
use services::platform_audit::log::{self, PlatformEntry, PlatformFilter};
use services::{StoreError, VerbError};
use utoipa::IntoParams;

use super::audit::{Asked, AuditEntries, AuditEntry, OneAuditEntry};
use super::cursor;
use super::door::Door;
use super::fields::{Nothing, page};
use super::{Outcome, PlatformApi, Query};

/// How the log is narrowed down and paged.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
pub struct PlatformAuditQuery {
    /// The page, from 1; past the end it is the last one.
    #[param(minimum = 1, maximum = 1_000_000)]
    pub page: Option<u32>,
    /// The most entries of a page; 50 where nothing is said.
    #[param(minimum = 1, maximum = 200)]
    pub page_size: Option<u32>,
    /// The id of somebody of the staff or of a key who did it.
    pub actor: Option<String>,
    /// The id of what it was done to.
    pub target: Option<String>,
    /// An action, as `tenant.suspended`.
    pub action: Option<String>,
    /// done or refused.
    pub outcome: Option<String>,
    /// Entries from this moment on.
    pub from: Option<DateTime<Utc>>,
    /// Entries before this moment.
    pub to: Option<DateTime<Utc>>,
    /// A piece of an actor's or a target's name.
    pub search: Option<String>,
    /// The slug of the tenant that it was about.
    pub tenant: Option<String>,
    /// Empty to begin, then the next_cursor of the answer before.
    pub cursor: Option<String>,
}

impl PlatformAuditQuery {
    fn filter(&self) -> Result<PlatformFilter, VerbError> {
        let asked = Asked {
            actor: self.actor.as_deref(),
            target: self.target.as_deref(),
            action: self.action.as_deref(),
            outcome: self.outcome.as_deref(),
            from: self.from,
            to: self.to,
            search: self.search.as_deref(),
        };
        let slug = self.tenant.as_deref().map(Slug::parse).transpose();
        let slug = slug.map_err(|error| FieldErrors::one("tenant", error.to_string()))?;
        Ok(PlatformFilter {
            of: asked.read(|key| Action::from_key(key).is_some())?,
            tenant: slug.map(|slug| slug.to_string()),
        })
    }
}

fn entry(of: PlatformEntry) -> AuditEntry {
    AuditEntry {
        tenant_id: of.tenant.map(|(tenant, _)| tenant.to_string()),
        ..of.entry.into()
    }
}

/// `GET /audit`
///
/// # Errors
/// No right, a query that is wrong, or no database.
pub async fn list(
    api: PlatformApi<ReadPlatformAudit>,
    query: Query<PlatformAuditQuery>,
) -> Outcome<AuditEntries> {
    api.read(query, |tx, query| {
        let (filter, page) = (query.filter()?, page(query.page, query.page_size)?);
        let Some(cursor) = &query.cursor else {
            let found = log::list(tx, &filter, page)?;
            let entries = found.entries.into_iter().map(entry);
            return Ok(AuditEntries::page(entries, found.totals));
        };
        let before = cursor::place(cursor, |text| text.parse().ok())?;
        let entries = log::before(tx, &filter, before, cursor::ask(page.limit()))?;
        let entries = entries.into_iter().map(entry);
        Ok(AuditEntries::slice(entries, page.limit()))
    })
    .await
}

/// `GET /audit/{entry_id}`
///
/// # Errors
/// No right, no such entry, or no database.
pub async fn read(
    api: PlatformApi<ReadPlatformAudit>,
    query: Query<Nothing>,
) -> Outcome<OneAuditEntry> {
    let id = api.part::<AuditEntryId>("entry_id");
    api.read(query, move |tx, _| {
        let found = log::entry(tx, id.ok_or(StoreError::NotFound)?)?;
        Ok(OneAuditEntry {
            entry: entry(found),
        })
    })
    .await
}
