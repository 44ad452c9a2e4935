//! API keys from the command line.

use crate::support::app;

#[test]
fn a_key_is_printed_once_and_listed_without_itself() {
    let app = app::start();
    let run = |words: &[&str]| app.tenantry(&[words, &["--tenant", "acme"]].concat());
    let made = run(&[
        "key",
        "create",
        "Nightly export",
        "--may",
        "users:read",
        "--json",
    ])
    .ends(0)
    .json();
    let (id, key) = (
        made["id"].as_str().unwrap(),
        made["secret"].as_str().unwrap(),
    );
    let listed = run(&["key", "list"]).ends(0);
    assert!(
        listed.line(id).contains("active users:read never"),
        "{}",
        listed.out
    );
    assert!(!listed.out.contains(key), "{}", listed.out);
    assert!(
        !app.tenantry(&["key", "list", "--tenant", "globex"])
            .ends(0)
            .out
            .contains(id)
    );

    let rotated = run(&["key", "rotate", id, "--overlap-days", "2", "--json"])
        .ends(0)
        .json();
    assert_ne!(rotated["secret"], key);
    assert!(run(&["key", "list"]).line(id).contains("overlapping"));
    run(&["key", "revoke", id]).ends(64);
    run(&["key", "revoke", id, "--yes"]).ends(0);
    assert!(run(&["key", "list"]).line(id).contains("revoked"));
    let kept: Vec<String> = app.audit();
    assert!(
        kept.iter()
            .any(|line| line.starts_with("done key.revoked by command line")),
        "{kept:?}"
    );
    assert!(!kept.iter().any(|line| line.contains(key)), "{kept:?}");

    run(&["key", "create", "Too much", "--may", "everything"]).ends(65);
    run(&["key", "revoke", "key_nonsense", "--yes"]).ends(64);
    app.tenantry(&["key", "revoke", id, "--yes", "--tenant", "globex"])
        .ends(66);
}

#[test]
fn the_platforms_keys_are_its_own() {
    let app = app::start();
    let run = |words: &[&str]| app.tenantry(&[words, &["--platform"]].concat());
    let words = [
        "key",
        "create",
        "Monitoring",
        "--may",
        "tenants:read",
        "--json",
    ];
    let made = run(&words).ends(0).json();
    let id = made["id"].as_str().unwrap();
    assert!(run(&["key", "list"]).ends(0).line(id).contains("active"));
    let tenants = app.tenantry(&["key", "list", "--tenant", "acme"]).ends(0);
    assert!(!tenants.out.contains(id), "{}", tenants.out);
    run(&["key", "revoke", id, "--yes"]).ends(0);
    assert!(run(&["key", "list"]).line(id).contains("revoked"));
    app.tenantry(&["key", "list"]).ends(64);
}
