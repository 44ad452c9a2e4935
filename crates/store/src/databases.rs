//! Giving a tenant a database of its own, on the server that holds the catalogue or on another. It gets every migration, as the
//! catalogue's database did; its catalogue stays empty, and its shared tables hold one tenant.

use chrono::{DateTime, Utc};
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::{Bytea, Text, Timestamptz};
use domain::{NodeId, PlacementKind, TenantId};
use uuid::Uuid;

use crate::address::{patient, with_database};
use crate::boot::ledger::{lines, mirror};
use crate::boot::lockdown::is_locked_down;
use crate::boot::{self, SHARED};
use crate::catalogue::place::{admit, is_closed, is_homeless, write_place};
use crate::nodes::{choose, open};
use crate::placements::{CONNECT, run_vendor};
use crate::pool::Store;
use crate::schema::catalogue::{copies, databases, placements};
use crate::vendor::{self, VendorMigration};
use crate::{NoSchema, Place, raw, stock};

#[derive(QueryableByName)]
struct Key {
    #[diesel(sql_type = Text)]
    mark: String,
    #[diesel(sql_type = Text)]
    audience: String,
    #[diesel(sql_type = Bytea)]
    inner_pad: Vec<u8>,
    #[diesel(sql_type = Bytea)]
    outer_pad: Vec<u8>,
    #[diesel(sql_type = Timestamptz)]
    installed_at: DateTime<Utc>,
}

impl Store {
    /// Gives a tenant a new database with all tables; one that has a place keeps it. It is closed there unless its state
    /// is open. On the server that was wished for, else where there is most room. Ended anywhere on the way, it goes on from there
    /// the next time.
    ///
    /// # Errors
    /// See [`NoSchema`].
    pub fn place_in_database(
        &self,
        tenant: TenantId,
        wished: Option<NodeId>,
        now: DateTime<Utc>,
    ) -> Result<(), NoSchema> {
        let mut home = self.as_owner()?;
        if !home.transaction(|home| is_homeless(home, tenant))? {
            return Ok(());
        }
        let name = home.transaction(|home| name_for(home, tenant, wished, now))?;
        self.make_database(&mut home, &name)?;
        home.transaction(|home| {
            if !is_homeless(home, tenant)? {
                return Ok(());
            }
            // Shared among all who make places: a rollout either finds this one, or is found by it.
            hold_release(home)?;
            let released = vendor::released(home)?;
            let mut there = self.as_owner_at(&Place::Own(name.as_str().into()))?;
            bring(&mut there, &released)?;
            let closed = is_closed(home, tenant)?;
            admit(&mut there, tenant, SHARED, (1, closed), now)?;
            mirror(home, &name, &lines(&mut there, SHARED)?)?;
            write_place(home, tenant, PlacementKind::Database, Some(&name), now)?;
            Ok(())
        })
    }

    /// Makes the database of this name with every migration of ours, as far as that was not done, and lets it know the
    /// keys that the catalogue's database knows.
    pub(crate) fn make_database(
        &self,
        home: &mut PgConnection,
        name: &str,
    ) -> Result<(), NoSchema> {
        let maintenance = self.maintenance_at(name)?.ok_or(NoSchema::NoOwner)?;
        let owner = with_database(&maintenance, name);
        boot::create_database(&maintenance, name)?;
        boot::migrate_one(&owner)?;
        let mut there = self.as_owner_at(&Place::Own(name.into()))?;
        hand_keys(home, &mut there)?;
        // Where the console is open in the catalogue's database it is open here too.
        if is_locked_down(home)? {
            boot::lock_down_one(&owner)?;
        }
        Ok(())
    }

    /// The address of a database as the owner of all tables.
    pub(crate) fn owner_url_at(&self, place: &Place) -> Result<String, NoSchema> {
        let Some(name) = place.name() else {
            let owner = self.owner.as_deref().ok_or(NoSchema::NoOwner)?;
            return Ok(owner.to_owned());
        };
        let maintenance = self.maintenance_at(name)?.ok_or(NoSchema::NoOwner)?;
        Ok(with_database(&maintenance, name))
    }

    /// A connection as the owner of all tables of a database. Nobody migrates there while it lives.
    pub(crate) fn as_owner_at(&self, place: &Place) -> Result<PgConnection, NoSchema> {
        let url = self.owner_url_at(place)?;
        let mut connection =
            PgConnection::establish(&patient(&url, CONNECT)).map_err(boot::BootError::from)?;
        // Shared among all who make schemas; who migrates takes it alone.
        connection.batch_execute(
            "set lock_timeout = '10s'; set client_min_messages = 'error'; set role tnt_owner; \
             select pg_catalog.pg_advisory_lock_shared(pg_catalog.hashtextextended('tenantry migrations', 0))",
        )?;
        Ok(connection)
    }
}

