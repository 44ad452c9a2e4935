//! One visit as it is read: to its tenant with the pages that were read on it.

use chrono::{DateTime, Utc};
use domain::TenantId;
use serde::Serialize;
use services::visits::{Detail, Listed, Page};
use utoipa::ToSchema;

use super::fields::VisitFields;

/// One visit with what was read on it.
#[derive(Debug, Serialize, ToSchema)]
pub struct SeenVisit {
    /// Which.
    pub visit: VisitFields,
    /// The pages that were read or sent, the latest first and 200 at most; for the tenant's own keys.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pages: Option<Vec<SeenPage>>,
    /// How many there are; for the tenant's own keys.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub page_count: Option<i64>,
}

/// A page that was read or sent on a visit.
#[derive(Debug, Serialize, ToSchema)]
pub struct SeenPage {
    /// When.
    pub at: DateTime<Utc>,
    /// GET for what was read, POST for what was sent.
    pub method: String,
    /// The kind of page, as `/users/{id}`.
    pub route: String,
    /// Its path.
    pub path: String,
}

impl SeenVisit {
    pub(super) fn own(tenant: TenantId, of: Detail, now: DateTime<Utc>) -> Self {
        Self {
            visit: VisitFields::own(tenant, &of.visit, now),
            pages: Some(of.pages.into_iter().map(SeenPage::from).collect()),
            page_count: Some(of.page_count),
        }
    }

    pub(super) fn any(tenant: TenantId, of: Listed) -> Self {
        Self {
            visit: VisitFields::any(tenant, of),
            pages: None,
            page_count: None,
        }
    }
}

impl From<Page> for SeenPage {
    fn from(of: Page) -> Self {
        Self {
            at: of.at,
            method: of.method,
            route: of.route,
            path: of.path,
        }
    }
}
