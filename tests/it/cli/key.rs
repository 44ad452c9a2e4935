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