/// Nobody releases a version until the transaction ends.
pub(crate) fn hold_release(connection: &mut PgConnection) -> QueryResult<usize> {
    raw::query("select pg_advisory_xact_lock_shared(hashtextextended('tenantry release', 0))")
        .execute(connection)
}

/// The database that is being made for a tenant, or a new name for one on the server that was wished for.
pub(crate) fn name_for(
    connection: &mut PgConnection,
    tenant: TenantId,
    wished: Option<NodeId>,
    now: DateTime<Utc>,
) -> Result<String, NoSchema> {
    let kept = copies::table.filter(copies::schema_name.eq(databases::name));
    let begun = databases::table
        .left_join(placements::table)
        .filter(databases::tenant_id.eq(tenant.uuid()))
        .filter(placements::tenant_id.is_null())
        .filter(diesel::dsl::not(diesel::dsl::exists(kept)))
        .order(databases::created_at.desc())
        .select(databases::name)
        .first(connection)
        .optional()?;
    if let Some(name) = begun {
        return Ok(name);
    }
    let node = choose(connection, wished, None, now);
    // Where those in stock take all the room, one of them is what there is room for.
    let from = match &node {
        Ok(node) => vec![*node],
        Err(NoSchema::NoRoom) => open(connection, wished)?,
        Err(_) => Vec::new(),
    };
    if let Some(name) = stock::take(connection, tenant, &from)? {
        return Ok(name);
    }
    let name = drawn();
    write_name(connection, tenant, (&name, node?), now)?;
    Ok(name)
}

/// A name for a new database. Drawn and not made of the tenant's name or id: it tells nobody whose it is.
pub(crate) fn drawn() -> String {
    format!("d_{}", Uuid::new_v4().simple())
}

/// Writes down whose the database of this name is and on which server, unless that is known.
pub(crate) fn note_name(
    connection: &mut PgConnection,
    tenant: TenantId,
    (name, wished): (&str, Option<NodeId>),
    now: DateTime<Utc>,
) -> Result<(), NoSchema> {
    let known = databases::table.find(name);
    if diesel::select(diesel::dsl::exists(known)).get_result(connection)? {
        return Ok(());
    }
    let node = choose(connection, wished, None, now)?;
    write_name(connection, tenant, (name, node), now)
}

fn write_name(
    connection: &mut PgConnection,
    tenant: TenantId,
    (name, node): (&str, NodeId),
    now: DateTime<Utc>,
) -> Result<(), NoSchema> {
    diesel::insert_into(databases::table)
        .values((
            databases::name.eq(name),
            databases::node_id.eq(node.uuid()),
            databases::tenant_id.eq(tenant.uuid()),
            databases::created_at.eq(now),
        ))
        .on_conflict_do_nothing()
        .execute(connection)?;
    Ok(())
}

/// Runs those of the vendor's migrations that the database lacks.
pub(crate) fn bring(there: &mut PgConnection, wanted: &[VendorMigration]) -> Result<(), NoSchema> {
    there.transaction(|there| {
        let stands = vendor::versions_in(there, SHARED)?;
        for one in wanted.iter().filter(|one| !stands.contains(&one.version)) {
            run_vendor(there, SHARED, one)?;
        }
        Ok(())
    })
}

/// Lets a database know the keys of the catalogue's: both that hold, of both audiences, and no other.
pub(crate) fn hand_keys(home: &mut PgConnection, there: &mut PgConnection) -> QueryResult<()> {
    let keys: Vec<Key> = raw::query(
        "select mark, audience, inner_pad, outer_pad, installed_at from node.context_keys",
    )
    .load(home)?;
    there.transaction(|there| {
        raw::query("delete from node.context_keys").execute(there)?;
        for key in &keys {
            raw::query(
                "insert into node.context_keys (mark, audience, inner_pad, outer_pad, installed_at) values ($1, $2, $3, $4, $5)",
            )
            .bind::<Text, _>(&key.mark)
            .bind::<Text, _>(&key.audience)
            .bind::<Bytea, _>(&key.inner_pad)
            .bind::<Bytea, _>(&key.outer_pad)
            .bind::<Timestamptz, _>(key.installed_at)
            .execute(there)?;
        }
        Ok(())
    })
}
