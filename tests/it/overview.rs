//! The first page: what it counts, and what it keeps from those who may not see it elsewhere.

use diesel::RunQueryDsl;

use crate::support::app::{self, App};
use crate::support::cast::{ACME, PASSWORD};
use crate::support::postgres::query;

/// One person signs in, after two tries that fail.
fn a_busy_day(app: &App) {
    let email = ACME.email("member");
    for password in ["not this one", "nor this one", PASSWORD] {
        let fields = [("email", email.as_str()), ("password", password)];
        app.visitor().post("/sign-in", &fields);
    }
}

#[test]
fn the_owner_sees_what_is_there_and_what_happened() {
    let app = app::start();
    a_busy_day(&app);
    let member = app.member();
    let version = member.get("/me").input("version").unwrap();
    let change = [
        ("version", version.as_str()),
        ("name", "Somebody else"),
        ("department", ""),
        ("location", ""),
        ("phone", ""),
    ];
    member.post("/me", &change).leads_to("/me");
    let acme = ACME.id().uuid();
    let seats = app.count(&format!(
        "shared.users where tenant_id = '{acme}' and status in ('active', 'invited', 'suspended')"
    ));
    let page = app.owner().get("/").expect(200);
    let text = page.text();
    let page = page
        .shows("Overview")
        .shows(&format!("{seats} of 50"))
        .shows("Show as table")
        .shows("Recent activity");
    // Today is the last row of the chart's table.
    assert!(
        text.contains("<td class=\"num\">1</td><td class=\"num\">2</td></tr></tbody>"),
        "{text}"
    );
    assert!(text.contains("changed their own profile"), "{text}");
    // Sign-ins are in the chart, not among the deeds.
    page.hides("tried to sign in");
}

#[test]
fn whoever_may_not_read_the_log_or_the_people_sees_neither_here() {
    let app = app::start();
    a_busy_day(&app);
    app.viewer()
        .get("/")
        .expect(200)
        .shows("Active")
        .shows("Seats")
        .shows("Your account")
        .hides("Sign-ins")
        .hides("Recent activity")
        .hides("Member of acme")
        .hides("href=\"/users")
        .hides("href=\"/audit")
        .hides("Invite people");
    app.member()
        .get("/")
        .expect(200)
        .shows("href=\"/users?status=invited\"")
        .hides("Recent activity")
        .hides("Invite people");
    app.analyst()
        .get("/")
        .expect(200)
        .shows("Recent activity")
        .hides("Invite people");
}

#[test]
fn whoever_is_not_signed_in_is_sent_to_sign_in() {
    let app = app::start();
    app.visitor().get("/").leads_to("/sign-in?next=%2F");
    app.stranger()
        .carried_to(ACME.host())
        .get("/")
        .leads_to("/sign-in?next=%2F");
}

#[test]
fn the_last_seat_is_announced_to_those_who_invite() {
    let app = app::start();
    query("update shared.limits set hard = used")
        .execute(&mut app.sql_of(ACME))
        .unwrap();
    app.owner()
        .get("/")
        .expect(200)
        .shows("seats are taken")
        .shows("Full");
    app.viewer()
        .get("/")
        .expect(200)
        .hides("seats are taken")
        .shows("Full");
}

#[test]
fn days_are_cut_by_the_tenant_s_time_zone() {
    let app = app::start();
    query("update catalogue.tenants set timezone = 'Pacific/Kiritimati' where slug = 'acme'")
        .execute(&mut app.sql())
        .unwrap();
    a_busy_day(&app);
    app.owner()
        .get("/")
        .expect(200)
        .shows("The last 14 days of Pacific/Kiritimati");
}
