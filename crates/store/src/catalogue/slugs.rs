//! Slugs that are taken or rest, and giving a tenant another one.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::upsert::excluded;
use domain::TenantId;

use crate::StoreError;
use crate::platform::PlatformTx;
use crate::schema::catalogue::{domains, former_slugs, tenants};

impl PlatformTx<'_> {
    /// Whether a tenant that is not `for_whom` has this slug, or had it so lately that it still rests.
    ///
    /// # Errors
    /// The database's.
    pub fn slug_is_taken(
        &mut self,
        slug: &str,
        for_whom: Option<TenantId>,
    ) -> Result<bool, StoreError> {
        let (now, own) = (
            self.now(),
            for_whom.map_or_else(uuid::Uuid::nil, TenantId::uuid),
        );
        let named = tenants::table
            .filter(tenants::slug.eq(slug))
            .filter(tenants::id.ne(own));
        let rests = former_slugs::table
            .filter(former_slugs::slug.eq(slug))
            .filter(former_slugs::until.gt(now))
            .filter(former_slugs::tenant_id.ne(own));
        Ok(
            diesel::select(diesel::dsl::exists(named).or(diesel::dsl::exists(rests)))
                .get_result(self.connection())?,
        )
    }

    /// Whether one of these hosts names a tenant already.
    ///
    /// # Errors
    /// The database's.
    pub fn host_is_taken(&mut self, hosts: &[String]) -> Result<bool, StoreError> {
        Ok(diesel::select(diesel::dsl::exists(
            domains::table.filter(domains::host.eq_any(hosts)),
        ))
        .get_result(self.connection())?)
    }

    /// Gives the tenant another slug and the host that follows from it; the old slug rests until then.
    ///
    /// # Errors
    /// The database's.
    pub fn rename_tenant(
        &mut self,
        tenant: TenantId,
        from: (&str, &str),
        to: (&str, &str),
        until: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let now = self.now();
        diesel::update(tenants::table.filter(tenants::id.eq(tenant.uuid())))
            .set((
                tenants::slug.eq(to.0),
                tenants::version.eq(tenants::version + 1),
                tenants::updated_at.eq(now),
            ))
            .execute(self.connection())?;
        diesel::update(domains::table)
            .filter(domains::tenant_id.eq(tenant.uuid()))
            .filter(domains::host.eq(from.1))
            .set(domains::host.eq(to.1))
            .execute(self.connection())?;
        diesel::delete(former_slugs::table.filter(former_slugs::slug.eq(to.0)))
            .execute(self.connection())?;
        diesel::insert_into(former_slugs::table)
            .values((
                former_slugs::slug.eq(from.0),
                former_slugs::tenant_id.eq(tenant.uuid()),
                former_slugs::until.eq(until),
            ))
            .on_conflict(former_slugs::slug)
            .do_update()
            .set((
                former_slugs::tenant_id.eq(excluded(former_slugs::tenant_id)),
                former_slugs::until.eq(excluded(former_slugs::until)),
            ))
            .execute(self.connection())?;
        self.tell_directories()
    }
}
