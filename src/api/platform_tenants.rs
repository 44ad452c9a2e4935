//! Tenants as the platform runs them: making them, putting them to rest, deleting them after days of grace.

mod fields;

use domain::staff::{DeleteTenants, ManageTenants, ReadTenants};
use domain::{FieldErrors, Password, PhcString, TenantId};
use services::tenants::deletion::{self, Sure};
use services::tenants::{self, Doer, Trial, rest};
use services::{PlatformTx, StaffTx, StoreError, VerbError};

use super::fields::Nothing;
use super::{Body, Fault, Outcome, PlatformApi, Query};
pub use fields::{
    CreateTenant, CreatedTenant, Deletion, DeletionQuery, DomainQuery, Making, NewPlan, NewTenant,
    OneTenant, Reason, Resolved,
};

/// The tenant that the path names.
fn named(tx: &mut PlatformTx<'_>, name: Option<&String>) -> Result<TenantId, StoreError> {
    tx.named_tenant(name.ok_or(StoreError::NotFound)?)
}

fn shown<P>(tx: &mut StaffTx<'_, P>, tenant: TenantId) -> Result<OneTenant, VerbError> {
    let found = tenants::find(tx, tenant)?;
    Ok(OneTenant::of(&found))
}

/// `POST /tenants`
///
/// # Errors
/// See [`PlatformApi::write`].
pub async fn create(
    api: PlatformApi<ManageTenants>,
    body: Body<CreateTenant>,
) -> Outcome<CreatedTenant, 201> {
    let (body, bytes) = api.body(body).await?;
    let password = hashed(&api, &body.tenant).await?;
    let base = api.app().config.server.base_domain.clone();
    let new = match body.tenant.read(&base, password) {
        Ok(new) => new,
        Err(errors) => {
            api.prove().await?;
            return Err(Fault::invalid(&errors));
        }
    };
    let admin = body.tenant.admin_user;
    api.once(&bytes, move |tx| {
        let id = tenants::create(tx, &new).map_err(fields::nested)?;
        let found = tenants::find(tx, id)?;
        let making = tenants::provisioning(tx, id)?.ok_or(StoreError::NotFound)?;
        Ok(CreatedTenant::of(
            &found,
            &admin.name,
            &admin.email,
            &making,
        ))
    })
    .await
}

/// The hash of the first person's password, if one was chosen; it costs time, so the key is looked at before.
async fn hashed(
    api: &PlatformApi<ManageTenants>,
    tenant: &NewTenant,
) -> Result<Option<PhcString>, Fault> {
    let admin = &tenant.admin_user;
    let Some(text) = &admin.password else {
        return Ok(None);
    };
    api.prove().await?;
    let about = [admin.name.as_str(), admin.email.as_str(), &tenant.name];
    let password = Password::choose(text.clone(), &about).map_err(|error| {
        Fault::invalid(&FieldErrors::one(
            "tenant.admin_user.password",
            error.to_string(),
        ))
    })?;
    let hash = api.app().passwords.hash(password).await;
    Ok(Some(hash.map_err(VerbError::from)?))
}

/// `DELETE /tenants/{tenant_id}?confirmation=DELETE_PERMANENTLY`
///
/// # Errors
/// See [`PlatformApi::write`].
pub async fn delete(
    api: PlatformApi<DeleteTenants>,
    query: Query<DeletionQuery>,
) -> Outcome<Deletion> {
    let name = api.part::<String>("tenant_id");
    let query = api.query(query).await?;
    let grace = api.app().config.sign_up.grace;
    api.once(&[], move |tx| {
        let tenant = named(tx, name.as_ref())?;
        let sure = Sure::Word(&query.confirmation);
        let record = deletion::schedule(tx, tenant, sure, query.grace_period_days, grace)?;
        Ok(Deletion {
            tenant_id: tenant.to_string(),
            deletion_status: "scheduled".to_owned(),
            scheduled_at: record.status_changed_at,
            final_deletion_date: record.delete_at,
        })
    })
    .await
}

/// `DELETE /tenants/{tenant_id}/deletion`
///
/// # Errors
/// See [`PlatformApi::write`].
pub async fn undo_deletion(
    api: PlatformApi<DeleteTenants>,
    body: Body<Nothing>,
) -> Outcome<OneTenant> {
    let name = api.part::<String>("tenant_id");
    api.write(body, move |tx, _| {
        let tenant = named(tx, name.as_ref())?;
        deletion::undo(tx, tenant)?;
        shown(tx, tenant)
    })
    .await
}

