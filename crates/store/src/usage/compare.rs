//! All tenants side by side, in one statement: what is known of each in the catalogue, and its figures as they were added up.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{
    Array, BigInt, Integer, Jsonb, Nullable, Text, Timestamptz, Uuid as SqlUuid,
};
use domain::{Meter, TenantId};
use serde_json::Value as Json;
use uuid::Uuid;

use super::Amount;
use crate::StoreError;
use crate::platform::PlatformTx;
use crate::raw;
use crate::schema::catalogue::usage_recent;

/// One tenant. A figure is `None` where nothing was measured.
#[derive(Debug, Clone, PartialEq, QueryableByName)]
pub struct Compared {
    /// Which.
    #[diesel(sql_type = SqlUuid)]
    pub id: Uuid,
    /// As it is shown.
    #[diesel(sql_type = Text)]
    pub name: String,
    /// The label of its host.
    #[diesel(sql_type = Text)]
    pub slug: String,
    /// Its plan's key,
    #[diesel(sql_type = Text)]
    pub plan: String,
    /// and version.
    #[diesel(sql_type = Integer)]
    pub plan_version: i32,
    /// Its state.
    #[diesel(sql_type = Text)]
    pub status: String,
    /// Where it lives,
    #[diesel(sql_type = Nullable<Text>)]
    pub placement: Option<String>,
    /// and on which server.
    #[diesel(sql_type = Nullable<Text>)]
    pub node: Option<String>,
    /// Limits of its own.
    #[diesel(sql_type = Jsonb)]
    pub limits: Json,
    /// When it was made.
    #[diesel(sql_type = Timestamptz)]
    pub created_at: DateTime<Utc>,
    /// When its trial ends.
    #[diesel(sql_type = Nullable<Timestamptz>)]
    pub trial_ends_at: Option<DateTime<Utc>>,
    /// People who take a seat,
    #[diesel(sql_type = Nullable<BigInt>)]
    pub users: Option<i64>,
    /// and before.
    #[diesel(sql_type = Nullable<BigInt>)]
    pub users_before: Option<i64>,
    /// People who used pages,
    #[diesel(sql_type = Nullable<BigInt>)]
    pub active: Option<i64>,
    /// and before.
    #[diesel(sql_type = Nullable<BigInt>)]
    pub active_before: Option<i64>,
    /// Stored bytes.
    #[diesel(sql_type = Nullable<BigInt>)]
    pub bytes: Option<i64>,
    /// Calls of the API,
    #[diesel(sql_type = Nullable<BigInt>)]
    pub calls: Option<i64>,
    /// before,
    #[diesel(sql_type = Nullable<BigInt>)]
    pub calls_before: Option<i64>,
    /// and the most of one day.
    #[diesel(sql_type = Nullable<BigInt>)]
    pub calls_peak: Option<i64>,
    /// Calls and pages,
    #[diesel(sql_type = Nullable<BigInt>)]
    pub requests: Option<i64>,
    /// of these failed by our fault,
    #[diesel(sql_type = Nullable<BigInt>)]
    pub errors: Option<i64>,
    /// and how long all took, in microseconds.
    #[diesel(sql_type = Nullable<BigInt>)]
    pub micros: Option<i64>,
    /// Looks from outside,
    #[diesel(sql_type = Nullable<BigInt>)]
    pub probes: Option<i64>,
    /// and those without an answer.
    #[diesel(sql_type = Nullable<BigInt>)]
    pub probes_failed: Option<i64>,
    /// Calls and pages of the last seven days.
    #[diesel(sql_type = BigInt)]
    pub last_week: i64,
}

/// How the databases answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, QueryableByName)]
pub struct Places {
    /// Servers and databases of tenants' own,
    #[diesel(sql_type = BigInt)]
    pub all: i64,
    /// of which these did not answer when they were looked at last.
    #[diesel(sql_type = BigInt)]
    pub silent: i64,
    /// Connections in use on the servers that were looked at,
    #[diesel(sql_type = Nullable<BigInt>)]
    pub connections: Option<i64>,
    /// and how many there may be.
    #[diesel(sql_type = Nullable<BigInt>)]
    pub connections_most: Option<i64>,
}

impl PlatformTx<'_> {
    /// Tenants that are there, or these of them, by their names; the figures are of the last so many days.
    ///
    /// # Errors
    /// The database's.
    pub fn compare_tenants(
        &mut self,
        days: i32,
        these: Option<&[TenantId]>,
    ) -> Result<Vec<Compared>, StoreError> {
        let these: Option<Vec<Uuid>> = these.map(|all| all.iter().map(|one| one.uuid()).collect());
        Ok(raw::query(
            "select t.id, t.name, t.slug, t.plan, t.plan_version, t.status, p.kind as placement, n.name as node, t.limits, t.created_at,
                 t.trial_ends_at, f.users, f.users_before, f.active, f.active_before, f.bytes, f.calls, f.calls_before, f.calls_peak, f.requests,
                 f.errors, f.micros, f.probes, f.probes_failed, coalesce(w.requests, 0) as last_week
             from catalogue.tenants t
             left join catalogue.placements p on p.tenant_id = t.id left join catalogue.nodes n on n.id = p.node_id
             left join catalogue.usage_compared f on f.tenant_id = t.id and f.days = $1::smallint
             left join catalogue.usage_compared w on w.tenant_id = t.id and w.days = 7
             where t.status not in ('deleted', 'failed', 'provisioning') and ($2 is null or t.id = any($2)) order by t.name_folded, t.id",
        )
        .bind::<Integer, _>(days)
        .bind::<Nullable<Array<SqlUuid>>, _>(these)
        .load(self.connection())?)
    }

    /// How much each tenant used of these in the last so many days, as it was added up.
    ///
    /// # Errors
    /// The database's.
    pub fn recent_of(&mut self, days: i32, meters: &[Meter]) -> Result<Vec<Amount>, StoreError> {
        let meters: Vec<&str> = meters.iter().map(Meter::as_str).collect();
        let rows: Vec<(Uuid, String, i64)> = usage_recent::table
            .filter(usage_recent::days.eq(i16::try_from(days).unwrap_or(i16::MAX)))
            .filter(usage_recent::meter.eq_any(meters))
            .filter(usage_recent::amount.gt(0))
            .select((
                usage_recent::tenant_id,
                usage_recent::meter,
                usage_recent::amount,
            ))
            .load(self.connection())?;
        let amount = |(tenant, meter, amount)| Amount {
            tenant: TenantId::from_uuid(tenant),
            meter,
            amount,
        };
        Ok(rows.into_iter().map(amount).collect())
    }

    /// How the databases answer.
    ///
    /// # Errors
    /// The database's.
    pub fn places_answering(&mut self) -> Result<Places, StoreError> {
        Ok(raw::query(
            r#"select (select count(*) from catalogue.nodes) + (select count(*) from catalogue.databases where tenant_id is not null) as "all",
                 (select count(*) from catalogue.node_looks where trouble is not null)
                     + (select count(*) from catalogue.databases where tenant_id is not null and silent_since is not null) as silent,
                 (select sum(connections)::bigint from catalogue.node_looks where connections_most is not null) as connections,
                 (select sum(connections_most)::bigint from catalogue.node_looks where connections is not null) as connections_most"#,
        )
        .get_result(self.connection())?)
    }
}
