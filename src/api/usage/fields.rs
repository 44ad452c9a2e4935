//! Usage as programs see it. What was not asked for is left out.

use chrono::{DateTime, NaiveTime, SecondsFormat, TimeDelta, Utc};
use domain::{FieldErrors, Meter, Steps};
use serde::Serialize;
use services::usage::{Gap, Reading, Sharing};
use utoipa::ToSchema;

use super::Found;
use crate::api::limits::LimitFields;

/// The parts there are.
const PARTS: [&str; 10] = [
    "api", "pages", "sign_ins", "database", "traffic", "jobs", "letters", "shares", "series",
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

/// What a tenant used over a period.
#[derive(Debug, Serialize, ToSchema)]
pub struct UsageOfTenant {
    /// Whose.
    pub tenant_id: String,
    /// 1h, 24h, 7d, 30d or 90d.
    pub period: String,
    /// What was measured.
    pub usage: MeasuredFields,
    /// Who had which part, the greatest first, ten at most of each kind. These are kept by days: for 1h and 24h they are of the days
    /// on which those hours lie.
    pub shares: Option<SharesFields>,
    /// By hours or days, the earliest first.
    pub series: Option<Vec<SeriesFields>>,
    /// Where the tenant stands in everything that is limited.
    pub limits: Option<Vec<LimitFields>>,
    /// Spans in which up to a second of what was measured is missing, because a process of Tenantry ended without a word.
    pub gaps: Vec<GapFields>,
}

/// What was measured.
#[derive(Debug, Serialize, ToSchema)]
pub struct MeasuredFields {
    /// Calls of the API by the tenant's own keys.
    pub api: Option<RequestFields>,
    /// Pages.
    pub pages: Option<RequestFields>,
    /// People who signed in.
    pub sign_ins: Option<SignInFields>,
    /// Work in the database.
    pub database: Option<DatabaseFields>,
    /// Bytes.
    pub traffic: Option<TrafficFields>,
    /// Jobs.
    pub jobs: Option<JobsFields>,
    /// Letters that a mail server took.
    pub letters: Option<i64>,
}

/// Calls or pages.
#[derive(Debug, Serialize, ToSchema)]
pub struct RequestFields {
    /// How many calls; of pages, how many were asked for or sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub calls: Option<i64>,
    /// See `calls`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub views: Option<i64>,
    /// As many in the period before; null where nothing was measured then.
    pub before: Option<i64>,
    /// Of these: failed by our fault.
    pub errors: i64,
    /// The part of errors in all, from 0 to 1; null where there were none.
    pub error_rate: Option<f64>,
    /// Calls that were refused because there were too many; null of pages.
    pub rate_limit_hits: Option<i64>,
    /// Milliseconds until an answer began, on average.
    pub avg_response_time_ms: Option<f64>,
    /// Half were answered within so many milliseconds.
    pub p50_response_time_ms: Option<f64>,
    /// 95 of 100 were. Of a histogram: wrong by a fifth at most.
    pub p95_response_time_ms: Option<f64>,
    /// 99 of 100 were.
    pub p99_response_time_ms: Option<f64>,
    /// How many different people asked: programs by a key are none.
    pub unique_users: i64,
    /// How many different keys asked.
    pub unique_keys: i64,
}

/// People who signed in.
#[derive(Debug, Serialize, ToSchema)]
pub struct SignInFields {
    /// How often.
    pub admitted: i64,
    /// How often somebody was refused.
    pub refused: i64,
}

/// Work in the database.
#[derive(Debug, Serialize, ToSchema)]
pub struct DatabaseFields {
    /// The most connections that one process held at once for the tenant's requests.
    pub peak_connections: i64,
    /// Pieces of work, each a transaction or a few.
    pub queries: i64,
    /// Milliseconds that one took on average.
    pub avg_execution_time_ms: Option<f64>,
    /// Those that took longer than half a second.
    pub slow_queries_count: i64,
}

/// Bytes of bodies.
#[derive(Debug, Serialize, ToSchema)]
pub struct TrafficFields {
    /// That came.
    pub bytes_in: i64,
    /// That went, before they are compressed.
    pub bytes_out: i64,
}

/// Jobs.
#[derive(Debug, Serialize, ToSchema)]
pub struct JobsFields {
    /// That were done.
    pub done: i64,
    /// That were given up.
    pub given_up: i64,
}

/// Who had which part.
#[derive(Debug, Serialize, ToSchema)]
pub struct SharesFields {
    /// Calls of the API by key.
    pub api_by_key: Vec<SharingFields>,
    /// Calls of the API by route.
    pub api_by_endpoint: Vec<SharingFields>,
    /// Pages by person.
    pub pages_by_user: Vec<SharingFields>,
    /// Pages by route.
    pub pages_by_endpoint: Vec<SharingFields>,
}

/// One part.
#[derive(Debug, Serialize, ToSchema)]
pub struct SharingFields {
    /// A person's or key's id, or a route.
    pub id: String,
    /// The name; null of who is not there any more, and of people and keys for the platform.
    pub name: Option<String>,
    /// How much.
    pub amount: i64,
}

/// One meter over the period.
#[derive(Debug, Serialize, ToSchema)]
pub struct SeriesFields {
    /// What was measured.
    pub metric: String,
    /// Each hour or day.
    pub points: Vec<PointFields>,
}

/// One hour or day.
#[derive(Debug, Serialize, ToSchema)]
pub struct PointFields {
    /// When the hour began; of a day, its date.
    pub at: String,
    /// How much.
    pub amount: i64,
    /// How much there was in the same step of the period before; null where nothing was measured then.
    pub before: Option<i64>,
}

/// A span in which something may be missing.
#[derive(Debug, Serialize, ToSchema)]
pub struct GapFields {
    /// What was measured before is there.
    pub from: DateTime<Utc>,
    /// From here on the process measured nothing any more.
    pub until: DateTime<Utc>,
}

impl UsageOfTenant {
    pub(super) fn of(found: &Found, parts: &Parts) -> Self {
        let (reading, shares) = (&found.reading, &found.shares);
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
                    avg_execution_time_ms: mean(
                        total(&Meter::DB_MICROS),
                        total(&Meter::DB_RUNS),
                    ),
                    slow_queries_count: total(&Meter::DB_SLOW),
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
            },
            shares: parts.some("shares", || SharesFields {
                api_by_key: sharing(&shares.calls_by_key),
                api_by_endpoint: sharing(&shares.calls_by_endpoint),
                pages_by_user: sharing(&shares.pages_by_user),
                pages_by_endpoint: sharing(&shares.pages_by_endpoint),
            }),
            series: parts.some("series", || {
                let shown = SHOWN.iter();
                shown.map(|meter| SeriesFields::of(reading, meter)).collect()
            }),
            limits: parts.some("limits", || {
                found.stands.iter().map(LimitFields::of).collect()
            }),
            gaps: found.gaps.iter().map(GapFields::of).collect(),
        }
    }
}

