//! Turning an installation from many tenants to one and back: what it says, what it refuses, that no row of a tenant
//! changes, and that no process goes on in the other mode.

use std::collections::BTreeMap;
use std::time::Duration;

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::Text;

use crate::single::{BASE, SINGLE, alone};
use crate::support::app::{self, App};
use crate::support::cast::ACME;
use crate::support::postgres::query;
use crate::support::process::Process;
use crate::tenant_processes::{process_with, until};

const TO_SINGLE: [&str; 5] = ["mode", "single", "--tenant", "acme", "--yes"];
const TO_MULTI: [&str; 3] = ["mode", "multi", "--yes"];

#[derive(QueryableByName)]
struct Line {
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Text)]
    digest: String,
}

/// A digest of every table of ours, by its name; of tenants without their hosts and what these are found by.
fn digests(app: &App) -> BTreeMap<String, String> {
    let mut sql = app.sql();
    let tables: Vec<Line> = query(
        "select format('%I.%I', schemaname, tablename) as name, '' as digest from pg_tables \
         where schemaname in ('catalogue', 'node', 'app', 'shared') or schemaname like 't\\_%'",
    )
    .load(&mut sql)
    .unwrap();
    assert!(tables.len() > 40, "{} tables", tables.len());
    tables
        .into_iter()
        .map(|Line { name, .. }| {
            let row = if name == "catalogue.tenants" {
                "to_jsonb(t) - 'hosts' - 'finding'"
            } else {
                "to_jsonb(t)"
            };
            let digest: Line = query(&format!(
                "select '{name}' as name, md5(coalesce(string_agg(x::text, '' order by x::text), '')) as digest \
                 from (select {row} as x from {name} t) as rows"
            ))
            .get_result(&mut sql)
            .unwrap();
            (digest.name, digest.digest)
        })
        .collect()
}

/// The tables that are not as they were.
fn changed(before: &BTreeMap<String, String>, after: &BTreeMap<String, String>) -> Vec<String> {
    let other = |name: &&String| before.get(*name) != after.get(*name);
    after.keys().filter(other).cloned().collect()
}

/// Who is where, and which host leads.
fn hosts(app: &App) -> Vec<String> {
    let rows: Vec<Line> = query(
        "select d.host as name, t.slug || case when d.canonical then ' leads' else '' end as digest \
         from catalogue.domains d join catalogue.tenants t on t.id = d.tenant_id \
         where t.status <> 'deleted' order by d.host",
    )
    .load(&mut app.sql())
    .unwrap();
    rows.into_iter()
        .map(|row| format!("{}: {}", row.name, row.digest))
        .collect()
}

#[test]
fn it_is_turned_to_single_and_back_and_no_row_of_a_tenant_changes() {
    let app = alone(&[]);
    let member = app.member();
    member.get("/me").expect(200);
    let before = digests(&app);

    let dry = app.tenantry(&["mode", "single", "--dry-run"]).ends(0);
    for words in [
        "Acme moves from http://acme.localhost to http://localhost.",
        "signs in again",
        "mode = \"single\" and default_tenant = \"acme\"",
        "Nothing was changed.",
    ] {
        assert!(dry.out.contains(words), "{words} in\n{}", dry.out);
    }
    assert_eq!(changed(&before, &digests(&app)), [""; 0]);
    app.tenantry(&["mode", "single"]).ends(64);
    assert_eq!(hosts(&app), ["acme.localhost: acme leads"]);

    app.tenantry(&TO_SINGLE).ends(0);
    assert_eq!(
        hosts(&app),
        ["acme.localhost: acme", "localhost: acme leads"]
    );
    let written = [
        "catalogue.audit_entries",
        "catalogue.audit_heads",
        "catalogue.domains",
    ];
    assert_eq!(changed(&before, &digests(&app)), written);
    // A second time, or by a command that was told the other mode, nothing is done.
    app.tenantry(&TO_SINGLE).ends(73);
    app.tenantry(&["user", "list", "--tenant", "acme"]).ends(78);
    let doctor = app.tenantry(&["doctor"]);
    let finding = doctor.line("is in single mode");
    assert!(finding.contains("mode"), "{finding}");
    let people = ["user", "list", "--tenant", "acme"];
    app.tenantry_with(&people, &SINGLE).ends(0);

    app.tenantry_with(&TO_MULTI, &SINGLE).ends(0);
    assert_eq!(
        hosts(&app),
        ["acme.localhost: acme leads", "localhost: acme"]
    );
    assert_eq!(changed(&before, &digests(&app)), written);
    app.tenantry(&TO_MULTI).ends(73);
    let said = app.tenantry(&["mode"]).ends(0);
    assert!(said.out.contains("localhost leads to Acme"), "{}", said.out);
    // The session from before is as good as it was, and the base domain leads to the tenant that had it.
    app.inner().directory.forget();
    member.get("/me").expect(200);
    let base = app.visitor_at(BASE).get("/password-reset/rst_x");
    let location = base.expect(307).location().unwrap();
    assert_eq!(location, "http://acme.localhost/password-reset/rst_x");
    let log = app.platform_audit();
    let turned = "done mode.changed by command line: Acme";
    assert_eq!(log, [turned, turned]);
    app.tenantry(&["audit", "verify"]).ends(0);
}

