//! What a schema of tenants is made of, beside what its migrations make.

use std::collections::BTreeMap;

use diesel::prelude::*;
use diesel::sql_types::{Nullable, Text};
use domain::TenantId;
use uuid::Uuid;

use super::print::{Print, print};
use super::runner::{NoRun, Runner, run_text};
use super::transact::{Kept, transact};
use crate::StoreError;
use crate::boot::SHARED;
use crate::placements::empty_schema;
use crate::places::Place;
use crate::platform::PlatformTx;
use crate::raw;
use crate::schema::catalogue::{drifts, tenants};
use crate::vendor::{self, VendorMigration};

/// One thing that is not as the migrations make it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DriftFinding {
    /// What it is: `column`, `index`, `policy`...
    pub kind: String,
    /// Which.
    pub object: String,
    /// As the migrations make it; `None` when they make no such thing.
    pub wanted: Option<String>,
    /// As it is; `None` when it is missing.
    pub found: Option<String>,
}

/// A thing that the last look found.
#[derive(Debug, Clone)]
pub struct Drift {
    /// In which schema.
    pub schema_name: String,
    /// Whose that is.
    pub tenant: Option<(TenantId, String)>,
    /// What it is.
    pub finding: DriftFinding,
}

#[derive(QueryableByName)]
struct Space {
    #[diesel(sql_type = Text)]
    schema_name: String,
    #[diesel(sql_type = Nullable<diesel::sql_types::Uuid>)]
    tenant_id: Option<Uuid>,
}

impl Runner {
    /// What is not as the migrations make it in one schema; `cache` keeps what they make, by the versions that stand.
    ///
    /// # Errors
    /// The database's, or a script that fails.
    pub fn drift_of(
        &mut self,
        given: &[VendorMigration],
        schema: &str,
        cache: &mut BTreeMap<Vec<String>, Print>,
    ) -> Result<Vec<DriftFinding>, NoRun> {
        let look = |connection: &mut PgConnection, schema: &str| {
            transact(connection, Kept::No, |connection| {
                Ok((
                    vendor::versions_in(connection, schema)?,
                    print(connection, schema)?,
                ))
            })
        };
        let place = Place::of_space(schema);
        let (versions, found) = if place.is_home() {
            look(&mut self.connection, schema)?
        } else {
            look(&mut self.store.scripts_at(&place)?, SHARED)?
        };
        if !cache.contains_key(&versions) {
            let made = transact(&mut self.connection, Kept::No, |connection| {
                let scratch = empty_schema(connection)?;
                for one in given.iter().filter(|one| versions.contains(&one.version)) {
                    run_text(connection, &scratch, &one.version, &one.up)?;
                }
                Ok(print(connection, &scratch)?)
            })?;
            cache.insert(versions.clone(), made);
        }
        Ok(cache
            .get(&versions)
            .map(|wanted| wanted.findings(&found))
            .unwrap_or_default())
    }
}

impl PlatformTx<'_> {
    /// The schemas of tenants, with whose they are.
    ///
    /// # Errors
    /// The database's.
    pub fn schemas_of_tenants(&mut self) -> Result<Vec<(String, Option<TenantId>)>, StoreError> {
        let spaces: Vec<Space> = raw::query(
            "select l.schema_name, (array_agg(p.tenant_id))[1] as tenant_id from node.ledger l \
             left join catalogue.own_places p on p.schema_name = l.schema_name group by l.schema_name order by 1",
        )
        .load(self.connection())?;
        let pair = |space: Space| (space.schema_name, space.tenant_id.map(TenantId::from_uuid));
        Ok(spaces.into_iter().map(pair).collect())
    }

    /// Writes down what a look at a schema found, in place of what the last one did.
    ///
    /// # Errors
    /// The database's.
    pub fn note_drift(
        &mut self,
        schema: &str,
        tenant: Option<TenantId>,
        findings: &[DriftFinding],
    ) -> Result<(), StoreError> {
        let now = self.now();
        diesel::delete(drifts::table.filter(drifts::schema_name.eq(schema)))
            .execute(self.connection())?;
        let rows: Vec<_> = findings
            .iter()
            .map(|finding| {
                (
                    drifts::schema_name.eq(schema),
                    drifts::kind.eq(&finding.kind),
                    drifts::object.eq(&finding.object),
                    drifts::wanted.eq(&finding.wanted),
                    drifts::found.eq(&finding.found),
                    drifts::tenant_id.eq(tenant.map(TenantId::uuid)),
                    drifts::looked_at.eq(now),
                )
            })
            .collect();
        // PostgreSQL binds 65,535 values at most.
        for rows in rows.chunks(5_000) {
            diesel::insert_into(drifts::table)
                .values(rows)
                .execute(self.connection())?;
        }
        Ok(())
    }

    /// Forgets what was found in schemas that are gone.
    ///
    /// # Errors
    /// The database's.
    pub fn forget_drift_but(&mut self, schemas: &[&str]) -> Result<(), StoreError> {
        let gone = drifts::table.filter(drifts::schema_name.ne_all(schemas));
        diesel::delete(gone).execute(self.connection())?;
        Ok(())
    }

    /// What the last look found.
    ///
    /// # Errors
    /// The database's.
    pub fn drifts(&mut self, limit: i64) -> Result<Vec<Drift>, StoreError> {
        type Row = (
            String,
            Option<Uuid>,
            Option<String>,
            String,
            String,
            Option<String>,
            Option<String>,
        );
        let rows: Vec<Row> = drifts::table
            .left_join(tenants::table)
            .order((drifts::schema_name, drifts::kind, drifts::object))
            .limit(limit)
            .select((
                drifts::schema_name,
                drifts::tenant_id,
                tenants::name.nullable(),
                drifts::kind,
                drifts::object,
                drifts::wanted,
                drifts::found,
            ))
            .load(self.connection())?;
        let drift = |(schema_name, tenant, name, kind, object, wanted, found): Row| Drift {
            schema_name,
            tenant: tenant.map(TenantId::from_uuid).zip(name),
            finding: DriftFinding {
                kind,
                object,
                wanted,
                found,
            },
        };
        Ok(rows.into_iter().map(drift).collect())
    }
}
