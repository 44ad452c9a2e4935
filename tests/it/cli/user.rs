//! The people of a tenant from the command line.

use crate::support::app;
use crate::support::cast::ACME;

#[test]
fn people_are_listed_and_shown_and_no_tenants_but_their_own() {
    let app = app::start();
    let table = app.tenantry(&["user", "list", "--tenant", "acme"]).ends(0);
    assert!(
        table.line("admin@acme.test").contains("Admin active"),
        "{}",
        table.out
    );
    assert!(!table.out.contains("globex"), "{}", table.out);
    let told = app
        .tenantry(&[
            "user", "list", "--tenant", "acme", "--json", "--search", "member",
        ])
        .ends(0)
        .json();
    assert_eq!(
        told["pagination"]["total_count"],
        told["users"].as_array().unwrap().len()
    );
    let user = &told["users"][0];
    for field in [
        "id",
        "email",
        "name",
        "role",
        "status",
        "last_login_at",
        "created_at",
        "profile",
    ] {
        assert!(user.get(field).is_some(), "{field} in {user}");
    }
    let id = ACME.person("member").to_string();
    for who in [id.as_str(), "MEMBER@acme.test"] {
        let shown = app
            .tenantry(&["user", "show", who, "--tenant", "acme", "--json"])
            .ends(0)
            .json();
        assert_eq!(shown["id"], id.as_str());
    }
    app.tenantry(&["user", "show", &id, "--tenant", "globex"])
        .ends(66);
    app.tenantry(&["user", "show", "member@acme.test", "--tenant", "globex"])
        .ends(66);
    app.tenantry(&["user", "list", "--tenant", "nobody"])
        .ends(66);
    app.tenantry(&["user", "list"]).ends(64);
    app.tenantry(&["user", "list", "--tenant", "acme", "--sort", "shoe-size"])
        .ends(64);
}

#[test]
fn deeds_end_sessions_and_are_in_the_log_as_the_command_lines() {
    let app = app::start();
    let member = app.member();
    member.get("/me").expect(200);
    let tenant = ["--tenant", "acme"];
    let run = |words: &[&str]| app.tenantry(&[words, &tenant].concat());
    run(&["user", "suspend", "member@acme.test", "--reason", "left"]).ends(0);
    assert_ne!(member.get("/me").status, 200);
    let last = app.audit().pop().unwrap();
    assert_eq!(last, "done user.suspended by command line: Member of acme");
    run(&["user", "suspend", "member@acme.test"]).ends(73);
    run(&["user", "restore", "member@acme.test"]).ends(0);
    run(&["user", "role", "member@acme.test", "Helpdesk"]).ends(0);
    run(&["user", "role", "member@acme.test", "emperor"]).ends(65);
    let shown = run(&["user", "show", "member@acme.test"]).ends(0);
    assert!(shown.line("Role").contains("Helpdesk"), "{}", shown.out);
    // The last owner stays, whoever asks.
    run(&["user", "suspend", "owner@acme.test"]).ends(77);
}

#[test]
fn nobody_is_asked_in_a_pipe() {
    let app = app::start();
    let words = ["user", "remove", "member@acme.test", "--tenant", "acme"];
    let said = app.tenantry(&words).ends(64);
    assert!(said.err.contains("--yes"), "{}", said.err);
    assert_eq!(
        app.count("shared.users where status = 'removed'"),
        2,
        "one a tenant before"
    );
    app.tenantry(&[&words[..], &["--yes"]].concat()).ends(0);
    assert_eq!(app.count("shared.users where status = 'removed'"), 3);
}

#[test]
fn invitations_are_mailed() {
    let app = app::start();
    let invite = |address: &str| {
        app.tenantry(&[
            "user", "invite", address, "--tenant", "acme", "--role", "viewer", "--json",
        ])
    };
    let invited = invite("ada@example.com").ends(0).json();
    assert_eq!(invited["invited"].as_array().unwrap().len(), 1);
    app.run_jobs();
    app.run_jobs();
    assert!(app.mailer().last_to("ada@example.com").is_some());
    let wrong = invite("not-an-address").ends(65);
    assert!(wrong.err.contains("addresses:"), "{}", wrong.err);
    assert!(wrong.out.is_empty(), "{}", wrong.out);
}
