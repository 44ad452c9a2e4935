//! What a tenant is to be furnished with while it is made.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use domain::{EmailAddress, NodeId, PersonName, PhcString, PlacementKind, TenantId, UserId};
use uuid::Uuid;

use crate::StoreError;
use crate::platform::PlatformTx;
use crate::schema::catalogue::{provisionings, tenants};

/// What a tenant is to be furnished with.
#[derive(Debug, Clone)]
pub struct NewFurnishing<'a> {
    /// Who the first owner will be.
    pub admin: UserId,
    /// The first owner's name.
    pub admin_name: &'a PersonName,
    /// Their address.
    pub admin_email: &'a EmailAddress,
    /// The hash of their password; they are invited when there is none.
    pub admin_password_hash: Option<&'a PhcString>,
    /// The brand colour.
    pub primary_color: Option<String>,
    /// The second colour.
    pub secondary_color: Option<String>,
    /// How long the plan may be tried; not at all when zero.
    pub trial_days: i32,
    /// The kind of its place.
    pub placement: PlacementKind,
    /// The server of its own database; where there is most room when `None`.
    pub node: Option<NodeId>,
}

/// The same, as it was written down.
#[derive(Debug, Clone, Queryable)]
pub struct Furnishing {
    /// The first owner's name.
    pub admin_name: PersonName,
    /// Their address.
    pub admin_email: EmailAddress,
    /// The hash of their password, until they are in.
    pub admin_password_hash: Option<PhcString>,
    /// The brand colour.
    pub primary_color: Option<String>,
    /// The second colour.
    pub secondary_color: Option<String>,
    /// How long the plan may be tried.
    pub trial_days: i32,
    /// When the tenant was asked for.
    pub created_at: DateTime<Utc>,
    /// When it was whole.
    pub finished_at: Option<DateTime<Utc>>,
    /// Who the first owner is or will be; not known of tenants that were asked for long ago.
    pub admin_id: Option<Uuid>,
    /// The kind of its place.
    pub placement: PlacementKind,
    /// The server that was chosen for its own database.
    pub node: Option<Uuid>,
}

impl PlatformTx<'_> {
    /// What the tenant is to be furnished with; `None` for one that was never made in steps.
    ///
    /// # Errors
    /// The database's.
    pub fn furnishing(&mut self, tenant: TenantId) -> Result<Option<Furnishing>, StoreError> {
        use provisionings::dsl as p;
        Ok(p::provisionings
            .filter(p::tenant_id.eq(tenant.uuid()))
            .select((
                p::admin_name,
                p::admin_email,
                p::admin_password_hash,
                p::primary_color,
                p::secondary_color,
                p::trial_days,
                p::created_at,
                p::finished_at,
                p::admin_id,
                p::placement,
                p::node_id,
            ))
            .first(self.connection())
            .optional()?)
    }

    /// Empties the hash of the owner's password: it is where it belongs.
    ///
    /// # Errors
    /// The database's.
    pub fn empty_furnishing(&mut self, tenant: TenantId) -> Result<(), StoreError> {
        use provisionings::dsl as p;
        diesel::update(p::provisionings.filter(p::tenant_id.eq(tenant.uuid())))
            .set(p::admin_password_hash.eq(None::<PhcString>))
            .execute(self.connection())?;
        Ok(())
    }

    /// Notes that the tenant is whole, and until when its plan is tried.
    ///
    /// # Errors
    /// The database's.
    pub fn finish_provisioning(
        &mut self,
        tenant: TenantId,
        trial_ends_at: Option<DateTime<Utc>>,
    ) -> Result<(), StoreError> {
        let now = self.now();
        diesel::update(provisionings::table.filter(provisionings::tenant_id.eq(tenant.uuid())))
            .set(provisionings::finished_at.eq(now))
            .execute(self.connection())?;
        diesel::update(tenants::table.filter(tenants::id.eq(tenant.uuid())))
            .set(tenants::trial_ends_at.eq(trial_ends_at))
            .execute(self.connection())?;
        Ok(())
    }
}
