//! The audit log through its doors: read, narrowed, exported, proven, and told of every refusal.

use std::process::Command;

use diesel::connection::SimpleConnection;
use services::boot;

use crate::support::app::{self, App};
use crate::support::cast::ACME;

/// A log with a few entries in it: a sign-in each of three people, and a refusal.
fn busy() -> App {
    let app = app::start();
    for who in ["owner", "admin", "member"] {
        let email = ACME.email(who);
        let typed = [
            ("email", email.as_str()),
            ("password", crate::support::cast::PASSWORD),
        ];
        app.visitor().post("/sign-in", &typed).expect(303);
    }
    app.member().get("/audit").expect(403);
    app
}

#[test]
fn aud_01_a_refusal_at_the_door_is_in_the_log_and_names_no_token() {
    let app = app::start();
    app.member().get("/audit").expect(403);
    app.viewer().get("/audit.csv").expect(403);
    let log = app.audit();
    assert_eq!(log.len(), 2, "{log:?}");
    assert!(
        log[0].starts_with("refused access.refused by") && log[0].ends_with(": GET /audit"),
        "{log:?}"
    );
    let id = "audit_01h455vb4pex5vsknk084sn02q";
    app.member().get(&format!("/audit/{id}")).expect(403);
    let log = app.audit();
    assert!(
        log[2].ends_with(": GET /audit/{id}"),
        "the route and not the path: {log:?}"
    );
    // Who is nobody leaves nothing in this log; a session of elsewhere is noted, without saying of where.
    app.visitor().get("/audit");
    assert_eq!(app.audit().len(), 3);
    app.stranger().carried_to(ACME.host()).get("/audit");
    let log = app.audit();
    assert_eq!(log.len(), 4, "{log:?}");
    assert!(!log[3].to_lowercase().contains("globex"), "{log:?}");
}

#[test]
fn the_log_is_shown_and_narrowed_by_its_address() {
    let app = busy();
    let owner = app.owner();
    owner
        .get("/audit")
        .expect(200)
        .shows("signed in")
        .shows("access.refused")
        .shows("4 entries");
    owner
        .get("/audit?action=session.created")
        .expect(200)
        .shows("3 entries match")
        .hides("<span class=\"tag\">access.refused");
    owner
        .get("/audit?outcome=refused")
        .expect(200)
        .shows("1 entry matches");
    owner
        .get("/audit?q=no-such-name")
        .expect(200)
        .shows("No entry matches");
    owner
        .get("/audit?from=2020-01-01&to=2020-01-02")
        .expect(200)
        .shows("0 entries match");
    owner
        .get(&format!("/audit?actor={}", ACME.person("admin")))
        .expect(200)
        .shows("1 entry matches");
    owner
        .get("/audit?page=99&page_size=bogus&from=soon&actor=%00")
        .expect(200);
    let entry = owner.get("/audit?action=access.refused").text();
    let href = entry
        .split("href=\"")
        .find(|part| part.starts_with("/audit/audit_"))
        .unwrap();
    owner
        .get(href.split('"').next().unwrap())
        .expect(200)
        .shows("needs")
        .shows("+ &#34;audit:read&#34;")
        .shows("UTC");
    owner
        .get("/audit/audit_01h455vb4pex5vsknk084sn02q")
        .expect(404);
    app.stranger()
        .get("/audit")
        .expect(200)
        .hides("signed in")
        .shows("Nothing has happened yet");
}

#[test]
fn the_log_is_exported_whole_and_the_export_is_an_entry() {
    let app = busy();
    let csv = app.owner().get("/audit.csv").expect(200);
    assert_eq!(csv.header("content-type"), Some("text/csv; charset=utf-8"));
    assert!(
        csv.header("content-disposition")
            .unwrap()
            .contains("acme-audit-")
    );
    let text = csv.text();
    assert_eq!(text.lines().count(), 1 + 4, "{text}");
    assert!(text.starts_with("seq,id,at,"));
    let json = app
        .owner()
        .get("/audit.ndjson?outcome=refused")
        .expect(200)
        .text();
    let line: serde_json::Value = serde_json::from_str(json.trim()).unwrap();
    assert_eq!(line["action"], "access.refused");
    let log = app.audit();
    assert!(
        log[4].ends_with(": audit.csv") && log[5].ends_with(": audit.ndjson"),
        "{log:?}"
    );
}

/// The line of a table that begins so, with one blank between its cells.
fn line(table: &str, name: &str) -> String {
    let words = |line: &str| line.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut lines = table.lines().map(words);
    lines
        .find(|line| line.starts_with(name))
        .unwrap_or_default()
}

#[test]
fn aud_02_tampering_shows_on_the_page_and_on_the_command_line() {
    let app = busy();
    app.owner()
        .get("/audit/verification")
        .expect(200)
        .shows("The log holds");
    let verify = || {
        let found = Command::new(env!("CARGO_BIN_EXE_tenantry"))
            .args(["audit", "verify"])
            .env_clear()
            .env("TENANTRY_SECRET", app::SECRET)
            .env("DATABASE_URL", app.url_as(boot::APP_LOGIN))
            .env("PLATFORM_DATABASE_URL", app.url_as(boot::PLATFORM_LOGIN))
            .output()
            .unwrap();
        (
            found.status.code(),
            String::from_utf8(found.stdout).unwrap(),
        )
    };
    let (code, told) = verify();
    assert_eq!(code, Some(0), "{told}");
    assert!(
        line(&told, "acme").contains("yes 4 4:") && line(&told, "globex").ends_with("yes 0"),
        "{told}"
    );
    let sql = "update shared.audit_entries set actor_name = 'Eve' where seq = 3";
    app.sql_of(ACME).batch_execute(sql).unwrap();
    app.owner()
        .get("/audit/verification")
        .expect(200)
        .shows("Entry 3: altered entry");
    let (code, told) = verify();
    assert_eq!(code, Some(1), "{told}");
    assert!(
        line(&told, "acme").contains("NO") && told.contains("entry 3: altered entry"),
        "{told}"
    );
}
