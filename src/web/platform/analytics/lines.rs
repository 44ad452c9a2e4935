//! Lines of the tables: one tenant, tenants with something in common, what a plan brings.

use domain::{Resource, Risk, Sign};
use services::comparison::{Part, Revenue, Tenant};

use super::super::tenants::words;
use super::words::told;
use crate::web::format::Format;

/// One tenant beside the others.
pub(super) struct Line {
    pub(super) id: String,
    pub(super) name: String,
    /// Its plan and state.
    pub(super) about: String,
    /// In the order of the columns.
    pub(super) cells: Vec<String>,
    pub(super) risk: &'static str,
    pub(super) tone: &'static str,
    pub(super) signs: String,
    /// What there is no room for on a phone.
    pub(super) short: String,
}

/// One that is named beside the table.
pub(super) struct Named {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) told: String,
}

/// Tenants with something in common.
pub(super) struct Together {
    pub(super) name: String,
    pub(super) cells: Vec<String>,
}

/// What a plan brings.
pub(super) struct Paid {
    pub(super) plan: String,
    pub(super) tenants: String,
    pub(super) total: String,
    pub(super) agreed: String,
}

const NONE: &str = "–";

fn known<T>(value: Option<T>, words: impl Fn(T) -> String) -> String {
    value.map_or_else(|| NONE.to_owned(), words)
}

fn rate(rate: f64, format: &Format) -> String {
    let sign = if rate > 0.0 { "+" } else { "" };
    format!("{sign}{}", format.percent(rate, 1))
}

fn signs(of: &[Sign]) -> String {
    let words: Vec<&str> = of.iter().map(|sign| sign.words()).collect();
    words.join(" · ")
}

/// `199.00 USD`
fn money(cents: i64, currency: &str, format: &Format) -> String {
    let (whole, part) = (cents / 100, cents % 100);
    format!(
        "{}{}{part:02} {currency}",
        format.count(whole),
        format.decimal_mark()
    )
}

impl Line {
    /// With what applications count of these.
    pub(super) fn of(one: &Tenant, counted: &[Resource], format: &Format) -> Self {
        let row = &one.row;
        let count = |of: Option<i64>| known(of, |count| format.count(count));
        let calls = count(row.calls);
        let counted = counted.iter();
        let counted = counted.map(|resource| count(one.told.get(resource.key.as_str()).copied()));
        Self {
            id: one.id().to_string(),
            name: row.name.clone(),
            about: format!("{} · {}", one.plan_name, words::title(one.status)),
            short: format!("{} people · {calls} calls", count(row.users)),
            cells: [
                count(row.users),
                count(row.active),
                told(one.growth, |growth| rate(growth, format)),
                calls,
                known(row.bytes, |bytes| format.bytes(bytes)),
                match &one.pays {
                    Ok((cents, currency)) => money(*cents, currency, format),
                    Err(_) => "Agreed on".to_owned(),
                },
            ]
            .into_iter()
            .chain(counted)
            .collect(),
            risk: one.risk.words(),
            tone: match one.risk {
                Risk::Low => "ok",
                Risk::Medium => "warn",
                Risk::High => "bad",
            },
            signs: signs(&one.signs),
        }
    }
}

impl Named {
    pub(super) fn moved(one: &Tenant, format: &Format) -> Self {
        Self::of(one, told(one.growth, |growth| rate(growth, format)))
    }

    pub(super) fn leaving(one: &Tenant) -> Self {
        Self::of(one, format!("{}: {}", one.risk.words(), signs(&one.signs)))
    }

    fn of(one: &Tenant, told: String) -> Self {
        Self {
            id: one.id().to_string(),
            name: one.row.name.clone(),
            told,
        }
    }
}

impl Together {
    pub(super) fn of(part: &Part, format: &Format) -> Self {
        let count = |of: Option<i64>| known(of, |count| format.count(count));
        let name = match part.name.as_str() {
            "" => "Nowhere yet".to_owned(),
            name => domain::plan::title(name),
        };
        Self {
            name,
            cells: vec![
                format.count(part.tenants),
                count(part.users),
                count(part.active),
                count(part.calls),
                known(part.bytes, |bytes| format.bytes(bytes)),
            ],
        }
    }
}

impl Paid {
    pub(super) fn of(one: &Revenue, format: &Format) -> Self {
        Self {
            plan: one.plan.clone(),
            tenants: format.count(one.paying),
            total: match one.paying {
                0 => NONE.to_owned(),
                _ => money(one.cents, &one.currency, format),
            },
            agreed: format.count(one.agreed),
        }
    }
}
