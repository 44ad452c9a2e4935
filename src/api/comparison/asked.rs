//! What is asked of all tenants: which, over what, put together by what, in which order.

use domain::{FieldErrors, Order, PageRequest, Period};
use serde::Deserialize;
use services::comparison::{SegmentBy, SortBy, Wish};
use services::{PlatformTx, VerbError};
use utoipa::IntoParams;

use crate::api::Fault;
use crate::api::analytics::{period, words, wrong};
use crate::api::fields::{ORDERS, page, word};

/// The parts there are.
const METRICS: [&str; 4] = [
    "aggregated_metrics",
    "tenant_comparison",
    "platform_health",
    "revenue",
];
/// The most tenants that can be named.
const MOST: usize = 200;

/// Which tenants are compared, over what and in which order.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
pub struct ComparisonQuery {
    /// Ids or slugs with commas between them, 200 at most; all tenants where nothing is said.
    pub tenant_ids: Option<String>,
    /// 7d, 30d (where nothing is said) or 90d, today included. Added up every hour, 90 days once a night.
    #[param(pattern = "^(7d|30d|90d)$")]
    pub period: Option<String>,
    /// Any of aggregated_metrics, tenant_comparison, platform_health and revenue, with commas between them. All where nothing is said.
    pub metrics: Option<String>,
    /// plan, placement, node or status; no segments where nothing is said.
    #[param(pattern = "^(plan|placement|node|status)?$")]
    pub segment_by: Option<String>,
    /// name, user_count, active_users, storage_gb, api_calls, growth_rate, avg_response_time_ms, total_revenue (where nothing is said) or
    /// churn_risk.
    pub sort: Option<String>,
    /// asc or desc (where nothing is said).
    pub order: Option<String>,
    /// The page, from 1.
    #[param(minimum = 1, maximum = 1_000_000)]
    pub page: Option<u32>,
    /// The most tenants of a page; 50 where nothing is said.
    #[param(minimum = 1, maximum = 200)]
    pub page_size: Option<u32>,
}

/// A query that was read.
#[derive(Debug, Clone)]
pub(super) struct Asked {
    names: Option<Vec<String>>,
    pub(super) period: Period,
    metrics: Vec<String>,
    pub(super) segment: Option<SegmentBy>,
    sort: SortBy,
    order: Order,
    page: PageRequest,
}

impl Asked {
    pub(super) fn of(query: &ComparisonQuery) -> Result<Self, Fault> {
        let names = query.tenant_ids.as_deref().map(|raw| {
            let names = raw.split(',').map(str::trim);
            let names = names.filter(|name| !name.is_empty()).map(str::to_owned);
            names.collect::<Vec<String>>()
        });
        if names.as_ref().is_some_and(|names| names.len() > MOST) {
            return Err(wrong("tenant_ids", format!("Name {MOST} at most.")));
        }
        let sort = word("sort", query.sort.as_deref(), SortBy::ALL)?;
        let order = word("order", query.order.as_deref(), &ORDERS)?;
        Ok(Self {
            names,
            period: period(query.period.as_deref())?,
            metrics: words(query.metrics.as_deref(), &METRICS)?,
            segment: word("segment_by", query.segment_by.as_deref(), &SegmentBy::ALL)?,
            sort: sort.unwrap_or(SortBy::Revenue),
            order: order.unwrap_or(Order::Descending),
            page: page(query.page, query.page_size)?,
        })
    }

    /// With the tenants that are named.
    pub(super) fn wish(&self, tx: &mut PlatformTx<'_>) -> Result<Wish, VerbError> {
        let found = self.names.as_ref().map(|names| {
            let each = names.iter().map(|name| {
                let missing =
                    || FieldErrors::one("tenant_ids", format!("There is no tenant {name}."));
                tx.named_tenant(name).map_err(|error| match error {
                    services::StoreError::NotFound => VerbError::from(missing()),
                    error => error.into(),
                })
            });
            each.collect::<Result<Vec<_>, VerbError>>()
        });
        Ok(Wish {
            tenants: found.transpose()?,
            search: String::new(),
            period: self.period,
            segment: self.segment,
            sort: self.sort,
            order: self.order,
            page: self.page,
        })
    }

    pub(super) fn some<T>(&self, part: &str, of: impl FnOnce() -> T) -> Option<T> {
        let wanted = self.metrics.is_empty() || self.metrics.iter().any(|word| word == part);
        wanted.then(of)
    }
}
