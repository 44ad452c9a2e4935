//! Tenants: the platform lists, makes, changes, rests and deletes them; a tenant's own key reads and changes its own.

mod change;
mod changes;
mod connection;
mod create;
mod deeds;
mod deletion;
mod domain_of;
mod faults;
mod fields;
pub mod limit_fields;
mod list;
mod making;
mod move_fields;
pub mod moves;
pub mod own_limits;
pub mod pool;
mod read;
mod row;
mod settings;
mod usage;
mod wish;

use domain::TenantId;
use domain::staff::StaffAccess;
use serde::Serialize;
use serde::de::DeserializeOwned;
use services::{StaffTx, StoreError, VerbError, tenants};

use super::door::Door;
use super::{Body, Outcome, PlatformApi};
pub use change::{ChangeTenant, ChangedTenant, change};
pub use connection::{Connection, connection};
pub use create::{CreatedTenant, create};
pub use deeds::{
    NewPlan, Reason, begin_maintenance, change_plan, end_maintenance, reactivate, rename, suspend,
};
pub use deletion::{Deletion, DeletionQuery, delete, undo_deletion};
pub use domain_of::{DomainQuery, Resolved, by_domain};
pub(super) use faults::of_config;
pub use fields::{OneTenant, TenantFacts};
pub use list::{TenantQuery, Tenants, list};
pub use making::{Making, Progress, provisioning, retry};
pub use read::{TenantSheet, read};
pub use wish::CreateTenant;

/// The tenant that the path names.
pub(in crate::api) fn named<P>(
    tx: &mut StaffTx<'_, P>,
    name: Option<&String>,
) -> Result<TenantId, StoreError> {
    tx.named_tenant(name.ok_or(StoreError::NotFound)?)
}

fn shown<P>(tx: &mut StaffTx<'_, P>, tenant: TenantId) -> Result<OneTenant, VerbError> {
    let found = tenants::find(tx, tenant)?;
    Ok(OneTenant {
        tenant: TenantFacts::of(&found),
    })
}

/// Something that is done to the tenant of the path, and what it is then.
async fn done<
    P: StaffAccess,
    B: DeserializeOwned + Send + 'static,
    T: Serialize + Send + 'static,
>(
    api: &PlatformApi<P>,
    body: Body<B>,
    deed: impl Fn(&mut StaffTx<'_, P>, TenantId, &B) -> Result<(), VerbError> + Send + 'static,
    then: fn(&mut StaffTx<'_, P>, TenantId) -> Result<T, VerbError>,
) -> Outcome<T> {
    let name = api.part::<String>("tenant_id");
    api.write(body, move |tx, body| {
        let tenant = named(tx, name.as_ref())?;
        deed(tx, tenant, body)?;
        then(tx, tenant)
    })
    .await
}
