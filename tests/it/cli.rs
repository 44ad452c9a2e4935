//! The command line: the same verbs and rules as on the pages, tables for people, JSON for programs, and a code
//! for each way it can end.

mod doctor;
mod job;
mod key;
mod plan;
mod staff;
mod tenant;
mod user;

use crate::support::app;
use crate::support::command::run;
use crate::support::postgres::superuser_url;

#[test]
fn help_names_every_code_and_completions_every_command() {
    let help = run(&["--help"], &[]).ends(0);
    for code in [0, 1, 64, 65, 66, 69, 71, 73, 74, 75, 77, 78] {
        let line = help
            .out
            .lines()
            .find(|line| line.trim_start().starts_with(&format!("{code}  ")));
        assert!(line.is_some(), "{code} in\n{}", help.out);
    }
    for shell in ["bash", "zsh", "fish"] {
        let script = run(&["completions", shell], &[]).ends(0);
        for word in [
            "serve",
            "worker",
            "migrate",
            "doctor",
            "demo",
            "user",
            "staff",
            "key",
            "audit",
            "completions",
        ] {
            assert!(script.out.contains(word), "{shell} does not know {word}");
        }
    }
    let described: serde_json::Value = run(&["openapi"], &[]).ends(0).json();
    assert_eq!(described["openapi"], "3.1.0", "{described}");
    // Also where the configuration is wrong.
    run(&["completions", "bash"], &[("TENANTRY_PORT", "eighty")]).ends(0);
    run(&["completions", "csh"], &[]).ends(64);
}

#[test]
fn the_key_of_contexts_is_changed_by_migrating_and_the_one_before_ends_when_told() {
    let app = app::start();
    let owner = superuser_url(app.database());
    let newer = ("TENANTRY_CONTEXT_KEY", "c0f3a9d17b6e48258d9e1a4f7c2b5036");
    let migrate = |words: &[&str]| {
        let settings = [("TENANTRY_DATABASE_OWNER_URL", owner.as_str()), newer];
        run(words, &settings).ends(0);
    };
    let verify = |settings: &[(&str, &str)]| app.tenantry_with(&["audit", "verify"], settings);
    let said = verify(&[newer]).ends(90);
    assert!(said.err.contains("does not know"), "{}", said.err);
    migrate(&["migrate"]);
    verify(&[newer]).ends(0);
    verify(&[]).ends(0);
    migrate(&["migrate", "--retire-key"]);
    verify(&[newer]).ends(0);
    verify(&[]).ends(90);
    verify(&[("TENANTRY_CONTEXT_KEY", "too short")]).ends(78);
}

#[test]
fn the_logs_are_proven_and_written_out() {
    let app = app::start();
    app.owner()
        .post("/me", &[("version", "1"), ("name", "=Owner")])
        .expect(303);
    let told = app.tenantry(&["audit", "verify", "--json"]).ends(0).json();
    let chains = told["chains"].as_array().unwrap();
    assert_eq!(chains.len(), 3, "the platform and two tenants: {told}");
    assert!(chains.iter().all(|chain| chain["holds"] == true), "{told}");

    let lines = app
        .tenantry(&["audit", "export", "--tenant", "acme"])
        .ends(0);
    let first: serde_json::Value = serde_json::from_str(lines.out.lines().next().unwrap()).unwrap();
    assert_eq!(first["seq"], 1, "{first}");
    assert!(!lines.out.contains("globex"), "{}", lines.out);
    let csv = app
        .tenantry(&["audit", "export", "--tenant", "acme", "--format", "csv"])
        .ends(0);
    assert!(csv.out.starts_with("seq,"), "{}", csv.out);
    let last = app.audit().pop().unwrap();
    assert!(last.contains("by command line"), "{last}");

    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("log.ndjson");
    let path = file.to_str().unwrap();
    app.tenantry(&["audit", "export", "--tenant", "acme", "--output", path])
        .ends(0);
    assert!(std::fs::read_to_string(&file).unwrap().lines().count() >= 3);
    app.tenantry(&["audit", "export", "--tenant", "acme", "--output", path])
        .ends(74);
    app.tenantry(&["audit", "export", "--tenant", "nobody"])
        .ends(66);
}

#[test]
fn a_command_refuses_a_database_that_is_not_safe() {
    let app = app::start();
    let superuser = app.url_as("postgres");
    let said = run(
        &["user", "list", "--tenant", "acme"],
        &[
            ("DATABASE_URL", &superuser),
            ("PLATFORM_DATABASE_URL", &app.url_as("tnt_platform_app")),
        ],
    );
    let said = said.ends(80);
    assert!(said.err.contains("is a superuser"), "{}", said.err);
}

#[test]
fn the_key_of_the_vendors_application_is_shown_and_no_password() {
    let secret = "postgresql://tnt_app:s3cret-word@db.internal/tenantry";
    let settings = [("DATABASE_URL", secret), ("PLATFORM_DATABASE_URL", secret)];
    let said = run(&["application"], &settings).ends(0);
    let key = crate::support::postgres::application_key().hex();
    let lines = format!(
        "DATABASE_URL=postgresql://tnt_vendor_app@db.internal/tenantry\nTENANT_KEY={key}\n"
    );
    assert_eq!(said.out, lines);
    assert!(!said.err.contains("s3cret-word"), "{}", said.err);
}
