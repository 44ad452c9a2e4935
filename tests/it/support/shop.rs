//! An application's migrations for tests: one that makes a table, and whatever a test puts behind it; and many schemas.

use diesel::connection::SimpleConnection;
use domain::TenantId;
use services::vendor::{self, NotTaken, Taken, VendorMigration};
use services::{Request, StoreError};
use store::catalogue::NewTenant;
use uuid::Uuid;

use super::app::App;

/// A migration of these scripts.
pub(crate) fn migration(version: &str, up: &str, down: &str) -> VendorMigration {
    VendorMigration {
        version: version.to_owned(),
        name: format!("test {version}"),
        up: up.to_owned(),
        down: (!down.is_empty()).then(|| down.to_owned()),
    }
}

/// A table as the rules want it.
pub(crate) fn table(name: &str) -> String {
    format!(
        "create table {name} (tenant_id uuid not null, id uuid not null, label text not null default '', primary key (tenant_id, id)); \
         comment on table {name} is 'placement=tenant; for a test'; call app.place('{name}', 'tenant'); call app.protect('{name}');"
    )
}

/// The first of every test: a table of goods.
pub(crate) fn goods() -> VendorMigration {
    migration("20260101-1", &table("goods"), "drop table goods;")
}

impl App {
    /// Has this application, and nothing of it runs yet.
    pub(crate) fn has(&self, all: &[VendorMigration]) -> Result<Taken, NotTaken> {
        let request = Request {
            now: self.inner().clock.now(),
            request_id: Uuid::nil(),
            address: None,
            device: "test".to_owned(),
        };
        vendor::take(&self.inner().store, "test", &request, all)
    }

    /// Makes tenants with schemas of their own: written down and placed, with nobody in them.
    pub(crate) fn schemas(&self, prefix: &str, many: usize) -> Vec<(TenantId, String)> {
        let (store, now) = (&self.inner().store, self.inner().clock.now());
        let made = (0..many).map(|number| {
            let id = TenantId::from_uuid(Uuid::new_v4());
            let slug = format!("{prefix}-{number}");
            let tenant = NewTenant::plain(id, &slug, &slug);
            store
                .platform(now, |tx| tx.record_tenant(&tenant))
                .map_err(|error: StoreError| error)
                .unwrap();
            store.place_in_schema(id, now).unwrap();
            (id, self.schema_of(id))
        });
        made.collect()
    }

    /// The schema in which a tenant lives.
    pub(crate) fn schema_of(&self, tenant: TenantId) -> String {
        let found = self
            .inner()
            .store
            .platform(self.inner().clock.now(), |tx| tx.own_schema(tenant));
        found
            .map_err(|error: StoreError| error)
            .unwrap()
            .unwrap_or_else(|| "shared".to_owned())
    }

    /// A rollout that failed in the shared tables, and would not fail again.
    pub(crate) fn failed_rollout(&self, ask: impl FnOnce()) {
        self.has(&[goods()]).unwrap();
        self.sql()
            .batch_execute("create table shared.goods (broken text)")
            .unwrap();
        ask();
        self.run_jobs();
        self.sql().batch_execute("drop table shared.goods").unwrap();
    }

    /// In how many schemas a table of this name stands.
    pub(crate) fn standing(&self, table: &str) -> i64 {
        self.count(&format!(
            "pg_tables where tablename = '{table}' and schemaname in (select schema_name from node.ledger)"
        ))
    }
}
