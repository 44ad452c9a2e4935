//! Somebody else's database: an owner that is no superuser, a login of the application, and an application that keeps writing.

use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::thread::JoinHandle;

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::Text;

use crate::support::command::{self, Said};
use crate::support::keeper;
use crate::support::postgres::{count, query, run};
use crate::support::tools;

/// Whose rows there are.
pub(super) const TENANT: &str = "0192f3a4-0000-7000-8000-00000000ac3e";

/// A database with tables that know no tenant.
pub(super) struct Theirs {
    name: String,
    owner: String,
    pub(super) app: String,
}

impl Theirs {
    pub(super) fn new(script: &str) -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(1);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let name = format!("test_{}_adopt_{number}", std::process::id());
        let (owner, app) = (format!("owner_{name}"), format!("app_{name}"));
        let super_url = keeper::server().superuser_url("postgres");
        run(
            &super_url,
            &format!(
                "create role {owner} login; create role {app} login; create database {name} owner {owner}"
            ),
        );
        let theirs = Self {
            name,
            owner,
            app: app.clone(),
        };
        let mut sql = theirs.owner();
        sql.batch_execute(script).unwrap();
        sql.batch_execute(&format!(
            "do $$ declare one text; begin \
             for one in select nspname from pg_namespace where nspname in ('public', 'stock') loop \
             execute format('grant usage on schema %I to {app}', one); \
             execute format('grant select, insert, update, delete on all tables in schema %I to {app}', one); \
             execute format('grant usage on all sequences in schema %I to {app}', one); end loop; end $$"
        ))
        .unwrap();
        theirs
    }

    pub(super) fn url(&self) -> String {
        keeper::server().login_url(&self.owner, &self.name)
    }

    pub(super) fn owner(&self) -> PgConnection {
        PgConnection::establish(&self.url()).unwrap()
    }

    pub(super) fn superuser(&self) -> PgConnection {
        PgConnection::establish(&keeper::server().superuser_url(&self.name)).unwrap()
    }

    pub(super) fn application(&self) -> PgConnection {
        PgConnection::establish(&keeper::server().login_url(&self.app, &self.name)).unwrap()
    }

    pub(super) fn count(&self, what: &str) -> i64 {
        count(
            &mut self.superuser(),
            &format!("select count(*) as count from {what}"),
        )
    }

    /// `tenantry adopt` on this database.
    pub(super) fn adopt(&self, words: &[&str]) -> Said {
        let url = self.url();
        command::run(&[&["adopt", "--url", &url], words].concat(), &[])
    }

    /// All tables of the list, for the tenant.
    pub(super) fn adopts(&self, tables: &str) -> Said {
        self.adopt(&[
            "--tables",
            tables,
            "--tenant",
            "acme",
            "--tenant-id",
            TENANT,
            "--batch",
            "500",
        ])
    }

    /// Every definition, as `pg_dump` writes it; nothing where the machine has none, which is said.
    pub(super) fn dump(&self) -> Option<String> {
        let program = [
            "/usr/lib/postgresql/15/bin/pg_dump",
            "/usr/bin/pg_dump",
            "/usr/local/bin/pg_dump",
        ]
        .into_iter()
        .find(|path| Path::new(path).exists());
        let Some(program) = program else {
            tools::missing("pg_dump");
            return None;
        };
        let done = Command::new(program)
            .args([
                "--schema-only",
                "--dbname",
                &keeper::server().superuser_url(&self.name),
            ])
            .output()
            .unwrap();
        assert!(
            done.status.success(),
            "{}",
            String::from_utf8_lossy(&done.stderr)
        );
        let text = String::from_utf8(done.stdout).unwrap();
        // A word that is another at each call.
        let kept = text.lines().filter(|line| !line.contains("restrict "));
        Some(kept.collect::<Vec<_>>().join("\n"))
    }

    /// What every row of a table holds, but for the tenant.
    pub(super) fn print(&self, table: &str) -> String {
        #[derive(QueryableByName)]
        struct Row {
            #[diesel(sql_type = Text)]
            print: String,
        }
        query(&format!(
            "select coalesce(md5(string_agg(j::text, ',' order by j::text)), '') as print from (select to_jsonb(t) - 'tenant_id' as j from {table} t) r"
        ))
        .get_result::<Row>(&mut self.superuser())
        .unwrap()
        .print
    }

    /// An application that goes on with these statements, `$n` being a number of its own each time, until it is told to stop.
    pub(super) fn writes(&self, statements: &'static [&'static str]) -> Writer {
        let mut sql = self.application();
        let stop = Arc::new(AtomicBool::new(false));
        let stopped = Arc::clone(&stop);
        let thread = std::thread::spawn(move || {
            let mut number = 1_000_000;
            while !stopped.load(Ordering::Relaxed) {
                number += 1;
                let all: Vec<String> = statements
                    .iter()
                    .map(|one| one.replace("$n", &number.to_string()))
                    .collect();
                sql.transaction(|sql| sql.batch_execute(&all.join("; ")))
                    .unwrap_or_else(|error: diesel::result::Error| {
                        panic!("the application was disturbed: {error}")
                    });
            }
            number
        });
        Writer { stop, thread }
    }
}

impl Drop for Theirs {
    fn drop(&mut self) {
        let url = keeper::server().superuser_url("postgres");
        let Ok(mut sql) = PgConnection::establish(&url) else {
            return;
        };
        let all = [
            format!("drop database if exists {} with (force)", self.name),
            format!("drop role if exists {}", self.owner),
            format!("drop role if exists {}", self.app),
        ];
        for one in all {
            let _ = sql.batch_execute(&one);
        }
    }
}

/// An application at work.
pub(super) struct Writer {
    stop: Arc<AtomicBool>,
    thread: JoinHandle<i64>,
}

impl Writer {
    /// Ends it; answers the last number that it wrote. Fails when any of its statements did.
    pub(super) fn ended(self) -> i64 {
        self.stop.store(true, Ordering::Relaxed);
        self.thread.join().unwrap()
    }
}
