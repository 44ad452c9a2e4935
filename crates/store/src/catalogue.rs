//! Which tenants there are and where they live. The only maker of scopes.

use diesel::prelude::*;
use diesel::sql_types::{Integer, Nullable, Text, Uuid as SqlUuid};
use domain::TenantId;
use uuid::Uuid;

use crate::StoreError;
use crate::platform::PlatformTx;
use crate::pool::Store;
use crate::schema::{catalogue, node};
use crate::scope::TenantScope;

/// A tenant as the doors need it before any of its rows is read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TenantEntry {
    /// The way in.
    pub scope: TenantScope,
    /// The DNS label.
    pub slug: String,
    /// The name as shown.
    pub name: String,
    /// The state's key, as `domain::tenant` knows it.
    pub status: String,
    /// What to tell those who meet a resting tenant.
    pub status_reason: Option<String>,
    /// The tenant's language and region.
    pub locale: String,
    /// The tenant's time zone.
    pub timezone: String,
    /// The host that links are built with.
    pub canonical_host: String,
}

/// A tenant to be written down.
#[derive(Debug, Clone)]
pub struct NewTenant {
    /// Made by the caller.
    pub id: TenantId,
    /// The DNS label.
    pub slug: String,
    /// The name as shown.
    pub name: String,
    /// The state's key.
    pub status: String,
    /// Language and region.
    pub locale: String,
    /// Time zone.
    pub timezone: String,
    /// The host names; the first is canonical.
    pub hosts: Vec<String>,
    /// Whether it is made up to look around in.
    pub demo: bool,
}

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = Nullable<SqlUuid>)]
    tenant_id: Option<Uuid>,
    #[diesel(sql_type = Nullable<Integer>)]
    epoch: Option<i32>,
    #[diesel(sql_type = Nullable<Text>)]
    slug: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    name: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    status: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    status_reason: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    locale: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    timezone: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    canonical_host: Option<String>,
}

impl Row {
    fn entry(self) -> Option<TenantEntry> {
        Some(TenantEntry {
            scope: TenantScope::new(TenantId::from_uuid(self.tenant_id?), self.epoch?),
            slug: self.slug?,
            name: self.name?,
            status: self.status?,
            status_reason: self.status_reason,
            locale: self.locale?,
            timezone: self.timezone?,
            canonical_host: self.canonical_host?,
        })
    }
}

impl Store {
    /// The tenant that this host names, whole and exactly; `None` when it names none.
    ///
    /// # Errors
    /// No connection or no database.
    pub fn resolve_host(&self, host: &str) -> Result<Option<TenantEntry>, StoreError> {
        self.resolve(|connection| {
            crate::raw::query("select * from catalogue.resolve_host($1)")
                .bind::<Text, _>(host)
                .get_result(connection)
        })
    }

    /// The tenant with this id, which came from a row of our own and never from a request.
    ///
    /// # Errors
    /// No connection or no database.
    pub fn resolve_tenant(&self, tenant: TenantId) -> Result<Option<TenantEntry>, StoreError> {
        self.resolve(|connection| {
            crate::raw::query("select * from catalogue.resolve_tenant($1)")
                .bind::<SqlUuid, _>(tenant.uuid())
                .get_result(connection)
        })
    }

    /// The tenant that a request names: by its id as it is shown, or by its slug. Being named opens nothing.
    ///
    /// # Errors
    /// No connection or no database.
    pub fn resolve_named(&self, name: &str) -> Result<Option<TenantEntry>, StoreError> {
        match domain::ids::uuid_of(TenantId::PREFIX, name) {
            Some(id) => self.resolve_tenant(TenantId::from_uuid(id)),
            None => self.resolve(|connection| {
                crate::raw::query(
                    "select * from catalogue.resolve_tenant(catalogue.tenant_of_slug($1))",
                )
                .bind::<Text, _>(name)
                .get_result(connection)
            }),
        }
    }

    fn resolve(
        &self,
        mut ask: impl FnMut(&mut PgConnection) -> QueryResult<Row>,
    ) -> Result<Option<TenantEntry>, StoreError> {
        self.with_app_connection(|connection| Ok(ask(connection)?.entry()))
    }
}

