//! Tenants from the command line: made in steps, changed, put to rest, deleted and brought back.

use crate::support::app::{self, App};
use crate::support::command::Said;

/// Makes `umbra` and does the worker's part.
fn made(app: &App) -> Said {
    let words = [
        "tenant",
        "create",
        "umbra",
        "--name",
        "Umbra Ltd",
        "--owner",
        "ada@umbra.example",
        "--no-wait",
        "--json",
    ];
    let said = app.tenantry(&words).ends(0);
    while app.run_jobs() > 0 {}
    said
}

#[test]
fn a_tenant_is_made_in_steps_and_its_owner_invited() {
    let app = app::start();
    let begun = made(&app).json();
    assert_eq!(begun["provisioning"]["status"], "in_progress", "{begun}");
    let steps = app
        .tenantry(&["tenant", "steps", "umbra", "--json"])
        .ends(0)
        .json();
    assert_eq!(steps["provisioning"]["status"], "completed", "{steps}");
    assert!(
        app.tenantry(&["tenant", "steps", "umbra"])
            .ends(0)
            .out
            .contains("done")
    );
    app.visitor_at("umbra.localhost")
        .get("/sign-in")
        .expect(200)
        .shows("Umbra Ltd");
    assert!(app.mailer().last_to("ada@umbra.example").is_some());
    let people = app.tenantry(&["user", "list", "--tenant", "umbra"]).ends(0);
    assert!(
        people.line("ada@umbra.example").contains("Owner invited"),
        "{}",
        people.out
    );

    let taken = [
        "tenant",
        "create",
        "umbra",
        "--name",
        "Another",
        "--owner",
        "eve@example.com",
        "--no-wait",
    ];
    app.tenantry(&taken).ends(65);
    let reserved = [
        "tenant",
        "create",
        "admin",
        "--name",
        "Admin",
        "--owner",
        "eve@example.com",
        "--no-wait",
    ];
    app.tenantry(&reserved).ends(65);
}

#[test]
fn a_tenant_is_changed_renamed_and_put_on_another_plan() {
    let app = app::start();
    let changed = app
        .tenantry(&[
            "tenant",
            "change",
            "acme",
            "--name",
            "Acme & Sons",
            "--timezone",
            "Europe/Vienna",
            "--json",
        ])
        .ends(0)
        .json();
    assert_eq!(
        (&changed["name"], &changed["settings"]["timezone"]),
        (&"Acme & Sons".into(), &"Europe/Vienna".into())
    );
    app.tenantry(&["tenant", "change", "acme", "--timezone", "Middle/Earth"])
        .ends(65);
    app.tenantry(&["tenant", "plan", "acme", "professional", "--no-trial"])
        .ends(0);
    app.tenantry(&["tenant", "plan", "acme", "gratis"]).ends(65);
    app.tenantry(&["tenant", "rename", "acme", "zenith"])
        .ends(0);
    let shown = app.tenantry(&["tenant", "show", "zenith"]).ends(0);
    assert!(
        shown.out.contains("Acme & Sons") && shown.out.contains("Professional"),
        "{}",
        shown.out
    );
    app.tenantry(&["tenant", "show", "nobody"]).ends(66);
    while app.run_jobs() > 0 {}
    let log = app.tenantry(&["audit", "export", "--platform"]).ends(0);
    assert!(
        log.out.contains("tenant.renamed") && log.out.contains("command line"),
        "{}",
        log.out
    );
}

