//! Staff from the command line: the first owner without a default password.

use crate::support::app;

#[test]
fn the_first_owner_comes_by_a_link_that_is_shown_once() {
    let app = app::start();
    // The cast has staff of its own.
    for table in [
        "staff_links",
        "staff_credentials",
        "staff_sessions",
        "staff",
    ] {
        diesel::connection::SimpleConnection::batch_execute(
            &mut app.sql(),
            &format!("delete from catalogue.{table}"),
        )
        .unwrap();
    }
    let made = app
        .tenantry(&[
            "staff",
            "create",
            "root@example.com",
            "--name",
            "Root",
            "--json",
        ])
        .ends(0)
        .json();
    let link = made["link"].as_str().unwrap();
    assert!(link.starts_with("http://admin.localhost"), "{link}");
    let path = &link[link.find("localhost").unwrap() + "localhost".len()..];
    let path = &path[path.find('/').unwrap()..];
    assert!(path.len() > 30, "{path}");
    // As by the link, whose page has a test of its own.
    let come = "update catalogue.staff set status = 'active'";
    diesel::connection::SimpleConnection::batch_execute(&mut app.sql(), come).unwrap();
    let listed = app.tenantry(&["staff", "list"]).ends(0);
    assert!(
        listed.line("root@example.com").contains("Owner active"),
        "{}",
        listed.out
    );
    let token = path.rsplit('/').next().unwrap();
    let said = format!("{:?}", app.tenantry(&["staff", "list", "--json"]));
    assert!(!said.contains(token), "{said}");
    // From then on an owner invites.
    app.tenantry(&["staff", "create", "second@example.com"])
        .ends(73);
    app.tenantry(&["staff", "suspend", "root@example.com"])
        .ends(77);
    app.tenantry(&[
        "staff",
        "invite",
        "second@example.com",
        "--role",
        "operator",
    ])
    .ends(0);
    app.tenantry(&["staff", "role", "second@example.com", "analyst"])
        .ends(0);
    app.tenantry(&["staff", "remove", "second@example.com"])
        .ends(64);
    app.tenantry(&["staff", "remove", "second@example.com", "--yes"])
        .ends(0);
    app.tenantry(&["staff", "restore", "second@example.com"])
        .ends(66);
    app.tenantry(&["staff", "create", "not-an-address"])
        .ends(65);
    app.leaves_jobs();
}
