//! From what was measured to what programs see of it.

use domain::{FieldErrors, Meter};
use services::usage::{Reading, Sharing};

use super::fields::{
    DatabaseFields, JobsFields, MeasuredFields, RequestFields, SeriesFields, SharesFields,
    SharingFields, SignInFields, StorageFields, TrafficFields, UsageOfTenant, UsedFields,
};
use super::gaps::GapFields;
use super::numbers::{mean, ms, ratio};
use super::{Found, ahead};
use crate::api::limits::LimitFields;

/// The parts there are.
const PARTS: [&str; 12] = [
    "api",
    "pages",
    "sign_ins",
    "database",
    "storage",
    "traffic",
    "jobs",
    "letters",
    "resources",
    "shares",
    "series",
    "limits",
];

/// Which parts were asked for.
#[derive(Debug, Clone)]
pub(super) struct Parts(Vec<String>);

impl Parts {
    pub(super) fn parse(words: Option<&str>) -> Result<Self, FieldErrors> {
        let words = words.unwrap_or_default().split(',').map(str::trim);
        let words: Vec<String> = words
            .filter(|word| !word.is_empty())
            .map(str::to_owned)
            .collect();
        match words.iter().find(|word| !PARTS.contains(&word.as_str())) {
            Some(_) => Err(FieldErrors::one(
                "metrics",
                format!("Choose of {}.", PARTS.join(", ")),
            )),
            None => Ok(Self(words)),
        }
    }

    fn some<T>(&self, part: &str, of: impl FnOnce() -> T) -> Option<T> {
        let wanted = self.0.is_empty() || self.0.iter().any(|word| word == part);
        wanted.then(of)
    }
}

impl UsageOfTenant {
    pub(super) fn of(found: &Found, parts: &Parts) -> Self {
        let (reading, shares) = (&found.look.reading, &found.look.shares);
        let total = |meter: &Meter| reading.total(meter);
        Self {
            tenant_id: found.tenant.to_string(),
            period: reading.period.to_string(),
            usage: MeasuredFields {
                api: parts.some("api", || RequestFields {
                    calls: Some(total(&Meter::API_CALLS)),
                    rate_limit_hits: Some(total(&Meter::API_REFUSED)),
                    unique_keys: shares.keys,
                    ..RequestFields::of(reading, &CALLS)
                }),
                pages: parts.some("pages", || RequestFields {
                    views: Some(total(&Meter::PAGE_VIEWS)),
                    unique_users: shares.people,
                    ..RequestFields::of(reading, &PAGES)
                }),
                sign_ins: parts.some("sign_ins", || SignInFields {
                    admitted: total(&Meter::SIGN_INS),
                    refused: total(&Meter::SIGN_INS_REFUSED),
                }),
                database: parts.some("database", || DatabaseFields {
                    peak_connections: reading.peak(&Meter::CONNECTIONS),
                    queries: total(&Meter::DB_RUNS),
                    avg_execution_time_ms: mean(total(&Meter::DB_MICROS), total(&Meter::DB_RUNS)),
                    slow_queries_count: total(&Meter::DB_SLOW),
                }),
                storage: parts.some("storage", || StorageFields {
                    used_bytes: reading.newest(&Meter::STORAGE),
                    growth_bytes: reading.growth(&Meter::STORAGE),
                }),
                traffic: parts.some("traffic", || TrafficFields {
                    bytes_in: total(&Meter::BYTES_IN),
                    bytes_out: total(&Meter::BYTES_OUT),
                }),
                jobs: parts.some("jobs", || JobsFields {
                    done: total(&Meter::JOBS),
                    given_up: total(&Meter::JOBS_GIVEN_UP),
                }),
                letters: parts.some("letters", || total(&Meter::LETTERS)),
                resources: parts.some("resources", || UsedFields::all(&found.look)),
            },
            shares: parts.some("shares", || SharesFields {
                api_by_key: sharing(&shares.calls_by_key),
                api_by_endpoint: sharing(&shares.calls_by_endpoint),
                pages_by_user: sharing(&shares.pages_by_user),
                pages_by_endpoint: sharing(&shares.pages_by_endpoint),
            }),
            series: parts.some("series", || SeriesFields::all(&found.look)),
            limits: parts.some("limits", || {
                found.stands.iter().map(LimitFields::of).collect()
            }),
            projections: ahead::projections(found),
            gaps: found.look.gaps.iter().map(GapFields::of).collect(),
        }
    }
}

/// What is measured of requests: how many, failed, how long together, and how long each.
type Kind = [Meter; 4];
const CALLS: Kind = [
    Meter::API_CALLS,
    Meter::API_ERRORS,
    Meter::API_MICROS,
    Meter::API_TIMES,
];
const PAGES: Kind = [
    Meter::PAGE_VIEWS,
    Meter::PAGE_ERRORS,
    Meter::PAGE_MICROS,
    Meter::PAGE_TIMES,
];

impl RequestFields {
    fn of(reading: &Reading, [all, errors, micros, times]: &Kind) -> Self {
        let (count, failed) = (reading.total(all), reading.total(errors));
        let within = |hundredths| reading.quantile(times, hundredths).map(ms);
        Self {
            calls: None,
            views: None,
            before: reading.total_before(all),
            errors: failed,
            error_rate: ratio(failed, count),
            rate_limit_hits: None,
            avg_response_time_ms: mean(reading.total(micros), count),
            p50_response_time_ms: within(50),
            p95_response_time_ms: within(95),
            p99_response_time_ms: within(99),
            unique_users: 0,
            unique_keys: 0,
        }
    }
}

fn sharing(shares: &[Sharing]) -> Vec<SharingFields> {
    let field = |share: &Sharing| SharingFields {
        id: share.who.clone(),
        name: share.name.clone(),
        amount: share.amount,
    };
    shares.iter().map(field).collect()
}
