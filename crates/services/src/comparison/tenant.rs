//! One tenant beside the others.

use chrono::{DateTime, Utc};
use domain::resource::in_force;
use domain::{Meter, Risk, Sign, TenantId, TenantState, Vital, churn};
use store::catalogue::Plan;
use store::usage::Compared;

use super::of_limit;
use super::told::Told;
use crate::analytics::Figure;
use crate::usage::approximate;

const NOT_MEASURED: &str = "Nothing was measured of it in this time.";
const NOBODY_BEFORE: &str = "It had nobody at the end of the time before.";
const AGREED: &str = "Its price is agreed on by itself, so it is not known here.";

/// See the module.
#[derive(Debug, Clone)]
pub struct Tenant {
    /// What was read.
    pub row: Compared,
    /// Its state.
    pub status: TenantState,
    /// Its plan's name.
    pub plan_name: String,
    /// How many more people take a seat than at the end of the time before, as a part of those.
    pub growth: Figure<f64>,
    /// What it pays a month in hundredths, and in which currency. A trial pays nothing.
    pub pays: Figure<(i64, String)>,
    /// Signs that it may leave.
    pub signs: Vec<Sign>,
    /// How likely that is.
    pub risk: Risk,
    /// What its application said was used, by resource.
    pub told: Told,
}

impl Tenant {
    pub(super) fn of(row: Compared, plan: Option<&Plan>, told: Told, now: DateTime<Utc>) -> Self {
        let status = TenantState::parse(&row.status).unwrap_or(TenantState::Active);
        let signs = churn::signs(&vital(&row, plan, status, now));
        Self {
            growth: growth(row.users, row.users_before),
            pays: pays(&row, plan, status),
            plan_name: plan.map_or_else(|| row.plan.clone(), |plan| plan.terms.name.clone()),
            risk: Risk::of(&signs),
            signs,
            status,
            told,
            row,
        }
    }

    /// Which.
    #[must_use]
    pub fn id(&self) -> TenantId {
        TenantId::from_uuid(self.row.id)
    }

    /// Milliseconds until an answer began, on average.
    #[must_use]
    pub fn response_ms(&self) -> Option<f64> {
        super::platform::mean_ms(self.row.micros, self.row.requests)
    }
}

fn growth(now: Option<i64>, before: Option<i64>) -> Figure<f64> {
    let now = now.ok_or(NOT_MEASURED)?;
    let before = before.filter(|before| *before > 0).ok_or(NOBODY_BEFORE)?;
    Ok((approximate(now - before) / approximate(before) * 1e4).round() / 1e4)
}

/// The plan's price and what more of something costs. Who tries it, or rests, pays nothing.
fn pays(row: &Compared, plan: Option<&Plan>, status: TenantState) -> Figure<(i64, String)> {
    let terms = &plan.ok_or(AGREED)?.terms;
    let is_paying = matches!(
        status,
        TenantState::Active | TenantState::Maintenance | TenantState::Moving
    );
    if !is_paying {
        return Ok((0, terms.currency.clone()));
    }
    let price = terms.price_cents.ok_or(AGREED)?;
    let more = terms.extras.iter().filter_map(|(key, extra)| {
        let own = row.limits.get(key)?.as_i64()?;
        extra.price_of(own - terms.limits.get(key)?)
    });
    let all = more.fold(price, i64::saturating_add);
    Ok((all, terms.currency.clone()))
}

fn vital(row: &Compared, plan: Option<&Plan>, status: TenantState, now: DateTime<Utc>) -> Vital {
    let trial = row.trial_ends_at.filter(|_| status == TenantState::Trial);
    Vital {
        age_days: (now - row.created_at).num_days(),
        last_week: row.last_week,
        people: row.active.unwrap_or(0),
        people_before: row.active_before,
        calls: row.calls.unwrap_or(0),
        calls_before: row.calls_before,
        trial_days_left: trial.map(|ends| (ends - now).num_days()),
        used_percent: used_percent(row, plan),
    }
}

/// How many hundredths of the limit that presses most are used: people, bytes, or the calls of the busiest day.
fn used_percent(row: &Compared, plan: Option<&Plan>) -> Option<i64> {
    let own = serde_json::from_value(row.limits.clone()).unwrap_or_default();
    let limits = in_force(&plan?.terms.limits, &own);
    let used = [
        (Meter::USERS, row.users),
        (Meter::STORAGE, row.bytes),
        (Meter::API_CALLS, row.calls_peak),
    ];
    let parts = used.iter().filter_map(|(meter, used)| {
        let limit = limits.get(meter.resource()?).filter(|limit| **limit > 0)?;
        let used = i128::from(of_limit(meter, (*used)?));
        i64::try_from(used * 100 / i128::from(*limit)).ok()
    });
    parts.max()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn growth_needs_somebody_before() {
        assert_eq!(growth(Some(115), Some(100)), Ok(0.15));
        assert_eq!(growth(Some(5), Some(10)), Ok(-0.5));
        assert_eq!(growth(Some(5), Some(0)), Err(NOBODY_BEFORE));
        assert_eq!(growth(None, Some(5)), Err(NOT_MEASURED));
    }
}
