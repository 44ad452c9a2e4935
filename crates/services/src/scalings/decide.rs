//! What the platform says to an asking: yes, yes with other numbers or another date, or no. A platform key that has the
//! approval already asks and decides at once.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use domain::staff::ManageTenants;
use domain::{FieldErrors, ScalingId, ScalingState, ScalingStrategy, TenantId, text};
use store::StaffTx;
use store::catalogue::{Scaling, TenantRecord};

use super::told::{self, Became};
use super::{MAX_NOTE, Used, Wish, asking, carry, living, price, too_late};
use crate::VerbError;
use crate::platform_audit::{Action, Who};
use crate::tenants::Doer;

/// A yes.
#[derive(Debug, Clone, Default)]
pub struct Decision {
    /// Other numbers than those that were asked for.
    pub target: Option<BTreeMap<String, i64>>,
    /// Another time.
    pub strategy: Option<ScalingStrategy>,
    /// What is said with it.
    pub note: Option<String>,
}

/// Says yes: it is carried out at once, or when the next month is billed. The price is that of this moment.
///
/// # Errors
/// [`StoreError::NotFound`](store::StoreError::NotFound), [`VerbError::Invalid`] beside `target_limits` and its resources or
/// `note`, [`VerbError::Conflict`] where it was decided already, or the database's.
pub fn approve(
    tx: &mut StaffTx<'_, ManageTenants>,
    tenant: TenantId,
    id: ScalingId,
    decision: &Decision,
    used: &Used,
) -> Result<Scaling, VerbError> {
    let record = living(tx, tenant)?;
    let mut scaling = tx.lock_scaling(tenant, id)?;
    if scaling.state != ScalingState::Asked {
        return Err(too_late(&scaling));
    }
    let reason = said("note", decision.note.as_deref())?;
    let target = decision.target.as_ref().unwrap_or(&scaling.target);
    let wish = Wish {
        target: target.clone(),
        strategy: decision.strategy.unwrap_or(scaling.strategy),
        note: None,
    };
    let priced = price(tx, tenant, &wish, used)?;
    let same = (&priced.target, wish.strategy) == (&scaling.target, scaling.strategy);
    scaling.from = priced.from;
    scaling.target = priced.target;
    scaling.billing = priced.billing;
    scaling.strategy = wish.strategy;
    scaling.plan.clone_from(&record.plan);
    scaling.plan_version = record.plan_version;
    scaling.reason = reason;
    let became = match same {
        true => Became::Approved,
        false => Became::Changed,
    };
    settle(tx, &record, &mut scaling, became)?;
    Ok(scaling)
}

/// Gives other limits to a tenant whose bill was agreed on elsewhere. What it had asked for is replaced.
///
/// # Errors
/// [`VerbError::Invalid`] beside `target_limits` and its resources or `note`, [`VerbError::Conflict`] while something is carried
/// out or where the tenant has no limits, or the database's.
pub fn give(
    tx: &mut StaffTx<'_, ManageTenants>,
    tenant: TenantId,
    wish: &Wish,
    used: &Used,
) -> Result<Scaling, VerbError> {
    let record = living(tx, tenant)?;
    let mut scaling = asking(tx, &record, &Doer::Platform, wish, used)?;
    if let Some(mut open) = tx.lock_open_scaling(tenant)? {
        if open.state == ScalingState::InProgress {
            let words = "Other limits are on their way to this tenant. Try again in a moment.";
            return Err(VerbError::Conflict(words.to_owned()));
        }
        open.state = ScalingState::Superseded;
        open.ended_at = Some(tx.now());
        tx.write_scaling(&open)?;
    }
    if !tx.add_scaling(&scaling)? {
        return Err(VerbError::Stale);
    }
    settle(tx, &record, &mut scaling, Became::Approved)?;
    Ok(scaling)
}

/// Writes the yes down and begins what is due at once.
fn settle(
    tx: &mut StaffTx<'_, ManageTenants>,
    record: &TenantRecord,
    scaling: &mut Scaling,
    became: Became,
) -> Result<(), VerbError> {
    decided(tx, scaling);
    let later: Option<DateTime<Utc>> = match scaling.strategy {
        ScalingStrategy::Immediate => None,
        ScalingStrategy::NextBillingDate => Some(scaling.billing.next_date),
    };
    scaling.state = ScalingState::Approved;
    scaling.due_at = Some(later.unwrap_or(tx.now()));
    if later.is_none() {
        carry::begin(tx, record, scaling)?;
    } else {
        tx.write_scaling(scaling)?;
    }
    // What holds within a moment is told by the letter that says so, unless it is not what was asked for.
    let letter = (later.is_some() || became == Became::Changed).then_some(became);
    told::decided(tx, record, scaling, Action::ScalingApproved, letter)
}

/// Says no.
///
/// # Errors
/// [`StoreError::NotFound`](store::StoreError::NotFound), [`VerbError::Invalid`] beside `reason`, [`VerbError::Conflict`] where
/// it was decided already, or the database's.
pub fn decline(
    tx: &mut StaffTx<'_, ManageTenants>,
    tenant: TenantId,
    id: ScalingId,
    reason: &str,
) -> Result<Scaling, VerbError> {
    let record = tx.lock_tenant(tenant)?;
    let mut scaling = tx.lock_scaling(tenant, id)?;
    if scaling.state != ScalingState::Asked {
        return Err(too_late(&scaling));
    }
    let reason = said("reason", Some(reason))?;
    if reason.is_none() {
        return Err(FieldErrors::one("reason", "Say why.").into());
    }
    scaling.reason = reason;
    decided(tx, &mut scaling);
    scaling.state = ScalingState::Declined;
    scaling.ended_at = Some(tx.now());
    tx.write_scaling(&scaling)?;
    let letter = Some(Became::Declined);
    told::decided(tx, &record, &scaling, Action::ScalingDeclined, letter)?;
    Ok(scaling)
}

fn decided(tx: &StaffTx<'_, ManageTenants>, scaling: &mut Scaling) {
    scaling.decided_by = Some(Who::acts(tx).name);
    scaling.decided_at = Some(tx.now());
}

fn said(field: &'static str, text: Option<&str>) -> Result<Option<String>, FieldErrors> {
    text::optional_paragraph(text.unwrap_or_default(), MAX_NOTE)
        .map_err(|error| FieldErrors::one(field, error.to_string()))
}
