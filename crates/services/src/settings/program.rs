//! What a program of the tenant changes of its record: what people change on the page, and limits and features
//! within what the tenant has. More of them is the platform's to give.

use std::collections::BTreeMap;

use domain::FieldErrors;
use domain::permission::ManageSettings;
use domain::staff::ManageTenants;
use store::{Request, Store};

use super::{Insider, SETTINGS};
use crate::VerbError;
use crate::tenants::{self, Change, Found, TenantRecord};

/// Said beside limits that are more than the tenant has.
pub const LIMITS_EXCEEDED: &str =
    "The tenant has less than this. Ask for no more than its plan and the platform give.";

/// Said beside features that the tenant does not have.
pub const FEATURES_EXCEEDED: &str =
    "The tenant does not have one of these. Switching it on is up to the platform.";

/// Changes the record as `wanted` says of the tenant as it is. With a version, only if nobody changed it since.
///
/// # Errors
/// [`VerbError::Refused`] for what only the platform changes, [`VerbError::Invalid`] beside `limits` or
/// `features` for more than the tenant has, [`VerbError::Stale`], or the database's.
pub fn change(
    store: &Store,
    request: &Request,
    insider: &Insider<ManageSettings>,
    version: Option<i32>,
    wanted: impl Fn(&Found) -> Result<Change, VerbError>,
) -> Result<(Found, TenantRecord), VerbError> {
    let doer = insider.doer()?;
    store.staff::<ManageTenants, _, VerbError>(SETTINGS, request, |tx| {
        let was = tenants::find(tx, insider.tenant)?;
        let wanted = wanted(&was)?;
        refuse_more_than_it_has(&was, &wanted)?;
        let now = tenants::change(tx, insider.tenant, version, &wanted, doer)?;
        Ok((was, now))
    })
}

fn refuse_more_than_it_has(was: &Found, wanted: &Change) -> Result<(), VerbError> {
    let record = &was.record;
    if wanted.alias != record.alias || wanted.product_config != record.product_config {
        let words = "Only the platform changes schema_name and product_config.";
        return Err(VerbError::Refused(words.to_owned()));
    }
    let mut errors = FieldErrors::new();
    let plan = &was.plan.terms.limits;
    let more = |resource: &String| {
        let of =
            |own: &BTreeMap<String, i64>| own.get(resource).or_else(|| plan.get(resource)).copied();
        // No number is no bound.
        of(&record.limits).is_some_and(|has| of(&wanted.limits).is_none_or(|asked| asked > has))
    };
    if record.limits.keys().chain(wanted.limits.keys()).any(more) {
        errors.add("limits", LIMITS_EXCEEDED);
    }
    let wanted = wanted.settings.features.over(&was.plan.terms.features);
    let has: BTreeMap<String, bool> = was.features.clone().into();
    let lacks = |name: &str| !has.get(name).copied().unwrap_or(false);
    if wanted.iter().any(|(name, on)| on && lacks(name)) {
        errors.add("features", FEATURES_EXCEEDED);
    }
    errors.into_result()?;
    Ok(())
}
