//! Databases in stock: made in advance on each server, so that a tenant that asks for one does not wait for every migration.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Text, Uuid as SqlUuid};
use domain::{NodeId, TenantId};
use uuid::Uuid;

use crate::boot::SHARED;
use crate::boot::drop_database;
use crate::boot::ledger::{lines, mirror};
use crate::catalogue::place::first_node;
use crate::databases::{bring, drawn, hold_release};
use crate::nodes::alone;
use crate::pool::Store;
use crate::schema::catalogue::databases;
use crate::schema::node::ledger;
use crate::{NoSchema, Place, StoreError, raw, vendor};

#[derive(QueryableByName)]
struct Taken {
    #[diesel(sql_type = Text)]
    name: String,
}

#[derive(QueryableByName)]
struct Short {
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
}

/// Gives a tenant a database in stock of one of these servers, if there is one that nobody else takes at this moment.
pub(crate) fn take(
    connection: &mut PgConnection,
    tenant: TenantId,
    nodes: &[NodeId],
) -> QueryResult<Option<String>> {
    let nodes: Vec<Uuid> = nodes.iter().map(|node| node.uuid()).collect();
    let taken: Option<Taken> = raw::query(
        "update catalogue.databases set tenant_id = $1, ready_at = null where name =
        (select d.name from catalogue.databases d where d.ready_at is not null and d.node_id = any($2)
         order by d.ready_at limit 1 for update skip locked) returning name",
    )
    .bind::<SqlUuid, _>(tenant.uuid())
    .bind::<Array<SqlUuid>, _>(nodes)
    .get_result(connection)
    .optional()?;
    Ok(taken.map(|taken| taken.name))
}

impl Store {
    /// Makes one database on a server that has fewer than there should be, and drops one that is not wanted any more.
    /// False when nothing is left to do.
    ///
    /// # Errors
    /// See [`NoSchema`].
    pub fn keep_stock(&self, now: DateTime<Utc>) -> Result<bool, NoSchema> {
        let mut home = self.as_owner()?;
        // One process at a time, for as long as the connection lives.
        raw::query("select pg_advisory_lock(hashtextextended('tenantry stock', 0))")
            .execute(&mut home)?;
        if self.drop_one(&mut home)? {
            return Ok(true);
        }
        let Some(name) = home.transaction(|home| self.wanted(home, now))? else {
            return Ok(false);
        };
        self.make_database(&mut home, &name)?;
        home.transaction(|home| {
            hold_release(home)?;
            let mut there = self.as_owner_at(&Place::Own(name.as_str().into()))?;
            bring(&mut there, &vendor::released(home)?)?;
            mirror(home, &name, &lines(&mut there, SHARED)?)?;
            diesel::update(databases::table.find(&name))
                .set(databases::ready_at.eq(now))
                .execute(home)?;
            Ok(true)
        })
    }

    /// The name of one that was begun, or of a new one where one is missing.
    fn wanted(&self, home: &mut PgConnection, now: DateTime<Utc>) -> QueryResult<Option<String>> {
        alone(home)?;
        first_node(home, now)?;
        // One that was begun goes first, where its server answers.
        let begun: Option<Taken> = raw::query(
            "select d.name from catalogue.databases d join catalogue.nodes n on n.id = d.node_id left join catalogue.node_looks l on l.node_id = n.id
            where d.tenant_id is null and d.ready_at is null and n.state = 'open' and l.trouble is null order by d.created_at limit 1",
        )
        .get_result(home)
        .optional()?;
        if let Some(Taken { name }) = begun {
            return Ok(Some(name));
        }
        let short: Option<Short> = raw::query(
            "select n.id from catalogue.nodes n left join catalogue.node_looks l on l.node_id = n.id
            where n.state = 'open' and l.trouble is null
            and (select count(*) from catalogue.databases d where d.node_id = n.id and d.tenant_id is null) < $1
            and (n.room is null or n.room > (select count(*) from catalogue.databases d where d.node_id = n.id))
            order by n.created_at limit 1",
        )
        .bind::<BigInt, _>(i64::from(self.stock))
        .get_result(home)
        .optional()?;
        let Some(Short { id }) = short else {
            return Ok(None);
        };
        let name = drawn();
        diesel::insert_into(databases::table)
            .values((
                databases::name.eq(&name),
                databases::node_id.eq(id),
                databases::created_at.eq(now),
            ))
            .execute(home)?;
        Ok(Some(name))
    }

    /// Drops one on a server that takes nobody, or that has more than there should be.
    fn drop_one(&self, home: &mut PgConnection) -> Result<bool, NoSchema> {
        let surplus: Option<Taken> = raw::query(
            "select d.name from catalogue.databases d join catalogue.nodes n on n.id = d.node_id left join catalogue.node_looks l on l.node_id = n.id
            where d.tenant_id is null and l.trouble is null and (n.state <> 'open' or d.ready_at is not null
                and (select count(*) from catalogue.databases o where o.node_id = n.id and o.tenant_id is null) > $1) limit 1",
        )
        .bind::<BigInt, _>(i64::from(self.stock))
        .get_result(home)
        .optional()?;
        let Some(Taken { name }) = surplus else {
            return Ok(false);
        };
        // Nobody takes it from here on; ended in the middle, it is dropped the next time, or made whole again where more are wanted.
        let free = databases::table
            .find(&name)
            .filter(databases::tenant_id.is_null());
        let kept = diesel::update(free)
            .set(databases::ready_at.eq(None::<DateTime<Utc>>))
            .execute(home)?;
        if kept == 0 {
            return Ok(true);
        }
        let maintenance = self.maintenance_at(&name)?.ok_or(NoSchema::NoOwner)?;
        drop_database(&maintenance, &name)?;
        home.transaction(|home| {
            diesel::delete(ledger::table.filter(ledger::schema_name.eq(&name))).execute(home)?;
            diesel::delete(databases::table.find(&name)).execute(home)?;
            Ok(true)
        })
    }

    /// Whether databases are to be kept in stock, or there are some to be dropped.
    ///
    /// # Errors
    /// The database's.
    pub fn is_stock_wanted(&self, now: DateTime<Utc>) -> Result<bool, StoreError> {
        if !self.makes_schemas() {
            return Ok(false);
        }
        if self.stock > 0 {
            return Ok(true);
        }
        self.platform(now, |tx| {
            let some = databases::table.filter(databases::tenant_id.is_null());
            Ok(diesel::select(diesel::dsl::exists(some)).get_result(tx.connection())?)
        })
    }
}
