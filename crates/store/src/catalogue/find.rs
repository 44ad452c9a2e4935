//! Reading tenants for the platform: one by its name, its hosts and place, and how many people it has.

use std::collections::HashMap;

use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Uuid as SqlUuid};
use domain::{NodeId, PlacementKind, TenantId, TenantState};
use uuid::Uuid;

use super::record::Row;
use super::{Placement, Seats, TenantRecord};
use crate::StoreError;
use crate::places::Place;
use crate::platform::PlatformTx;
use crate::schema::catalogue::{domains, nodes, placements, tenants};

#[derive(QueryableByName)]
struct SeatsRow {
    #[diesel(sql_type = SqlUuid)]
    tenant_id: Uuid,
    #[diesel(sql_type = BigInt)]
    used: i64,
    #[diesel(sql_type = BigInt)]
    hard: i64,
}

impl PlatformTx<'_> {
    /// The tenant that a request names: by its id as it is shown, or by its slug. Being named opens nothing.
    ///
    /// # Errors
    /// [`StoreError::NotFound`], or the database's.
    pub fn named_tenant(&mut self, name: &str) -> Result<TenantId, StoreError> {
        let by_id = domain::ids::uuid_of(TenantId::PREFIX, name);
        let found: Option<Uuid> = match by_id {
            Some(id) => tenants::table
                .filter(tenants::id.eq(id))
                .select(tenants::id)
                .first(self.connection())
                .optional()?,
            None => tenants::table
                .filter(tenants::slug.eq(name))
                .select(tenants::id)
                .first(self.connection())
                .optional()?,
        };
        found.map(TenantId::from_uuid).ok_or(StoreError::NotFound)
    }

    /// The record.
    ///
    /// # Errors
    /// [`StoreError::NotFound`], or the database's.
    pub fn tenant_record(&mut self, tenant: TenantId) -> Result<TenantRecord, StoreError> {
        let row: Row = tenants::table
            .filter(tenants::id.eq(tenant.uuid()))
            .select(Row::as_select())
            .first(self.connection())?;
        Ok(row.into())
    }

    /// The record, kept from others until this transaction ends.
    ///
    /// # Errors
    /// [`StoreError::NotFound`], or the database's.
    pub fn lock_tenant(&mut self, tenant: TenantId) -> Result<TenantRecord, StoreError> {
        let row: Row = tenants::table
            .filter(tenants::id.eq(tenant.uuid()))
            .select(Row::as_select())
            .for_update()
            .first(self.connection())?;
        Ok(row.into())
    }

    /// The tenant's hosts, the canonical one first.
    ///
    /// # Errors
    /// The database's.
    pub fn hosts_of(&mut self, tenant: TenantId) -> Result<Vec<String>, StoreError> {
        Ok(domains::table
            .filter(domains::tenant_id.eq(tenant.uuid()))
            .order((domains::canonical.desc(), domains::host))
            .select(domains::host)
            .load(self.connection())?)
    }

    /// Where the tenant is, if it has a place yet.
    ///
    /// # Errors
    /// The database's.
    pub fn placement_of(&mut self, tenant: TenantId) -> Result<Option<Placement>, StoreError> {
        let row: Option<(String, Uuid, PlacementKind, i32)> = placements::table
            .inner_join(nodes::table)
            .filter(placements::tenant_id.eq(tenant.uuid()))
            .select((nodes::name, nodes::id, placements::kind, placements::epoch))
            .first(self.connection())
            .optional()?;
        Ok(row.map(|(node, id, kind, epoch)| Placement {
            node,
            node_id: NodeId::from_uuid(id),
            kind,
            epoch,
        }))
    }

    /// The database that the tenant's rows are in.
    ///
    /// # Errors
    /// The database's.
    pub fn place_of(&mut self, tenant: TenantId) -> Result<Place, StoreError> {
        let name: Option<Option<String>> = placements::table
            .find(tenant.uuid())
            .select(placements::database_name)
            .first(self.connection())
            .optional()?;
        Ok(Place::named(name.flatten()))
    }

    /// How many people these tenants have and may have; one without a limit or a place is left out. Of one whose own database
    /// does not answer it is what was counted last.
    ///
    /// # Errors
    /// The database's.
    pub fn seats_of(
        &mut self,
        tenants: &[TenantId],
    ) -> Result<HashMap<TenantId, Seats>, StoreError> {
        let mut found = counters(self.connection(), tenants)?;
        for tenant in tenants {
            let place = self.place_of(*tenant)?;
            if place.is_home() {
                continue;
            }
            let asked = self.store().platform_at(&place, self.now(), |tx| {
                Ok::<_, StoreError>(counters(tx.connection(), &[*tenant])?)
            });
            match asked {
                Ok(there) => found.extend(there),
                Err(_) => found.extend(self.counted(*tenant)?.map(|seats| (*tenant, seats))),
            }
        }
        Ok(found)
    }

    fn counted(&mut self, tenant: TenantId) -> Result<Option<Seats>, StoreError> {
        let row: (Option<i64>, Option<i64>) = placements::table
            .find(tenant.uuid())
            .select((placements::people, placements::seats))
            .first(self.connection())?;
        let (people, seats) = row;
        Ok(people.zip(seats).map(|(used, limit)| Seats { used, limit }))
    }

    /// The tenant of this slug and its state.
    ///
    /// # Errors
    /// The database's.
    pub fn tenant_of_slug(
        &mut self,
        slug: &str,
    ) -> Result<Option<(TenantId, TenantState)>, StoreError> {
        let row: Option<(Uuid, TenantState)> = tenants::table
            .filter(tenants::slug.eq(slug))
            .select((tenants::id, tenants::status))
            .first(self.connection())
            .optional()?;
        Ok(row.map(|(id, status)| (TenantId::from_uuid(id), status)))
    }

    /// The ids of all tenants that work is done for: not those that rest or are gone. Oldest first.
    ///
    /// # Errors
    /// The database's.
    pub fn tenant_ids(&mut self) -> Result<Vec<TenantId>, StoreError> {
        let ids = tenants::table
            .filter(tenants::status.eq_any([TenantState::Trial, TenantState::Active]))
            .order(tenants::created_at)
            .select(tenants::id)
            .load::<Uuid>(self.connection())?;
        Ok(ids.into_iter().map(TenantId::from_uuid).collect())
    }
}

/// The counters of people, of those that live in this database.
pub(crate) fn counters(
    connection: &mut PgConnection,
    tenants: &[TenantId],
) -> QueryResult<HashMap<TenantId, Seats>> {
    let ids: Vec<Uuid> = tenants.iter().map(|tenant| tenant.uuid()).collect();
    let rows: Vec<SeatsRow> = crate::raw::query("select * from app.seats($1)")
        .bind::<Array<SqlUuid>, _>(ids)
        .load(connection)?;
    let seats = |row: SeatsRow| {
        let seats = Seats {
            used: row.used,
            limit: row.hard,
        };
        (TenantId::from_uuid(row.tenant_id), seats)
    };
    Ok(rows.into_iter().map(seats).collect())
}
