//! What was measured over a period: charts with the period before, who had which part, and where something is missing.

use domain::{Meter, Period, TenantId, TimeZone};
use serde::Deserialize;
use services::limits::Stand;
use services::usage::{self, Look, Reading, Shares, Sharing};
use services::{PlatformTx, StoreError};

use super::charts::{charts, told};
use crate::web::chart::Chart;
use crate::web::format::Format;
use crate::web::list::Tab;

/// What the page and its file show.
pub(super) const METERS: [Meter; 11] = [
    Meter::API_CALLS,
    Meter::API_ERRORS,
    Meter::API_REFUSED,
    Meter::API_TIMES,
    Meter::PAGE_VIEWS,
    Meter::PAGE_ERRORS,
    Meter::SIGN_INS,
    Meter::BYTES_OUT,
    Meter::DB_RUNS,
    Meter::LETTERS,
    Meter::STORAGE,
];

/// Of when it is asked.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct Asked {
    period: Option<String>,
}

impl Asked {
    /// What cannot be read is the default.
    pub(super) fn period(&self) -> Period {
        let period = self.period.as_deref().map(Period::parse);
        period.and_then(Result::ok).unwrap_or_default()
    }
}

pub(super) fn read(
    tx: &mut PlatformTx<'_>,
    of: (TenantId, TimeZone),
    period: Period,
) -> Result<Look, StoreError> {
    usage::look(tx, of, &METERS, period, true)
}

/// As the page shows it.
pub(super) struct Measured {
    pub(super) tabs: Vec<Tab>,
    pub(super) charts: Vec<Chart>,
    /// What was counted, in words.
    pub(super) facts: Vec<(&'static str, String)>,
    pub(super) parts: Vec<Part>,
    /// What is missing, in words.
    pub(super) gaps: Vec<String>,
    pub(super) file: String,
}

/// Who had which part of something.
pub(super) struct Part {
    pub(super) id: &'static str,
    pub(super) title: &'static str,
    pub(super) unit: &'static str,
    /// Name, how much, and how many hundredths of all.
    pub(super) lines: Vec<(String, String, String)>,
}

impl Measured {
    pub(super) fn of(look: &Look, stands: &[Stand], format: &Format) -> Self {
        let Look {
            reading,
            shares,
            gaps,
            ..
        } = look;
        let part = |id, title, of: &[Sharing], meter: &Meter| {
            Part::of(id, title, of, reading.total(meter), format)
        };
        Self {
            tabs: tabs(reading.period),
            charts: charts(look, stands, format),
            facts: facts(reading, shares, format),
            parts: vec![
                part(
                    "by-key",
                    "Calls by key",
                    &shares.calls_by_key,
                    &Meter::API_CALLS,
                ),
                part(
                    "by-call",
                    "Calls by route",
                    &shares.calls_by_endpoint,
                    &Meter::API_CALLS,
                ),
                part(
                    "by-person",
                    "Pages by person",
                    &shares.pages_by_user,
                    &Meter::PAGE_VIEWS,
                ),
                part(
                    "by-page",
                    "Pages by route",
                    &shares.pages_by_endpoint,
                    &Meter::PAGE_VIEWS,
                ),
            ],
            gaps: gaps.iter().map(|gap| told(gap, format)).collect(),
            file: format!("/usage.csv?period={}", reading.period),
        }
    }
}

impl Part {
    fn of(
        id: &'static str,
        title: &'static str,
        of: &[Sharing],
        all: i64,
        format: &Format,
    ) -> Self {
        let line = |share: &Sharing| {
            let hundredths =
                i128::from(share.amount) * 100 / i128::from(all.max(share.amount).max(1));
            (
                share
                    .name
                    .clone()
                    .unwrap_or_else(|| "Not there any more".to_owned()),
                format.count(share.amount),
                format!("{hundredths} %"),
            )
        };
        Self {
            id,
            title,
            unit: title.split(' ').next().unwrap_or_default(),
            lines: of.iter().map(line).collect(),
        }
    }
}

fn tabs(current: Period) -> Vec<Tab> {
    let tab = |period: &Period| Tab {
        label: period.words().to_owned(),
        href: format!("/usage?period={period}"),
        count: String::new(),
        current: *period == current,
    };
    Period::ALL.iter().map(tab).collect()
}

/// The bytes that were measured last.
fn stored(reading: &Reading, format: &Format) -> String {
    match reading.newest(&Meter::STORAGE) {
        Some(bytes) => format.bytes(bytes),
        None => "Measured with the next full hour".to_owned(),
    }
}

fn facts(reading: &Reading, shares: &Shares, format: &Format) -> Vec<(&'static str, String)> {
    let total = |meter: &Meter| format.count(reading.total(meter));
    let within = reading.quantile(&Meter::API_TIMES, 95);
    let within = within.map_or_else(
        || "No calls".to_owned(),
        |micros| {
            format!(
                "{} ms",
                format.count(i64::try_from(micros / 1_000).unwrap_or(i64::MAX).max(1))
            )
        },
    );
    vec![
        ("API calls", total(&Meter::API_CALLS)),
        ("Failed by our fault", total(&Meter::API_ERRORS)),
        ("Refused as too many", total(&Meter::API_REFUSED)),
        ("95 of 100 calls within", within),
        ("Pages", total(&Meter::PAGE_VIEWS)),
        ("People who used pages", format.count(shares.people)),
        ("Sign-ins", total(&Meter::SIGN_INS)),
        ("Letters sent", total(&Meter::LETTERS)),
        ("Stored", stored(reading, format)),
    ]
}
