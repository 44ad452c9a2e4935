//! Writing down where a tenant lives: in the catalogue, and on its node, whose guard reads it at every entry.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use domain::{PlacementKind, TenantId, TenantState};
use uuid::Uuid;

use crate::StoreError;
use crate::boot::SHARED;
use crate::nodes::node_of;
use crate::places::Place;
use crate::platform::PlatformTx;
use crate::schema::{catalogue, node};

/// The node that holds the catalogue.
const FIRST_NODE: &str = "main";

impl PlatformTx<'_> {
    /// Gives a tenant its place in the shared schema of the first node; one that has a place keeps it.
    /// It is closed there unless its state is open.
    ///
    /// # Errors
    /// The database's.
    pub fn place_tenant(&mut self, tenant: TenantId) -> Result<(), StoreError> {
        let now = self.now();
        if is_homeless(self.connection(), tenant)? {
            place(
                self.connection(),
                tenant,
                PlacementKind::Shared,
                SHARED,
                now,
            )?;
        }
        Ok(())
    }
}

/// Whether the tenant has no place yet. Nobody gives it one until the transaction ends.
pub(crate) fn is_homeless(connection: &mut PgConnection, tenant: TenantId) -> QueryResult<bool> {
    catalogue::tenants::table
        .find(tenant.uuid())
        .select(catalogue::tenants::id)
        .for_update()
        .first::<Uuid>(connection)?;
    let placed = catalogue::placements::table.find(tenant.uuid());
    diesel::select(diesel::dsl::not(diesel::dsl::exists(placed))).get_result(connection)
}

/// Writes the first place of a tenant down, in the catalogue's own database.
pub(crate) fn place(
    connection: &mut PgConnection,
    tenant: TenantId,
    kind: PlacementKind,
    schema: &str,
    now: DateTime<Utc>,
) -> QueryResult<()> {
    let closed = is_closed(connection, tenant)?;
    admit(connection, tenant, schema, (1, closed), now)?;
    write_place(connection, tenant, kind, None, now)
}

/// Writes into the catalogue where a tenant lives from its first day.
pub(crate) fn write_place(
    connection: &mut PgConnection,
    tenant: TenantId,
    kind: PlacementKind,
    database: Option<&str>,
    now: DateTime<Utc>,
) -> QueryResult<()> {
    let node_id = node_of(connection, &Place::named(database.map(str::to_owned)), now)?;
    diesel::insert_into(catalogue::placements::table)
        .values((
            catalogue::placements::tenant_id.eq(tenant.uuid()),
            catalogue::placements::node_id.eq(node_id),
            catalogue::placements::kind.eq(kind.as_str()),
            catalogue::placements::epoch.eq(1),
            catalogue::placements::database_name.eq(database),
        ))
        .execute(connection)?;
    tell_directories(connection)
}

/// Whether only the system enters the tenant, by its state.
pub(crate) fn is_closed(connection: &mut PgConnection, tenant: TenantId) -> QueryResult<bool> {
    let status: TenantState = catalogue::tenants::table
        .find(tenant.uuid())
        .select(catalogue::tenants::status)
        .first(connection)?;
    Ok(status.is_closed())
}

/// Lets the tenant be entered in this database, at this epoch: its guard reads it at every entry.
pub(crate) fn admit(
    connection: &mut PgConnection,
    tenant: TenantId,
    schema: &str,
    (epoch, closed): (i32, bool),
    now: DateTime<Utc>,
) -> QueryResult<()> {
    let state = (
        node::placements::schema_name.eq(schema),
        node::placements::epoch.eq(epoch),
        node::placements::closed.eq(closed),
    );
    diesel::insert_into(node::placements::table)
        .values((
            node::placements::tenant_id.eq(tenant.uuid()),
            node::placements::role_name.eq("tnt_tenant"),
            node::placements::created_at.eq(now),
            state,
        ))
        .on_conflict(node::placements::tenant_id)
        .do_update()
        .set(state)
        .execute(connection)?;
    Ok(())
}

/// Lets the tenant be entered in the database of its own that it lives in, where it is not.
pub(crate) fn readmit(
    connection: &mut PgConnection,
    tenant: TenantId,
    (epoch, closed): (i32, bool),
    now: DateTime<Utc>,
) -> QueryResult<()> {
    diesel::insert_into(node::placements::table)
        .values((
            node::placements::tenant_id.eq(tenant.uuid()),
            node::placements::schema_name.eq(SHARED),
            node::placements::role_name.eq("tnt_tenant"),
            node::placements::epoch.eq(epoch),
            node::placements::created_at.eq(now),
            node::placements::closed.eq(closed),
        ))
        .on_conflict_do_nothing()
        .execute(connection)?;
    Ok(())
}

/// Tells every process that what it remembers of the catalogue is old, once this commits.
pub(crate) fn tell_directories(connection: &mut PgConnection) -> QueryResult<()> {
    crate::raw::query("select pg_notify('tenantry_catalogue', '')").execute(connection)?;
    Ok(())
}

/// The node that holds the catalogue; written down at the first call.
pub(crate) fn first_node(connection: &mut PgConnection, now: DateTime<Utc>) -> QueryResult<Uuid> {
    diesel::insert_into(catalogue::nodes::table)
        .values((
            catalogue::nodes::id.eq(crate::guard::fresh_uuid(&uuid::ContextV7::new(), now)),
            catalogue::nodes::name.eq(FIRST_NODE),
            catalogue::nodes::kind.eq("postgres"),
            catalogue::nodes::created_at.eq(now),
        ))
        .on_conflict_do_nothing()
        .execute(connection)?;
    catalogue::nodes::table
        .filter(catalogue::nodes::name.eq(FIRST_NODE))
        .select(catalogue::nodes::id)
        .first(connection)
}