#[test]
fn where_sign_up_is_on_the_base_domain_leads_on_beside_its_pages() {
    let app = alone(&[("sign_up.enabled", "yes")]);
    app.tenantry(&TO_SINGLE).ends(0);
    app.tenantry_with(&TO_MULTI, &SINGLE).ends(0);
    app.inner().directory.forget();
    let base = app.visitor_at(BASE);
    base.get("/signup").expect(200);
    let old = base.get("/invitations/inv_x").expect(307);
    assert_eq!(
        old.location().unwrap(),
        "http://acme.localhost/invitations/inv_x"
    );
    base.post("/invitations/inv_x", &[])
        .expect(404)
        .shows("http://acme.localhost/");
}

#[test]
fn single_mode_wants_exactly_one_tenant_that_is_made() {
    let app = app::start();
    let said = app.tenantry(&TO_SINGLE).ends(73);
    assert!(said.err.contains("acme, globex"), "{}", said.err);
    app.set_status("globex", "deleted");
    let other = ["mode", "single", "--tenant", "globex", "--yes"];
    let said = app.tenantry(&other).ends(73);
    assert!(said.err.contains("none is called globex"), "{}", said.err);
    app.set_status("acme", "failed");
    let said = app.tenantry(&TO_SINGLE).ends(73);
    assert!(said.err.contains("has to end first"), "{}", said.err);
    app.set_status("acme", "suspended");
    app.tenantry(&TO_SINGLE).ends(0);
    app.set_status("acme", "deleted");
    let said = app.tenantry(&TO_SINGLE).ends(73);
    assert!(said.err.contains("There is no tenant"), "{}", said.err);
}

#[test]
fn a_tenant_that_is_being_made_meanwhile_is_counted() {
    let app = alone(&[]);
    let mut maker = app.sql();
    maker
        .batch_execute(
            "begin; lock table catalogue.domains in row exclusive mode; \
             update catalogue.tenants set status = 'provisioning' where slug = 'globex'",
        )
        .unwrap();
    std::thread::scope(|scope| {
        let converting = scope.spawn(|| app.tenantry(&TO_SINGLE));
        until("it waits", Duration::from_secs(20), || {
            app.count("pg_locks where not granted and relation = 'catalogue.domains'::regclass") > 0
        });
        maker.batch_execute("commit").unwrap();
        let said = converting.join().unwrap().ends(73);
        assert!(said.err.contains("acme, globex"), "{}", said.err);
    });
    assert_eq!(hosts(&app).len(), 2);
}

fn refused(app: &App, settings: &[(&str, &str)], words: &str) {
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_tenantry"));
    command.arg("serve");
    let (tenants, platform) = (app.url_as("tnt_app"), app.url_as("tnt_platform_app"));
    let port = crate::support::process::free_port();
    let process = Process::run(command, &tenants, &platform, port, settings);
    let (status, said) = process.ended(Duration::from_secs(20));
    assert_eq!(status.code(), Some(78), "{said}");
    assert!(said.contains(words), "{words} in\n{said}");
}

#[test]
fn a_process_that_was_told_the_other_mode_does_not_start_and_does_not_go_on() {
    let app = alone(&[]);
    app.leaves_jobs();
    let within = Duration::from_secs(20);
    let multi = process_with(&app, "0", &[]);
    refused(&app, &SINGLE, "`tenantry mode single --tenant acme`");
    let other = [SINGLE[0], ("TENANTRY_DEFAULT_TENANT", "umbra")];
    refused(&app, &other, "no tenant has this slug");

    app.tenantry(&TO_SINGLE).ends(0);
    let (status, said) = multi.ended(within);
    assert_eq!(status.code(), Some(75), "{said}");
    assert!(said.contains("the database is in single mode"), "{said}");
    refused(&app, &[], "default_tenant = \"acme\"");
    refused(&app, &other, "set default_tenant = \"acme\"");

    let single = process_with(&app, "0", &SINGLE);
    let mut browser = app.member().carried_to(BASE);
    browser.port = single.port;
    browser.get("/me").expect(200);
    app.tenantry_with(&TO_MULTI, &SINGLE).ends(0);
    let (status, said) = single.ended(within);
    assert_eq!(status.code(), Some(75), "{said}");

    app.set_status(ACME.slug, "deleted");
    refused(&app, &SINGLE, "`tenantry tenant create acme");
}
