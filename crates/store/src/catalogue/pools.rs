//! Which tenants have connections to themselves, and how many. What fits is decided above; the pools are made where they are
//! used.

use diesel::prelude::*;
use domain::{TenantId, TenantState};

use crate::StoreError;
use crate::platform::PlatformTx;
use crate::schema::catalogue::{pools, tenants};

impl PlatformTx<'_> {
    /// Waits until nobody gives or takes a pool, and keeps it so until this ends: what is read about them from here on holds.
    ///
    /// # Errors
    /// The database's.
    pub fn hold_pools(&mut self) -> Result<(), StoreError> {
        crate::raw::query("lock table catalogue.pools in share row exclusive mode")
            .execute(self.connection())?;
        Ok(())
    }

    /// How many connections the tenant has to itself; none where it shares them.
    ///
    /// # Errors
    /// The database's.
    pub fn pool_of(&mut self, tenant: TenantId) -> Result<Option<u32>, StoreError> {
        let size: Option<i32> = pools::table
            .find(tenant.uuid())
            .select(pools::connections)
            .first(self.connection())
            .optional()?;
        Ok(size.and_then(|size| size.try_into().ok()))
    }

    /// How many connections others than this tenant have to themselves, all together.
    ///
    /// # Errors
    /// The database's.
    pub fn pools_beside(&mut self, tenant: TenantId) -> Result<u32, StoreError> {
        let sizes: Vec<i32> = pools::table
            .inner_join(tenants::table)
            .filter(pools::tenant_id.ne(tenant.uuid()))
            .filter(tenants::status.ne(TenantState::Deleted))
            .select(pools::connections)
            .load(self.connection())?;
        let sizes = sizes
            .into_iter()
            .filter_map(|size| u32::try_from(size).ok());
        Ok(sizes.fold(0, u32::saturating_add))
    }

    /// Gives the tenant so many connections to itself, instead of those that it had.
    ///
    /// # Errors
    /// The database's.
    pub fn give_pool(&mut self, tenant: TenantId, connections: u16) -> Result<(), StoreError> {
        let now = self.now();
        let size = (
            pools::connections.eq(i32::from(connections)),
            pools::given_at.eq(now),
        );
        diesel::insert_into(pools::table)
            .values((pools::tenant_id.eq(tenant.uuid()), size))
            .on_conflict(pools::tenant_id)
            .do_update()
            .set(size)
            .execute(self.connection())?;
        self.tell_directories()
    }

    /// Takes them away.
    ///
    /// # Errors
    /// The database's.
    pub fn take_pool(&mut self, tenant: TenantId) -> Result<(), StoreError> {
        diesel::delete(pools::table.find(tenant.uuid())).execute(self.connection())?;
        self.tell_directories()
    }
}
