//! Whoever is to leave a server.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Timestamptz, Uuid as SqlUuid};
use domain::{NodeId, TenantId};
use uuid::Uuid;

use super::choose::choose;
use crate::platform::PlatformTx;
use crate::schema::catalogue::placements;
use crate::{NoSchema, StoreError, raw};

/// Those who live in databases of a server that is to be empty.
#[derive(Debug, Clone)]
pub struct Leaving {
    /// How many do.
    pub left: i64,
    /// Who may be asked to move next.
    pub next: Vec<TenantId>,
}

#[derive(QueryableByName)]
struct Next {
    #[diesel(sql_type = SqlUuid)]
    tenant_id: Uuid,
}

impl PlatformTx<'_> {
    /// Who is left on a server, and who may leave next, so that no more than `at_once` are under way. Whoever could not be moved
    /// since then is left alone.
    ///
    /// # Errors
    /// The database's.
    pub fn leaving(
        &mut self,
        node: NodeId,
        since: DateTime<Utc>,
        at_once: i64,
    ) -> Result<Leaving, StoreError> {
        let left = placements::table
            .filter(placements::node_id.eq(node.uuid()))
            .filter(placements::database_name.is_not_null())
            .count()
            .get_result(self.connection())?;
        let next: Vec<Next> = raw::query(
            "select p.tenant_id from catalogue.placements p join catalogue.tenants t on t.id = p.tenant_id
            where p.node_id = $1 and p.database_name is not null and t.status not in ('deletion_scheduled', 'deleted', 'provisioning')
            and not exists (select from catalogue.moves m where m.tenant_id = p.tenant_id
                and (m.state in ('waiting', 'running') or m.state in ('failed', 'cancelled') and m.finished_at > $2))
            order by p.tenant_id
            limit greatest($3 - (select count(*) from catalogue.moves m where m.from_node = $1 and m.state in ('waiting', 'running')), 0)",
        )
        .bind::<SqlUuid, _>(node.uuid())
        .bind::<Timestamptz, _>(since)
        .bind::<BigInt, _>(at_once)
        .load(self.connection())?;
        let next = next.into_iter();
        Ok(Leaving {
            left,
            next: next.map(|row| TenantId::from_uuid(row.tenant_id)).collect(),
        })
    }

    /// The server on which the next database would be made, other than this one; `None` where none takes one.
    ///
    /// # Errors
    /// The database's.
    pub fn open_node(&mut self, beside: NodeId) -> Result<Option<NodeId>, StoreError> {
        let now = self.now();
        match choose(self.connection(), None, Some(beside), now) {
            Ok(node) => Ok(Some(node)),
            Err(NoSchema::NoRoom) => Ok(None),
            Err(error) => Err(StoreError::Transient(error.to_string())),
        }
    }
}