/// What has a series.
const SHOWN: [Meter; 7] = [
    Meter::API_CALLS,
    Meter::API_ERRORS,
    Meter::PAGE_VIEWS,
    Meter::SIGN_INS,
    Meter::BYTES_OUT,
    Meter::DB_RUNS,
    Meter::LETTERS,
];

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

impl SeriesFields {
    fn of(reading: &Reading, meter: &Meter) -> Self {
        let before = reading.values_before(meter);
        let values = reading.values(meter).into_iter().enumerate();
        let point = |(place, amount): (usize, i64)| PointFields {
            at: at(reading.steps, place),
            amount,
            before: before.as_ref().and_then(|all| all.get(place).copied()),
        };
        Self {
            metric: meter.as_str().to_owned(),
            points: values.map(point).collect(),
        }
    }
}

impl GapFields {
    fn of(gap: &Gap) -> Self {
        Self {
            from: gap.from,
            until: gap.until,
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

/// When the step at this place begins, as it is sent.
fn at(steps: Steps, place: usize) -> String {
    let place = u32::try_from(place).unwrap_or(u32::MAX);
    match steps {
        Steps::Hours(first, _) => (first + TimeDelta::hours(i64::from(place)))
            .to_rfc3339_opts(SecondsFormat::Secs, true),
        Steps::Days(first, _) => {
            let day = first.and_time(NaiveTime::MIN) + TimeDelta::days(i64::from(place));
            day.date().to_string()
        }
    }
}

/// Milliseconds with one decimal.
fn ms(micros: u64) -> f64 {
    f64::from(u32::try_from(micros.saturating_add(50) / 100).unwrap_or(u32::MAX)) / 10.0
}

fn mean(micros: i64, count: i64) -> Option<f64> {
    micros
        .checked_div(count)
        .and_then(|mean| u64::try_from(mean).ok())
        .map(ms)
}

/// A part of a whole with four decimals; none of nothing.
fn ratio(part: i64, whole: i64) -> Option<f64> {
    let parts = i128::from(part) * 10_000 / i128::from(whole.max(1));
    (whole > 0).then(|| f64::from(u32::try_from(parts).unwrap_or(u32::MAX)) / 10_000.0)
}