#[test]
fn a_tenant_rests_and_comes_back() {
    let app = app::start();
    let owner = app.owner();
    let _watch = app.watch();
    owner.get("/users").expect(200);
    app.tenantry(&[
        "tenant",
        "suspend",
        "acme",
        "--reason",
        "The bill is not paid.",
    ])
    .ends(64);
    app.tenantry(&[
        "tenant",
        "suspend",
        "acme",
        "--reason",
        "The bill is not paid.",
        "--yes",
    ])
    .ends(0);
    std::thread::sleep(std::time::Duration::from_secs(1));
    assert_ne!(owner.get("/users").status, 200);
    app.stranger().get("/users").expect(200);
    app.tenantry(&["tenant", "suspend", "acme", "--reason", "Again.", "--yes"])
        .ends(73);
    app.tenantry(&["tenant", "reactivate", "acme"]).ends(0);
    app.tenantry(&["tenant", "maintenance", "acme", "--message", "New disks."])
        .ends(0);
    let shown = app
        .tenantry(&["tenant", "show", "acme", "--json"])
        .ends(0)
        .json();
    assert_eq!(shown["status"], "maintenance");
    app.tenantry(&["tenant", "maintenance", "acme", "--end"])
        .ends(0);
    std::thread::sleep(std::time::Duration::from_secs(1));
    owner.get("/users").expect(200);
    while app.run_jobs() > 0 {}
}

#[test]
fn a_deletion_asks_has_grace_and_can_be_undone() {
    let app = app::start();
    let asks = app.tenantry(&["tenant", "delete", "acme"]).ends(64);
    assert!(asks.err.contains("--yes"), "{}", asks.err);
    let closed = app
        .tenantry(&["tenant", "delete", "acme", "--days", "7", "--yes", "--json"])
        .ends(0)
        .json();
    assert_eq!(closed["status"], "deletion_scheduled");
    assert!(closed["deletion_scheduled_for"].is_string(), "{closed}");
    let back = app
        .tenantry(&["tenant", "undelete", "acme", "--json"])
        .ends(0)
        .json();
    assert_eq!(back["status"], "active");
    app.tenantry(&["tenant", "undelete", "acme"]).ends(73);
    while app.run_jobs() > 0 {}
}

#[test]
fn tenants_are_listed() {
    let app = app::start();
    let told = app
        .tenantry(&["tenant", "list", "--json", "--sort", "created_at"])
        .ends(0)
        .json();
    assert_eq!(told["pagination"]["total_count"], 2, "{told}");
    let table = app
        .tenantry(&["tenant", "list", "--search", "glob"])
        .ends(0);
    assert!(table.line("globex").contains("active"), "{}", table.out);
    assert!(!table.out.contains("acme"), "{}", table.out);
    app.tenantry(&["tenant", "list", "--status", "asleep"])
        .ends(64);
}

#[test]
fn a_tenants_tables_are_told_in_the_fields_of_the_api() {
    let app = app::start();
    let said = app.tenantry(&["tenant", "schema", "acme"]).ends(0);
    assert!(said.line("users").contains('~'), "{}", said.out);
    let said = app.tenantry(&["tenant", "schema", "acme", "--table", "users"]);
    assert!(said.ends(0).line("email_folded").contains("text"));
    let json = app
        .tenantry(&["tenant", "schema", "acme", "--json"])
        .ends(0)
        .json();
    assert_eq!(json["schema"], "acme");
    assert_eq!(json["tables"].as_array().unwrap().len(), 26);
    let said = app.tenantry(&["tenant", "schema", "acme", "--table", "nothing"]);
    assert_ne!(said.ends(66).err, "");
}

#[test]
fn how_a_tenant_is_stands_there_once_a_worker_looked() {
    let app = app::start();
    app.leaves_jobs();
    let ask = |more: &[&str]| {
        let words = [&["tenant", "health", "acme"], more].concat();
        app.tenantry(&words)
    };
    assert_eq!(ask(&["--json"]).ends(0).json()["status"], "unchecked");
    assert_eq!(ask(&["--now", "--json"]).ends(0).json()["begun"], true);
    let again = ask(&["--now"]).ends(0);
    assert!(again.out.contains("being done already"), "{}", again.out);
    while app.run_jobs() > 0 {}
    let told = ask(&["--json"]).ends(0).json();
    assert_eq!(told["database"]["status"], "healthy", "{told:#}");
    let shown = ask(&[]).ends(0);
    assert!(
        shown.line("Database").contains("It answers."),
        "{}",
        shown.out
    );
    let asked = app.platform_audit();
    let asked = asked.iter().filter(|line| line.contains("health.asked"));
    assert_eq!(asked.count(), 1);
    app.tenantry(&["tenant", "health", "nobody"]).ends(66);
}
