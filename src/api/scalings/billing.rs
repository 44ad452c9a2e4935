//! What an asking does to the bill, as programs see it.

use chrono::{DateTime, Utc};
use domain::ScalingBilling;
use serde::Serialize;
use utoipa::ToSchema;

/// What an asking does to the bill.
#[derive(Debug, Serialize, ToSchema)]
pub struct BillingImpact {
    /// More a month than now, negative for less; null where it is agreed on.
    pub additional_cost_monthly: Option<f64>,
    /// For what is left of this month, today among it; null where it is agreed on.
    pub prorated_today: Option<f64>,
    /// The same as additional_cost_monthly in hundredths, exactly.
    pub additional_cents_monthly: Option<i64>,
    /// The same as prorated_today in hundredths, exactly.
    pub prorated_cents_today: Option<i64>,
    /// The currency of the plan's prices.
    pub currency: String,
    /// When the next month begins, by the tenant's clock.
    pub next_billing_date: DateTime<Utc>,
    /// The resources for which the plan has no price.
    pub by_agreement: Vec<String>,
}

/// Hundredths as an amount; shown and not reckoned with.
fn amount(cents: i64) -> Option<f64> {
    let (whole, part) = (cents.unsigned_abs() / 100, cents.unsigned_abs() % 100);
    let sign = if cents < 0 { "-" } else { "" };
    format!("{sign}{whole}.{part:02}").parse().ok()
}

impl From<&ScalingBilling> for BillingImpact {
    fn from(of: &ScalingBilling) -> Self {
        Self {
            additional_cost_monthly: of.monthly_cents.and_then(amount),
            prorated_today: of.today_cents.and_then(amount),
            additional_cents_monthly: of.monthly_cents,
            prorated_cents_today: of.today_cents,
            currency: of.currency.clone(),
            next_billing_date: of.next_date,
            by_agreement: of.by_agreement().map(str::to_owned).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::amount;

    #[test]
    fn hundredths_are_an_amount() {
        for (cents, number) in [(50_000, 500.0), (1_667, 16.67), (-5, -0.05), (0, 0.0)] {
            assert_eq!(amount(cents), Some(number));
        }
    }
}
