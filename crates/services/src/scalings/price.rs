//! What other limits cost, by the prices of the tenant's plan in its version; reading changes nothing.

use std::collections::BTreeMap;

use domain::resource::{MOST, in_force};
use domain::scaling::{BillingMonth, Step};
use domain::{FieldErrors, ScalingBilling, TenantId};
use store::catalogue::Plan;
use store::{PlatformTx, StoreError};

use super::{Used, Wish};
use crate::VerbError;

/// What was asked for, with its price. Resources that would stay as they are are left out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Priced {
    /// By resource, what the tenant may have now.
    pub from: BTreeMap<String, i64>,
    /// By resource, what it is to have.
    pub target: BTreeMap<String, i64>,
    /// What it does to the bill.
    pub billing: ScalingBilling,
}

/// What this would cost.
///
/// # Errors
/// [`VerbError::Invalid`] beside `target_limits` or `target_limits.<resource>`, or the database's.
pub fn price(
    tx: &mut PlatformTx<'_>,
    tenant: TenantId,
    wish: &Wish,
    used: &Used,
) -> Result<Priced, VerbError> {
    let record = tx.tenant_record(tenant)?;
    let plan = tx.plan_at(&record.plan, record.plan_version)?;
    let plan = plan.ok_or(StoreError::NotFound)?;
    let now = in_force(&plan.terms.limits, &record.limits);
    let mut defaults = BTreeMap::new();
    for resource in tx.resources()? {
        defaults.insert(resource.key.to_string(), resource.default_limit);
    }
    let steps = steps(&plan, (&now, &defaults), wish, used)?;
    let month = BillingMonth::around(tx.now(), record.settings.timezone);
    let billing = ScalingBilling::of(&steps, month, wish.strategy, &plan.terms.currency);
    let billing = billing
        .map_err(|(resource, error)| FieldErrors::one(field(&resource), error.to_string()))?;
    let numbers = |number: fn(&Step) -> i64| {
        let pairs = steps.iter().map(|(key, step)| (key.clone(), number(step)));
        pairs.collect()
    };
    Ok(Priced {
        from: numbers(|step| step.from),
        target: numbers(|step| step.to),
        billing,
    })
}

/// What is different, resource by resource.
fn steps(
    plan: &Plan,
    (now, defaults): (&BTreeMap<String, i64>, &BTreeMap<String, Option<i64>>),
    wish: &Wish,
    used: &Used,
) -> Result<BTreeMap<String, Step>, FieldErrors> {
    let mut errors = FieldErrors::new();
    let mut steps = BTreeMap::new();
    for (resource, to) in &wish.target {
        let Some(default) = defaults.get(resource) else {
            errors.add(field(resource), "There is no such resource.");
            continue;
        };
        let Some(from) = now.get(resource).copied().or(*default) else {
            let words = "Nothing limits this for you: there is nothing to ask for.";
            errors.add(field(resource), words);
            continue;
        };
        if !(0..=MOST).contains(to) {
            let words = "Choose a number from 0 to 1,000,000,000,000.";
            errors.add(field(resource), words);
            continue;
        }
        let taken = used.get(resource).copied().unwrap_or(0);
        if *to < from && *to < taken {
            errors.add(field(resource), below(*to, taken));
            continue;
        }
        let of_plan = plan.terms.limits.get(resource).copied();
        let step = Step {
            from,
            to: *to,
            included: of_plan.or(*default).unwrap_or(from),
            extra: plan.terms.extras.get(resource).copied(),
        };
        if from != *to {
            steps.insert(resource.clone(), step);
        }
    }
    errors.into_result()?;
    if steps.is_empty() {
        let words = "These limits hold already. Choose another number for one at least.";
        return Err(FieldErrors::one("target_limits", words));
    }
    Ok(steps)
}

/// The field of a resource.
fn field(resource: &str) -> String {
    format!("target_limits.{resource}")
}

fn below(to: i64, taken: i64) -> String {
    let beyond = taken.saturating_sub(to);
    format!(
        "{taken} are in use or set aside. Give back {beyond} first, or ask for {taken} or more."
    )
}