impl PlatformTx<'_> {
    /// Writes a tenant down with its hosts and its place in the shared schema of the first node.
    /// Answers false, and writes nothing, when the slug or a host is taken.
    ///
    /// # Errors
    /// The database's.
    pub fn add_tenant(&mut self, tenant: &NewTenant) -> Result<bool, StoreError> {
        let now = self.now();
        let id = tenant.id.uuid();
        let node_id = self.first_node()?;
        let connection = self.connection();
        let taken: i64 = catalogue::domains::table
            .filter(catalogue::domains::host.eq_any(&tenant.hosts))
            .count()
            .get_result(connection)?;
        if taken > 0 {
            return Ok(false);
        }
        let added = diesel::insert_into(catalogue::tenants::table)
            .values((
                catalogue::tenants::id.eq(id),
                catalogue::tenants::slug.eq(&tenant.slug),
                catalogue::tenants::name.eq(&tenant.name),
                catalogue::tenants::status.eq(&tenant.status),
                catalogue::tenants::locale.eq(&tenant.locale),
                catalogue::tenants::timezone.eq(&tenant.timezone),
                catalogue::tenants::demo.eq(tenant.demo),
                catalogue::tenants::created_at.eq(now),
                catalogue::tenants::updated_at.eq(now),
            ))
            .on_conflict_do_nothing()
            .execute(connection)?;
        if added == 0 {
            return Ok(false);
        }
        diesel::insert_into(catalogue::placements::table)
            .values((
                catalogue::placements::tenant_id.eq(id),
                catalogue::placements::node_id.eq(node_id),
                catalogue::placements::kind.eq("shared"),
                catalogue::placements::epoch.eq(1),
            ))
            .execute(connection)?;
        diesel::insert_into(node::placements::table)
            .values((
                node::placements::tenant_id.eq(id),
                node::placements::schema_name.eq("shared"),
                node::placements::role_name.eq("tnt_tenant"),
                node::placements::epoch.eq(1),
                node::placements::created_at.eq(now),
            ))
            .execute(connection)?;
        for (place, host) in tenant.hosts.iter().enumerate() {
            diesel::insert_into(catalogue::domains::table)
                .values((
                    catalogue::domains::host.eq(host),
                    catalogue::domains::tenant_id.eq(id),
                    catalogue::domains::canonical.eq(place == 0),
                    catalogue::domains::created_at.eq(now),
                ))
                .execute(connection)?;
        }
        crate::raw::query("select pg_notify('tenantry_catalogue', '')").execute(connection)?;
        Ok(true)
    }

    /// The tenant of this slug and the key of its state.
    ///
    /// # Errors
    /// The database's.
    pub fn tenant_of_slug(&mut self, slug: &str) -> Result<Option<(TenantId, String)>, StoreError> {
        let row: Option<(Uuid, String)> = catalogue::tenants::table
            .filter(catalogue::tenants::slug.eq(slug))
            .select((catalogue::tenants::id, catalogue::tenants::status))
            .first(self.connection())
            .optional()?;
        Ok(row.map(|(id, status)| (TenantId::from_uuid(id), status)))
    }

    /// Takes a tenant from one state to another; answers whether it was in the first.
    ///
    /// # Errors
    /// The database's.
    pub fn step_tenant(
        &mut self,
        tenant: TenantId,
        from: &str,
        to: &str,
    ) -> Result<bool, StoreError> {
        let now = self.now();
        let stepped = diesel::update(catalogue::tenants::table)
            .filter(catalogue::tenants::id.eq(tenant.uuid()))
            .filter(catalogue::tenants::status.eq(from))
            .set((
                catalogue::tenants::status.eq(to),
                catalogue::tenants::updated_at.eq(now),
            ))
            .execute(self.connection())?;
        crate::raw::query("select pg_notify('tenantry_catalogue', '')")
            .execute(self.connection())?;
        Ok(stepped == 1)
    }

    /// The ids of all tenants that are not deleted, oldest first.
    ///
    /// # Errors
    /// The database's.
    pub fn tenant_ids(&mut self) -> Result<Vec<TenantId>, StoreError> {
        let ids = catalogue::tenants::table
            .filter(catalogue::tenants::status.ne("deleted"))
            .order(catalogue::tenants::created_at)
            .select(catalogue::tenants::id)
            .load::<Uuid>(self.connection())?;
        Ok(ids.into_iter().map(TenantId::from_uuid).collect())
    }

    /// The node that holds the catalogue; written down at the first call.
    fn first_node(&mut self) -> Result<Uuid, StoreError> {
        let now = self.now();
        diesel::insert_into(catalogue::nodes::table)
            .values((
                catalogue::nodes::id.eq(self.fresh_uuid()),
                catalogue::nodes::name.eq("main"),
                catalogue::nodes::kind.eq("postgres"),
                catalogue::nodes::created_at.eq(now),
            ))
            .on_conflict_do_nothing()
            .execute(self.connection())?;
        Ok(catalogue::nodes::table
            .filter(catalogue::nodes::name.eq("main"))
            .select(catalogue::nodes::id)
            .first(self.connection())?)
    }
}
