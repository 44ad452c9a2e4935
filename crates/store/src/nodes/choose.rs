//! On which server the next database is made.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Nullable, Uuid as SqlUuid};
use domain::{NodeId, NodeState};
use uuid::Uuid;

use crate::catalogue::place::first_node;
use crate::schema::catalogue::{databases, nodes};
use crate::{NoSchema, Place, raw};

#[derive(QueryableByName)]
struct Chosen {
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
}

/// Nobody else chooses or changes servers until the transaction ends.
pub(crate) fn alone(connection: &mut PgConnection) -> QueryResult<usize> {
    raw::query("select pg_advisory_xact_lock(hashtextextended('tenantry nodes', 0))")
        .execute(connection)
}

/// The server that was wished for, if it takes another database; else the one where the fewest tenants live of those that do,
/// and that were well when they were looked at last. Never the one beside which another is looked for.
pub(crate) fn choose(
    connection: &mut PgConnection,
    wished: Option<NodeId>,
    beside: Option<NodeId>,
    now: DateTime<Utc>,
) -> Result<NodeId, NoSchema> {
    alone(connection)?;
    first_node(connection, now)?;
    let chosen: Option<Chosen> = raw::query(
        "select n.id from catalogue.nodes n left join catalogue.node_looks l on l.node_id = n.id
        where n.state = 'open' and (n.id = $1 or $1 is null and l.trouble is null) and n.id is distinct from $2
        and (n.room is null or n.room > (select count(*) from catalogue.databases d where d.node_id = n.id))
        order by (select count(*) from catalogue.placements p where p.node_id = n.id), n.created_at limit 1",
    )
    .bind::<Nullable<SqlUuid>, _>(wished.map(NodeId::uuid))
    .bind::<Nullable<SqlUuid>, _>(beside.map(NodeId::uuid))
    .get_result(connection)
    .optional()?;
    chosen
        .map(|chosen| NodeId::from_uuid(chosen.id))
        .ok_or(NoSchema::NoRoom)
}

/// The server that was wished for if it is open, or all that are.
pub(crate) fn open(
    connection: &mut PgConnection,
    wished: Option<NodeId>,
) -> QueryResult<Vec<NodeId>> {
    let all: Vec<Uuid> = nodes::table
        .filter(nodes::state.eq(NodeState::Open))
        .select(nodes::id)
        .load(connection)?;
    let all = all.into_iter().map(NodeId::from_uuid);
    Ok(all
        .filter(|node| wished.is_none_or(|wished| wished == *node))
        .collect())
}

/// The server that a place is on.
pub(crate) fn node_of(
    connection: &mut PgConnection,
    place: &Place,
    now: DateTime<Utc>,
) -> QueryResult<Uuid> {
    match place.name() {
        None => first_node(connection, now),
        Some(name) => databases::table
            .find(name)
            .select(databases::node_id)
            .first(connection),
    }
}