/// `POST /tenants/{tenant_id}/suspension`
///
/// # Errors
/// See [`PlatformApi::write`].
pub async fn suspend(api: PlatformApi<ManageTenants>, body: Body<Reason>) -> Outcome<OneTenant> {
    let name = api.part::<String>("tenant_id");
    api.write(body, move |tx, body| {
        let tenant = named(tx, name.as_ref())?;
        rest::suspend(tx, tenant, &body.reason)?;
        shown(tx, tenant)
    })
    .await
}

/// `DELETE /tenants/{tenant_id}/suspension`
///
/// # Errors
/// See [`PlatformApi::write`].
pub async fn reactivate(
    api: PlatformApi<ManageTenants>,
    body: Body<Nothing>,
) -> Outcome<OneTenant> {
    let name = api.part::<String>("tenant_id");
    api.write(body, move |tx, _| {
        let tenant = named(tx, name.as_ref())?;
        rest::reactivate(tx, tenant)?;
        shown(tx, tenant)
    })
    .await
}

/// `POST /tenants/{tenant_id}/maintenance`
///
/// # Errors
/// See [`PlatformApi::write`].
pub async fn begin_maintenance(
    api: PlatformApi<ManageTenants>,
    body: Body<Reason>,
) -> Outcome<OneTenant> {
    let name = api.part::<String>("tenant_id");
    api.write(body, move |tx, body| {
        let tenant = named(tx, name.as_ref())?;
        rest::begin_maintenance(tx, tenant, &body.reason).map_err(|error| match error {
            VerbError::Invalid(errors) => {
                let words = errors.of("text").unwrap_or("Say why.").to_owned();
                FieldErrors::one("reason", words).into()
            }
            other => other,
        })?;
        shown(tx, tenant)
    })
    .await
}

/// `DELETE /tenants/{tenant_id}/maintenance`
///
/// # Errors
/// See [`PlatformApi::write`].
pub async fn end_maintenance(
    api: PlatformApi<ManageTenants>,
    body: Body<Nothing>,
) -> Outcome<OneTenant> {
    let name = api.part::<String>("tenant_id");
    api.write(body, move |tx, _| {
        let tenant = named(tx, name.as_ref())?;
        rest::end_maintenance(tx, tenant)?;
        shown(tx, tenant)
    })
    .await
}

/// `PUT /tenants/{tenant_id}/plan`
///
/// # Errors
/// See [`PlatformApi::write`].
pub async fn change_plan(
    api: PlatformApi<ManageTenants>,
    body: Body<NewPlan>,
) -> Outcome<OneTenant> {
    let name = api.part::<String>("tenant_id");
    api.write(body, move |tx, body| {
        let tenant = named(tx, name.as_ref())?;
        let trial = if body.trial.unwrap_or(false) {
            Trial::OfThePlan
        } else {
            Trial::None
        };
        tenants::change_plan(tx, tenant, &body.plan, trial, &Doer::Platform)?;
        shown(tx, tenant)
    })
    .await
}

/// `GET /tenants/{tenant_id}/provisioning`
///
/// # Errors
/// See [`PlatformApi::read`].
pub async fn provisioning(api: PlatformApi<ReadTenants>, query: Query<Nothing>) -> Outcome<Making> {
    let name = api.part::<String>("tenant_id");
    api.read(query, move |tx, _| {
        let tenant = named(tx, name.as_ref())?;
        let making = tenants::provisioning(tx, tenant)?;
        Ok(Making::of(&making.ok_or(StoreError::NotFound)?))
    })
    .await
}

/// `POST /tenants/{tenant_id}/provisioning/retry`
///
/// # Errors
/// See [`PlatformApi::write`].
pub async fn retry(api: PlatformApi<ManageTenants>, body: Body<Nothing>) -> Outcome<Making> {
    let name = api.part::<String>("tenant_id");
    api.write(body, move |tx, _| {
        let tenant = named(tx, name.as_ref())?;
        tenants::retry(tx, tenant)?;
        let making = tenants::provisioning(tx, tenant)?;
        Ok(Making::of(&making.ok_or(StoreError::NotFound)?))
    })
    .await
}

/// `GET /tenants/by-domain`
///
/// # Errors
/// See [`PlatformApi::read`].
pub async fn by_domain(
    api: PlatformApi<ReadTenants>,
    query: Query<DomainQuery>,
) -> Outcome<Resolved> {
    let query = api.query(query).await?;
    let host = query.domain.trim_end_matches('.').to_ascii_lowercase();
    let tenant = api.of_host(&host).await?;
    api.found(move |tx| {
        let found = tenants::find(tx, tenant.ok_or(StoreError::NotFound)?)?;
        Ok(Resolved {
            primary_domain: found.hosts.first() == Some(&host),
            domain: host.clone(),
            tenant: OneTenant::of(&found).tenant,
        })
    })
    .await
}
