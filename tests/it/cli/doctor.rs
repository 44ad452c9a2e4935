//! The doctor: what it finds, how to mend it, and that it changes nothing.

use std::net::TcpListener;

use serde_json::Value as Json;

use crate::support::app;
use crate::support::command::{Said, run};

fn check<'r>(report: &'r Json, name: &str) -> &'r Json {
    let checks = report["checks"].as_array().unwrap();
    let found = checks.iter().find(|check| check["check"] == name);
    found.unwrap_or_else(|| panic!("no {name} in {report}"))
}

/// Whatever is not good says how to mend it.
fn report(said: &Said) -> Json {
    let report = said.json();
    for check in report["checks"].as_array().unwrap() {
        assert_eq!(check["state"] == "good", check["mend"].is_null(), "{check}");
    }
    report
}

#[test]
fn a_healthy_installation_is_told_so() {
    let app = app::start();
    let port = app.port.to_string();
    let said = app.tenantry(&["doctor", "--port", &port]).ends(0);
    for name in [
        "configuration",
        "secret",
        "data folder",
        "disk",
        "database",
        "connections",
        "clock",
        "safety",
        "jobs",
        "mail",
        "names",
        "assets",
    ] {
        assert!(
            said.out.lines().any(|line| line.contains(name)),
            "{name} in\n{}",
            said.out
        );
    }
    assert!(
        said.line("a Tenantry answers").starts_with("ok"),
        "{}",
        said.out
    );
    let told = report(&app.tenantry(&["doctor", "--json", "--port", &port]).ends(0));
    assert_eq!(check(&told, "safety")["state"], "good");
    assert_eq!(check(&told, "clock")["state"], "good");
    assert!(!said.out.contains(app::SECRET), "{}", said.out);
}

#[test]
fn what_is_wrong_is_named_with_its_mending() {
    let app = app::start();
    let held = TcpListener::bind("127.0.0.1:0").unwrap();
    // It takes connections and says nothing.
    let port = held.local_addr().unwrap().port().to_string();
    let (superuser, platform) = (app.url_as("postgres"), app.url_as("tnt_platform_app"));
    let said = run(
        &["doctor", "--json", "--port", &port],
        &[
            ("DATABASE_URL", &superuser),
            ("PLATFORM_DATABASE_URL", &platform),
            ("TENANTRY_BASE_DOMAIN", "tenantry.invalid"),
            ("TENANTRY_MAIL_SMTP_URL", "smtp://127.0.0.1:1"),
        ],
    );
    let told = report(&said.ends(1));
    for name in ["port", "safety", "mail", "wildcard"] {
        assert_eq!(check(&told, name)["state"], "bad", "{name}: {told}");
    }
    assert!(
        check(&told, "safety")["found"]
            .as_str()
            .unwrap()
            .contains("superuser"),
        "{told}"
    );
    assert_eq!(check(&told, "proxies")["state"], "fair");
}

#[test]
fn a_database_that_is_away_and_settings_that_are_wrong_are_findings_too() {
    let away = [
        ("DATABASE_URL", "postgresql://nobody@127.0.0.1:1/none"),
        (
            "PLATFORM_DATABASE_URL",
            "postgresql://nobody@127.0.0.1:1/none",
        ),
    ];
    let told = report(&run(&["doctor", "--json", "--port", "0"], &away).ends(1));
    assert_eq!(check(&told, "database")["state"], "bad");
    let told = report(
        &run(
            &["doctor", "--json"],
            &[("TENANTRY_PORT", "eighty"), ("TENANTRY_SECRET", "short")],
        )
        .ends(1),
    );
    assert_eq!(told["checks"].as_array().unwrap().len(), 2, "{told}");
    assert!(!told.to_string().contains("\"short\""), "{told}");
}

#[test]
fn looking_makes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("not-yet");
    run(
        &["doctor", "--port", "0", "--data", data.to_str().unwrap()],
        &[],
    )
    .ends(0);
    assert!(!data.exists());
}
