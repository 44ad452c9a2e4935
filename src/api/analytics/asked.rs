//! What is asked of analytics: over what, which of it, by what parts.

use domain::{FieldErrors, Period};
use serde::Deserialize;
use services::VerbError;
use services::analytics::Segment;
use utoipa::IntoParams;

use crate::api::Fault;

/// The parts there are.
const METRICS: [&str; 5] = [
    "user_metrics",
    "usage_metrics",
    "feature_adoption",
    "performance_metrics",
    "trends",
];

/// Of when analytics are read, and which of them.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
pub struct AnalyticsQuery {
    /// 7d, 30d (where nothing is said) or 90d, today included.
    #[param(pattern = "^(7d|30d|90d)$")]
    pub period: Option<String>,
    /// Any of user_metrics, usage_metrics, feature_adoption, performance_metrics and trends, with commas between them. All where
    /// nothing is said.
    pub metrics: Option<String>,
    /// By what parts are told: users by role, storage by table, or api by route.
    #[param(pattern = "^(users|storage|api)$")]
    pub segment: Option<String>,
}

/// A query that was read.
#[derive(Debug, Clone)]
pub(super) struct Asked {
    period: Period,
    pub(super) segment: Option<Segment>,
    metrics: Vec<String>,
}

impl Asked {
    pub(super) fn of(query: &AnalyticsQuery) -> Result<Self, Fault> {
        let segment = query.segment.as_deref().map(|word| {
            let found = Segment::ALL.iter().find(|(name, _)| *name == word);
            found
                .map(|(_, segment)| *segment)
                .ok_or_else(|| wrong("segment", "Choose users, storage or api.".to_owned()))
        });
        Ok(Self {
            period: period(query.period.as_deref())?,
            segment: segment.transpose()?,
            metrics: words(query.metrics.as_deref(), &METRICS)?,
        })
    }

    pub(super) fn wish(&self) -> (Period, Option<Segment>) {
        (self.period, self.segment)
    }

    pub(super) fn some<T>(&self, part: &str, of: impl FnOnce() -> T) -> Option<T> {
        let wanted = self.metrics.is_empty() || self.metrics.iter().any(|word| word == part);
        wanted.then(of)
    }
}

/// A span of days.
pub(in crate::api) fn period(word: Option<&str>) -> Result<Period, Fault> {
    let spans = [Period::Week, Period::Month, Period::Quarter];
    let known = word.map_or(Ok(Period::Month), Period::parse);
    let known = known.ok().filter(|period| spans.contains(period));
    known.ok_or_else(|| wrong("period", "Choose 7d, 30d or 90d.".to_owned()))
}

/// Words with commas between them, each of which has to be one of these.
pub(in crate::api) fn words(raw: Option<&str>, known: &[&str]) -> Result<Vec<String>, Fault> {
    let words = raw.unwrap_or_default().split(',').map(str::trim);
    let words: Vec<String> = words
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect();
    match words.iter().find(|word| !known.contains(&word.as_str())) {
        Some(_) => Err(wrong("metrics", format!("Choose of {}.", known.join(", ")))),
        None => Ok(words),
    }
}

pub(in crate::api) fn wrong(field: &'static str, why: String) -> Fault {
    VerbError::from(FieldErrors::one(field, why)).into()
}
