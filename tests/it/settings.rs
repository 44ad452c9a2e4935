//! The organisation's settings: each group by itself, stale edits, closing; and that a
//! tenant changes no record but its own.

use diesel::connection::SimpleConnection as _;
use diesel::prelude::*;
use diesel::sql_types::Text;

use crate::support::app::{self, App};
use crate::support::cast::{ACME, GLOBEX};
use crate::support::postgres::query;

fn general<'a>(version: &'a str, name: &'a str) -> Vec<(&'a str, &'a str)> {
    vec![
        ("version", version),
        ("name", name),
        ("timezone", "Europe/Berlin"),
        ("locale", "de-DE"),
        ("currency", "EUR"),
        ("date_format", "%d.%m.%Y"),
        ("time_format", "%H:%M"),
    ]
}

/// A column of a tenant's record.
fn column(app: &App, slug: &str, name: &str) -> String {
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = Text)]
        text: String,
    }
    let text =
        format!("select coalesce({name}::text, '') as text from catalogue.tenants where slug = $1");
    let row: Row = query(&text)
        .bind::<Text, _>(slug)
        .get_result(&mut app.sql())
        .unwrap();
    row.text
}

#[test]
fn each_group_is_saved_by_itself() {
    let app = app::start();
    let admin = app.admin();
    let page = admin
        .get("/settings")
        .expect(200)
        .shows("Your plan:")
        .shows("Ask first")
        .hides("Danger zone");
    let version = page.input("version").unwrap();
    admin
        .post("/settings/general", &general(&version, "Acme Works"))
        .leads_to("/settings");
    admin
        .get("/settings")
        .shows("General settings saved")
        .shows("Acme Works");
    assert_eq!(column(&app, "acme", "currency"), "EUR");
    assert_eq!(column(&app, "globex", "currency"), "USD");
    // Somebody else's edit in the meantime is shown beside what was typed.
    admin
        .post("/settings/general", &general(&version, "Acme Late"))
        .expect(409)
        .shows("Somebody else changed this")
        .shows("Acme Works")
        .shows("Acme Late");
    let version = admin.get("/settings").input("version").unwrap();
    admin
        .post(
            "/settings/contact",
            &[("version", &version), ("billing_email", "bills@acme.test")],
        )
        .leads_to("/settings");
    assert_eq!(column(&app, "acme", "billing_email"), "bills@acme.test");
    assert_eq!(column(&app, "acme", "name"), "Acme Works");
    admin
        .post(
            "/visits/policy",
            &[("version", "0"), ("policy", "allow"), ("back", "settings")],
        )
        .leads_to("/settings");
    app.run_jobs();
    let log = app.audit();
    let told = "done tenant.changed by Admin of acme: Acme Works";
    assert!(log.contains(&told.to_owned()), "{log:#?}");
}

#[test]
fn inp_02_a_bad_setting_is_explained_and_kept() {
    let app = app::start();
    let admin = app.admin();
    let version = admin.get("/settings").input("version").unwrap();
    for (field, value, words) in [
        ("name", "", "Fill this in."),
        ("timezone", "Mars/Base", "Choose a time zone of the list"),
        ("locale", "xx", "Choose a language of the list."),
        ("currency", "EURO", "three letters"),
        ("date_format", "%H", "Use a pattern such as"),
        ("time_format", "now", "Use a pattern such as"),
    ] {
        let mut fields = general(&version, "Kept");
        fields.retain(|(name, _)| *name != field);
        fields.push((field, value));
        let page = admin
            .post("/settings/general", &fields)
            .expect(422)
            .shows(words);
        assert!(page.has("Kept") || field == "name", "{field}");
    }
    admin
        .post(
            "/settings/contact",
            &[
                ("version", &version),
                ("billing_email", "nobody"),
                ("contact_phone", "call me"),
            ],
        )
        .expect(422)
        .shows("call me")
        .shows("nobody");
    let plan = column(&app, "acme", "plan");
    let unknown = [
        ("plan", "professional"),
        ("status", "active"),
        ("limits", "{}"),
        ("tenant", "globex"),
    ];
    for (name, value) in unknown {
        let mut fields = general(&version, "Mine");
        fields.push((name, value));
        let answer = admin.post("/settings/general", &fields);
        assert!([400, 422].contains(&answer.status), "{name}: {answer}");
    }
    assert_eq!(column(&app, "acme", "plan"), plan);
    app.analyst()
        .get("/settings")
        .expect(200)
        .hides("Save general settings");
    app.member().get("/settings").expect(403);
}

#[test]
fn an_owner_closes_the_organisation() {
    let app = app::start();
    let (owner, admin) = (app.owner(), app.admin());
    owner.get("/settings").shows("Danger zone");
    admin.get("/settings/closing").expect(403);
    owner
        .get("/settings/closing")
        .expect(200)
        .shows("can no longer sign in")
        .shows("Type Acme to confirm");
    owner
        .post("/settings/closing", &[("name", "Globex")])
        .expect(422)
        .shows("Type the name exactly");
    owner
        .post("/settings/closing", &[("name", "Acme")])
        .leads_to("/sign-in");
    admin.get("/users").expect(403).shows("closed");
    owner.get("/users").expect(403);
    app.stranger().get("/users").expect(200);
    let log = app.audit();
    let told = "done tenant.closing_asked by Owner of acme: Acme";
    assert!(log.contains(&told.to_owned()), "{log:#?}");
    app.leaves_jobs();
}

#[test]
fn iso_02_a_tenants_login_changes_no_record_at_all() {
    let app = app::start();
    let mut login = app.login_of(ACME, "tnt_app");
    let globex = GLOBEX.id().uuid();
    for text in [
        format!("update catalogue.tenants set plan = 'enterprise' where id = '{globex}'"),
        format!(
            "update catalogue.tenants set name = 'x' where id = '{}'",
            ACME.id().uuid()
        ),
        "select name from catalogue.tenants".to_owned(),
        "set role tnt_platform".to_owned(),
    ] {
        let said = login.batch_execute(&text).unwrap_err().to_string();
        assert!(said.contains("permission denied"), "{text}: {said}");
    }
    let before = crate::isolation::digest(&app, GLOBEX);
    let admin = app.admin();
    let version = admin.get("/settings").input("version").unwrap();
    admin
        .post("/settings/general", &general(&version, "Kestrel of acme"))
        .expect(303);
    app.run_jobs();
    assert_eq!(crate::isolation::digest(&app, GLOBEX), before);
    app.stranger()
        .get("/settings")
        .expect(200)
        .hides("Kestrel")
        .hides("acme");
}
