//! Which host is whose: the tenant that has one, those that there are at all, and giving a tenant its hosts.

use diesel::prelude::*;
use diesel::upsert::excluded;
use domain::{TenantId, TenantState};
use uuid::Uuid;

use crate::StoreError;
use crate::platform::PlatformTx;
use crate::schema::catalogue::{domains, tenants};

/// A tenant that is not gone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Living {
    /// Which.
    pub id: TenantId,
    /// The DNS label.
    pub slug: String,
    /// The name as shown.
    pub name: String,
    /// Its state.
    pub status: TenantState,
}

/// The tenant that a host names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seated {
    /// Which.
    pub tenant: Living,
    /// Whether links are built with this host; else it only leads to the one they are built with.
    pub canonical: bool,
}

type Row = (Uuid, String, String, TenantState);

fn living((id, slug, name, status): Row) -> Living {
    Living {
        id: TenantId::from_uuid(id),
        slug,
        name,
        status,
    }
}

impl PlatformTx<'_> {
    /// The tenant that this host names, also while it is being made.
    ///
    /// # Errors
    /// The database's.
    pub fn seated_at(&mut self, host: &str) -> Result<Option<Seated>, StoreError> {
        let row: Option<(Row, bool)> = domains::table
            .inner_join(tenants::table)
            .filter(domains::host.eq(host))
            .filter(tenants::status.ne(TenantState::Deleted))
            .select((
                (tenants::id, tenants::slug, tenants::name, tenants::status),
                domains::canonical,
            ))
            .first(self.connection())
            .optional()?;
        Ok(row.map(|(row, canonical)| Seated {
            tenant: living(row),
            canonical,
        }))
    }

    /// The first few tenants that are not gone, in whatever state, by their slugs.
    ///
    /// # Errors
    /// The database's.
    pub fn living(&mut self, most: i64) -> Result<Vec<Living>, StoreError> {
        let rows: Vec<Row> = tenants::table
            .filter(tenants::status.ne(TenantState::Deleted))
            .order(tenants::slug)
            .limit(most)
            .select((tenants::id, tenants::slug, tenants::name, tenants::status))
            .load(self.connection())?;
        Ok(rows.into_iter().map(living).collect())
    }

    /// Waits until nobody changes which host leads, and keeps it so until this ends: what is read about hosts from
    /// here on holds. Others may make tenants meanwhile.
    ///
    /// # Errors
    /// The database's.
    pub fn hold_hosts(&mut self) -> Result<(), StoreError> {
        crate::raw::query("lock table catalogue.domains in row exclusive mode")
            .execute(self.connection())?;
        Ok(())
    }

    /// The same for whoever changes it: nobody makes a tenant meanwhile either.
    ///
    /// # Errors
    /// The database's.
    pub fn hold_hosts_alone(&mut self) -> Result<(), StoreError> {
        crate::raw::query("lock table catalogue.domains in share row exclusive mode")
            .execute(self.connection())?;
        Ok(())
    }

    /// Gives the tenant the one host that links are built with, and another that leads to it; whatever else it has
    /// leads there too.
    ///
    /// # Errors
    /// The database's.
    pub fn seat(
        &mut self,
        tenant: TenantId,
        canonical: &str,
        leading: &str,
    ) -> Result<(), StoreError> {
        let (id, now) = (tenant.uuid(), self.now());
        diesel::update(domains::table.filter(domains::tenant_id.eq(id)))
            .set(domains::canonical.eq(false))
            .execute(self.connection())?;
        let row = |host, canonical: bool| {
            (
                domains::host.eq(host),
                domains::tenant_id.eq(id),
                domains::canonical.eq(canonical),
                domains::created_at.eq(now),
            )
        };
        diesel::insert_into(domains::table)
            .values([row(canonical, true), row(leading, false)])
            .on_conflict(domains::host)
            .do_update()
            .set((
                domains::tenant_id.eq(excluded(domains::tenant_id)),
                domains::canonical.eq(excluded(domains::canonical)),
            ))
            .execute(self.connection())?;
        self.tell_directories()
    }
}
