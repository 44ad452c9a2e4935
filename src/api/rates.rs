//! How often which route may be asked, and what every answer says of it.

use std::net::IpAddr;

use actix_web::HttpMessage;
use actix_web::http::header::{HeaderMap, HeaderName, HeaderValue};
use actix_web::{HttpRequest, web::Data};
use domain::{ApiKey, KeyOf, Rate, Rates};
use serde_json::json;
use services::TenantEntry;
use services::rates::{Allowance, Bucket};

use super::fault::{Fault, whole_seconds};
use crate::app::App;
use crate::config::Api as Settings;

const LIMIT: HeaderName = HeaderName::from_static("ratelimit-limit");
const REMAINING: HeaderName = HeaderName::from_static("ratelimit-remaining");
const RESET: HeaderName = HeaderName::from_static("ratelimit-reset");

/// A tenant's keys together may ask so many times what one of them may.
const TENANT: i32 = 5;
/// Whoever asks from one address may ask so many times what one key may.
const ADDRESS: i32 = 10;

/// What a route is counted as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Class {
    /// Making tenants.
    Creation,
    /// Asking how a tenant's tables are made, which counts its rows.
    Schema,
    /// Asking what is limited, and how much of it is in use.
    Usage,
    /// Everything else.
    Queries,
}

impl Class {
    /// The class of a route.
    #[must_use]
    pub fn of(method: &str, path: &str) -> Self {
        let makes = method.eq_ignore_ascii_case("post")
            && matches!(
                path,
                "/tenants" | "/tenants/signup" | "/tenants/signup/confirmation"
            );
        match path {
            _ if makes => Self::Creation,
            "/tenants/{tenant_id}/schema" => Self::Schema,
            "/tenants/{tenant_id}/usage"
            | "/tenants/{tenant_id}/analytics"
            | "/tenants/{tenant_id}/limits"
            | "/tenants/{tenant_id}/limits/check"
            | "/analytics/cross-tenant"
            | "/resources" => Self::Usage,
            _ => Self::Queries,
        }
    }

    const fn word(self) -> &'static str {
        match self {
            Self::Creation => "creation",
            Self::Schema => "schema",
            Self::Usage => "usage",
            Self::Queries => "queries",
        }
    }

    /// How often everybody may, and in how many seconds.
    const fn limit(self, set: &Settings) -> (i32, i32) {
        match self {
            Self::Creation => (set.creations_per_hour, 3_600),
            Self::Schema => (set.schema_per_minute, 60),
            Self::Usage => (set.usage_per_minute, 60),
            Self::Queries => (set.queries_per_minute, 60),
        }
    }

    /// How often a plan lets its tenants' keys, where it says so. It says nothing of what only the platform's keys do.
    fn of_plan(self, rates: &Rates) -> Option<i32> {
        match self {
            Self::Creation => None,
            Self::Schema => Rate::Schema.of(rates),
            Self::Usage => Rate::Usage.of(rates),
            Self::Queries => Rate::Queries.of(rates),
        }
    }
}

/// The buckets of a request. A tenant is charged for keys that opened it, and its plan says how often they may: of the first
/// request of a key nobody learns which plan a tenant has that it only names.
pub(super) fn buckets(
    app: &Data<App>,
    class: Class,
    address: Option<IpAddr>,
    key: Option<&ApiKey>,
    opened: Option<&TenantEntry>,
) -> Vec<Bucket> {
    let (usual, seconds) = class.limit(&app.config.api);
    let of_plan = opened.and_then(|tenant| class.of_plan(&tenant.rates));
    let limit = of_plan.unwrap_or(usual);
    let bucket = |kind: &str, whose: &str, most: i32| Bucket {
        name: format!("{}:{kind}:{whose}", class.word()),
        limit: most,
        seconds,
    };
    let mut buckets = Vec::with_capacity(3);
    if let Some(address) = address {
        // Also from one address a key may ask as often as its plan says.
        let most = usual.max(limit).saturating_mul(ADDRESS);
        buckets.push(bucket("address", &network(address), most));
    }
    if let Some(key) = key {
        let hash = data_encoding::HEXLOWER.encode(key.hash().as_bytes());
        buckets.push(bucket("key", &hash, limit));
        if let (KeyOf::Tenant(name), true) = (key.names(), opened.is_some()) {
            buckets.push(bucket("tenant", &name, limit.saturating_mul(TENANT)));
        }
    }
    buckets
}

/// The address, or of a long one the network that one customer has.
fn network(address: IpAddr) -> String {
    match address {
        IpAddr::V4(address) => address.to_string(),
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            format!("{a:x}:{b:x}:{c:x}:{d:x}::/64")
        }
    }
}

/// Takes one from each bucket, or refuses. The answer's headers tell of it either way.
pub(super) async fn take(
    app: &Data<App>,
    request: &HttpRequest,
    buckets: Vec<Bucket>,
) -> Result<(), Fault> {
    if buckets.is_empty() {
        return Ok(());
    }
    let allowance = match app.rates.refused(&buckets) {
        Some(refused) => refused,
        None => {
            let asking = app.clone();
            let take = move || asking.rates.take(&buckets);
            app.outside(take).await?
        }
    };
    request.extensions_mut().insert(Told(allowance));
    match allowance.retry_after {
        Some(wait) => Err(Fault::too_often(wait).details(json!({
            "resource": "requests",
            "current": allowance.limit,
            "limit": allowance.limit,
            "requested": 1,
            "retry_after_seconds": whole_seconds(wait),
        }))),
        None => Ok(()),
    }
}

/// What the headers will say.
struct Told(Allowance);

/// Writes what was taken into the answer.
pub(super) fn tell(request: &HttpRequest, headers: &mut HeaderMap) {
    let told = request.extensions().get::<Told>().map(|told| told.0);
    let Some(allowance) = told else {
        return;
    };
    let numbers = [
        (LIMIT, u64::try_from(allowance.limit).unwrap_or(0)),
        (REMAINING, u64::try_from(allowance.remaining).unwrap_or(0)),
        (RESET, whole_seconds(allowance.reset)),
    ];
    for (name, number) in numbers {
        headers.insert(name, HeaderValue::from(number));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_counts_as_what_one_customer_has() {
        let of = |text: &str| text.parse().map(network).unwrap_or_default();
        assert_eq!(of("192.0.2.7"), "192.0.2.7");
        assert_eq!(of("2001:db8:1:2:3:4:5:6"), of("2001:db8:1:2::1"));
        assert_ne!(of("2001:db8:1:2::1"), of("2001:db8:1:3::1"));
    }
}
