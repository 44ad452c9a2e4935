//! Giving a tenant another slug. Its host follows; the old slug rests, so that nobody else answers there.

use chrono::TimeDelta;
use domain::slug::QUARANTINE_DAYS;
use domain::staff::ManageTenants;
use domain::{FieldErrors, Slug, TenantId};
use serde_json::json;
use store::StaffTx;
use store::catalogue::TenantRecord;

use super::create::{HOST_TAKEN, SLUG_TAKEN};
use super::note::{self, Doer, Note};
use crate::VerbError;
use crate::audit::Action as TenantAction;
use crate::events::EventKind;
use crate::platform_audit::{self, Action, Entry, Target};

/// Said where the address is the base domain, and the slug is what the configuration knows the tenant by.
pub const IN_SINGLE_MODE: &str = "In single mode the tenant is at the base domain, and the configuration names it by its short name. The command \"tenantry mode multi\" comes first.";

/// Renames the tenant's address below the base domain.
///
/// # Errors
/// [`VerbError::Invalid`] beside `slug`, [`VerbError::Conflict`] for one that is gone, or the database's.
pub fn rename(
    tx: &mut StaffTx<'_, ManageTenants>,
    tenant: TenantId,
    slug: &Slug,
    base_domain: &str,
) -> Result<TenantRecord, VerbError> {
    let was = tx.lock_tenant(tenant)?;
    if !was.status.has_rows() {
        return Err(VerbError::Conflict(format!(
            "A tenant that is {} cannot be renamed.",
            was.status
        )));
    }
    if was.slug == slug.as_str() {
        return Ok(was);
    }
    tx.hold_hosts()?;
    let at_base = tx.seated_at(base_domain)?;
    if at_base.is_some_and(|at| at.canonical && at.tenant.id == tenant) {
        return Err(VerbError::Conflict(IN_SINGLE_MODE.to_owned()));
    }
    let host = |slug: &str| format!("{slug}.{base_domain}");
    let (from, to) = (host(&was.slug), host(slug.as_str()));
    if tx.slug_is_taken(slug.as_str(), Some(tenant))? {
        return Err(FieldErrors::one("slug", SLUG_TAKEN).into());
    }
    if tx.host_is_taken(std::slice::from_ref(&to))? {
        return Err(FieldErrors::one("slug", HOST_TAKEN).into());
    }
    let until = tx.now() + TimeDelta::days(i64::from(QUARANTINE_DAYS));
    tx.rename_tenant(tenant, (&was.slug, &from), (slug.as_str(), &to), until)?;
    let now = tx.tenant_record(tenant)?;
    let before = json!({ "slug": was.slug, "host": from });
    let after = json!({ "slug": slug.as_str(), "host": to });
    let told = Note {
        event: EventKind::TenantUpdated,
        action: TenantAction::TenantRenamed,
        before: before.clone(),
        after: after.clone(),
        by: &Doer::Platform,
        limits: false,
        letter: None,
    };
    note::tell(tx, &now, told)?;
    let entry = Entry::done(Action::TenantRenamed, Target::tenant(tenant, &*now.name))
        .before(before)
        .after(after);
    platform_audit::record(tx, entry)?;
    Ok(now)
}
