//! Usage: what was measured of a tenant over a period, and who had which part of it.

mod ahead;
mod fields;
mod gaps;
mod numbers;
mod series;
mod shown;

use domain::permission::ReadUsage;
use domain::staff::ReadTenants;
use domain::{Meter, Period, TenantId, TimeZone};
use serde::Deserialize;
use services::limits::{self, Stand};
use services::usage::{self, Look};
use services::{PlatformTx, StoreError, VerbError};
use utoipa::IntoParams;

use super::door::Door;
use super::{Answer, Either, Fault, Outcome, Query};
pub use fields::UsageOfTenant;
pub(super) use numbers::gigabytes;

/// Everything that is read for it.
const METERS: [Meter; 21] = [
    Meter::API_CALLS,
    Meter::API_ERRORS,
    Meter::API_REFUSED,
    Meter::API_MICROS,
    Meter::API_TIMES,
    Meter::PAGE_VIEWS,
    Meter::PAGE_ERRORS,
    Meter::PAGE_MICROS,
    Meter::PAGE_TIMES,
    Meter::SIGN_INS,
    Meter::SIGN_INS_REFUSED,
    Meter::BYTES_IN,
    Meter::BYTES_OUT,
    Meter::DB_RUNS,
    Meter::DB_MICROS,
    Meter::DB_SLOW,
    Meter::JOBS,
    Meter::JOBS_GIVEN_UP,
    Meter::LETTERS,
    Meter::CONNECTIONS,
    Meter::STORAGE,
];

/// Of when usage is read.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
pub struct UsageQuery {
    /// 1h (the running hour), 24h (where nothing is said), 7d, 30d or 90d, the running hour or day included.
    #[param(pattern = "^(1h|24h|7d|30d|90d)$")]
    pub period: Option<String>,
    /// Whether to say what is to be expected.
    pub include_projections: Option<bool>,
    /// Of which parts: any of api, pages, sign_ins, database, storage, traffic, jobs, letters, resources, shares, series, limits, with commas between
    /// them. All where nothing is said.
    pub metrics: Option<String>,
}

/// What was found.
struct Found {
    tenant: TenantId,
    look: Look,
    stands: Vec<Stand>,
}

/// `GET /tenants/{tenant_id}/usage`
///
/// # Errors
/// No right, no such tenant, a period or part that is none, or no database.
pub async fn read(
    api: Either<ReadUsage, ReadTenants>,
    query: Query<UsageQuery>,
) -> Outcome<UsageOfTenant> {
    match api {
        Either::Tenant(api) => {
            let asked = match Asked::of(&api.query(query).await?) {
                Ok(asked) => asked,
                Err(fault) => return Err(api.after_proof(fault).await),
            };
            api.prove().await?;
            let (tenant, zone) = (api.id(), zone(&api.entry().timezone));
            let wish = asked.wish;
            let measured = api.beyond(move |store, request| {
                let read = |tx: &mut PlatformTx<'_>| look(tx, (tenant, zone), wish);
                Ok(store.platform::<_, StoreError>(request.now, read)?)
            });
            let seen = measured.await?;
            let inside = api
                .run(move |tx| Ok((seen.named(tx)?, limits::stands(tx, &seen.resources, zone)?)));
            let (look, stands) = inside.await?;
            let found = Found {
                tenant,
                look,
                stands,
            };
            Ok(Answer::of(&UsageOfTenant::of(&found, &asked.parts)))
        }
        Either::Platform(api) => {
            let asked = match Asked::of(&api.query(query).await?) {
                Ok(asked) => asked,
                Err(fault) => return Err(api.after_proof(fault).await),
            };
            let (name, wish) = (api.part::<String>("tenant_id"), asked.wish);
            let measured = api.run(move |tx| {
                let tenant = super::tenants::named(tx, name.as_ref())?;
                let zone = tx.tenant_record(tenant)?.settings.timezone;
                Ok((tenant, zone, look(tx, (tenant, zone), wish)?))
            });
            let (tenant, zone, look) = measured.await?;
            let all = look.resources.clone();
            let stands = super::limits::inside(&api, tenant, move |tx, _| {
                Ok(limits::stands(tx, &all, zone)?)
            });
            let found = Found {
                tenant,
                look,
                stands: stands.await?,
            };
            Ok(Answer::of(&UsageOfTenant::of(&found, &asked.parts)))
        }
    }
}

/// Over what, and whether ahead.
type Wished = (Period, bool);

fn look(
    tx: &mut PlatformTx<'_>,
    of: (TenantId, TimeZone),
    (period, ahead): Wished,
) -> Result<Look, StoreError> {
    usage::look(tx, of, &METERS, period, ahead)
}

/// A query that was read.
struct Asked {
    wish: Wished,
    parts: shown::Parts,
}

impl Asked {
    fn of(query: &UsageQuery) -> Result<Self, Fault> {
        let words = query.period.as_deref();
        let period = words.map_or(Ok(Period::default()), Period::parse);
        let period = period.map_err(|_| {
            Fault::from(VerbError::from(domain::FieldErrors::one(
                "period",
                "Choose 1h, 24h, 7d, 30d or 90d.",
            )))
        })?;
        let parts = shown::Parts::parse(query.metrics.as_deref()).map_err(VerbError::from)?;
        let wish = (period, query.include_projections.unwrap_or(false));
        Ok(Self { wish, parts })
    }
}

fn zone(name: &str) -> TimeZone {
    name.parse().unwrap_or_default()
}
