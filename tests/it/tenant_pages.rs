//! Making a tenant on the platform's pages, and everything that is done to one: it works, bad input is kept, a
//! stale edit shows both versions, each deed is in the log, and the tenant's people feel it at once.

use domain::StaffRole;

use crate::support::app::{self, App};
use crate::support::cast::{ACME, GLOBEX};
use crate::support::client::Answer;
use crate::support::umbrella::umbrella;

fn led(answer: &Answer) -> String {
    assert_eq!(answer.status, 303, "{answer}");
    answer.header("location").unwrap().to_owned()
}

/// What the serving process remembers of hosts; it is told by the database, which no test waits for.
fn heard(app: &App) {
    app.inner().directory.forget();
}

fn of(rest: &str) -> String {
    format!("/tenants/{}{rest}", ACME.id())
}

#[test]
fn a_tenant_is_made_step_by_step_and_its_admin_comes_in_by_mail() {
    let app = app::start();
    let staff = app.staff(StaffRole::Operator);
    staff
        .get("/tenants/new")
        .expect(200)
        .shows("First admin")
        .shows("Professional, 14 days of trial");
    let steps = led(&staff.post("/tenants", &umbrella(&[])));
    let page = staff.get(&steps).expect(200);
    let page = page.shows("Making Umbrella Works").shows("1 of 6 steps");
    page.shows("hx-get")
        .shows("Nobody can reach the tenant before");
    app.visitor_at("umbrella-works.localhost")
        .get("/sign-in")
        .expect(503);
    app.run_jobs();
    let done = staff.get(&steps).expect(200);
    done.shows("Umbrella Works is ready")
        .shows("6 of 6 steps")
        .shows("ada@umbrella.test")
        .hides("hx-trigger=\"every");
    heard(&app);
    app.visitor_at("umbrella-works.localhost")
        .get("/sign-in")
        .expect(200);
    let letters = app.letters();
    assert!(
        letters
            .iter()
            .any(|letter| format!("{letter:?}").contains("ada@umbrella.test"))
    );
    let home = steps.strip_suffix("/provisioning").unwrap();
    staff
        .get(home)
        .expect(200)
        .shows("umbrella-works.localhost")
        .shows("1 of 7")
        .shows("Trial ends")
        .shows("EUR");
    staff.get("/").expect(200).shows("Umbrella Works");
    let log = app.platform_audit();
    assert!(
        log.iter()
            .any(|line| line == "done tenant.created by Operator of the platform: Umbrella Works"),
        "{log:#?}"
    );
    staff.get("/tenants?search=umbrella").shows("of 1");
}

#[test]
fn what_is_wrong_with_a_new_tenant_stands_beside_its_field_and_what_was_typed_stays() {
    let app = app::start();
    let staff = app.staff(StaffRole::Owner);
    let bad = umbrella(&[
        ("slug", "admin"),
        ("admin_email", "nobody"),
        ("currency", "XXX"),
        ("seats", "many"),
        ("primary_color", "greenish"),
    ]);
    staff
        .post("/tenants", &bad)
        .expect(422)
        .shows("This name is reserved. Choose another one.")
        .shows("Write the address as name@example.com.")
        .shows("Use a currency&#39;s three letters")
        .shows("Write a whole number from 1, or nothing.")
        .shows("value=\"Umbrella Works\"")
        .shows("value=\"greenish\"")
        .shows("value=\"many\"");
    staff
        .post("/tenants", &umbrella(&[("slug", "acme")]))
        .expect(422)
        .shows("This address is taken. Choose another one.");
    staff
        .post("/tenants", &umbrella(&[("plan", "gold")]))
        .expect(422)
        .shows("Choose a plan from the list.");
    assert_eq!(app.count("catalogue.tenants"), 2);
    for (query, told) in [
        ("name=Acme&slug=&suggested=", "acme-2.localhost"),
        (
            "name=x&slug=acme&suggested=",
            "Taken: another tenant has this name.",
        ),
        ("name=x&slug=api&suggested=", "This name is reserved."),
        ("name=x&slug=A_b&suggested=", "Use small letters"),
        (
            "name=Caf%C3%A9+Z%C3%BCrich&slug=old&suggested=old",
            "cafe-zurich.localhost",
        ),
    ] {
        staff
            .get(&format!("/tenants/slug?{query}"))
            .expect(200)
            .shows(told);
    }
}

#[test]
fn inp_04_whoever_saves_second_sees_both_versions() {
    let app = app::start();
    let staff = app.staff(StaffRole::Operator);
    let page = staff.get(&of("/edit")).expect(200);
    let fields = |version: &str, name: &str, config: &str| -> Vec<(String, String)> {
        let mut form: Vec<(String, String)> = [
            "alias",
            "date_format",
            "time_format",
            "contact_name",
            "contact_email",
            "contact_phone",
            "billing_email",
        ]
        .iter()
        .map(|field| ((*field).to_owned(), page.input(field).unwrap_or_default()))
        .collect();
        for (field, value) in [
            ("version", version),
            ("name", name),
            ("locale", "en-US"),
            ("timezone", "UTC"),
            ("currency", "USD"),
            ("features", "{\"custom_branding\": true}"),
            ("limits", "{\"users\": 60}"),
            ("product_config", config),
        ] {
            form.push((field.to_owned(), value.to_owned()));
        }
        form
    };
    let post = |form: &[(String, String)]| {
        let form: Vec<(&str, &str)> = form.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
        staff.post(&of("/edit"), &form)
    };
    let version = page.input("version").unwrap();
    post(&fields(&version, "Acme", "{\"risk\": }"))
        .expect(422)
        .shows("This is no JSON: look at line 1, character 10.")
        .shows("{&#34;risk&#34;: }");
    assert_eq!(
        led(&post(&fields(&version, "Acme One", "{\"risk\": 0.5}"))),
        of("")
    );
    let clash = post(&fields(&version, "Acme Two", "{}"))
        .expect(409)
        .shows("Somebody else changed this while you edited it.")
        .shows("- &#34;Acme One&#34;")
        .shows("+ &#34;Acme Two&#34;");
    let newer = clash.input("version").unwrap();
    assert_eq!(led(&post(&fields(&newer, "Acme Two", "{}"))), of(""));
    app.run_jobs();
    staff
        .get(&of(""))
        .expect(200)
        .shows("Acme Two")
        .shows("8 of 60")
        .shows("A limit of its own");
    let log = app.platform_audit();
    let changed = log
        .iter()
        .filter(|line| line.starts_with("done tenant.changed by Operator"));
    assert_eq!(changed.count(), 2, "{log:#?}");
}

#[test]
fn a_suspended_tenants_people_are_out_at_once_and_see_why() {
    let app = app::start();
    let (staff, owner, other) = (app.staff(StaffRole::Operator), app.owner(), app.stranger());
    owner.get("/").expect(200);
    staff
        .get(&of("/suspension"))
        .expect(200)
        .shows("Suspend Acme?");
    staff
        .post(&of("/suspension"), &[("reason", "  ")])
        .expect(422)
        .shows("Fill this in.");
    staff
        .post(
            &of("/suspension"),
            &[("reason", "The invoice of May is open")],
        )
        .leads_to(&of(""));
    staff
        .get(&of(""))
        .expect(200)
        .shows("Acme is suspended")
        .shows("The invoice of May is open")
        .shows("Reactivate");
    let shown = owner.get("/");
    heard(&app);
    assert_ne!(shown.status, 200, "{shown}");
    app.visitor()
        .get("/sign-in")
        .shows("The invoice of May is open");
    other.get("/").expect(200).hides("invoice");
    // What does not follow from here is explained.
    staff.post(&of("/maintenance/end"), &[]).expect(409);
    staff
        .post(&of("/suspension"), &[("reason", "again")])
        .expect(409);
    staff.post(&of("/reactivation"), &[]).leads_to(&of(""));
    heard(&app);
    owner.get("/").expect(200);
    app.run_jobs();
    let log = app.platform_audit().join("\n");
    for line in [
        "done tenant.suspended by Operator of the platform: Acme",
        "done tenant.reactivated by Operator of the platform: Acme",
    ] {
        assert!(log.contains(line), "{log}");
    }
    assert!(
        app.audit()
            .iter()
            .any(|line| line.contains("tenant.suspended")),
        "the tenant's own log"
    );
    assert!(app.audit_of(GLOBEX).is_empty());
}

#[test]
fn maintenance_deletion_address_and_plan_can_each_be_taken_back() {
    let app = app::start();
    let staff = app.staff(StaffRole::Owner);
    staff
        .post(&of("/maintenance"), &[("text", "New disks until noon")])
        .leads_to(&of(""));
    heard(&app);
    app.visitor().get("/sign-in").shows("New disks until noon");
    staff.post(&of("/maintenance/end"), &[]).leads_to(&of(""));
    heard(&app);
    app.visitor().get("/sign-in").expect(200);

    staff
        .get(&of("/deletion"))
        .expect(200)
        .shows("Type the name: Acme");
    staff
        .post(&of("/deletion"), &[("name", "acme"), ("days", "400")])
        .expect(422)
        .shows("Type the name exactly: Acme")
        .shows("Choose 1 to 90 days.")
        .shows("value=\"400\"");
    staff
        .post(&of("/deletion"), &[("name", "Acme"), ("days", "10")])
        .leads_to(&of(""));
    staff
        .get(&of(""))
        .expect(200)
        .shows("To be deleted.")
        .shows("Keep this tenant");
    staff.post(&of("/deletion/undo"), &[]).leads_to(&of(""));
    heard(&app);
    app.owner().get("/").expect(200);

    staff.get(&of("/slug")).expect(200).shows("90 days");
    staff
        .post(&of("/slug"), &[("slug", "globex")])
        .expect(422)
        .shows("taken");
    staff
        .post(&of("/slug"), &[("slug", "acme-new")])
        .leads_to(&of(""));
    heard(&app);
    app.visitor_at("acme-new.localhost")
        .get("/sign-in")
        .expect(200);
    app.visitor_at("acme.localhost").get("/sign-in").expect(404);
    staff
        .get("/tenants/slug?name=x&slug=acme&suggested=")
        .expect(200)
        .shows("Resting: a tenant gave this name up lately.");
    staff
        .post(&of("/slug"), &[("slug", "acme")])
        .leads_to(&of(""));

    staff
        .get(&of("/plan"))
        .expect(200)
        .shows("Starter, 14 days of trial");
    staff
        .post(&of("/plan"), &[("plan", "professional"), ("trial", "none")])
        .leads_to(&of(""));
    app.run_jobs();
    staff
        .get(&of(""))
        .expect(200)
        .shows("Professional")
        .shows("8 of 50");
    staff
        .get("/plans")
        .expect(200)
        .shows("199 USD")
        .shows("By agreement");
}

#[test]
fn a_visit_is_asked_for_waits_and_is_entered_once_the_tenant_says_yes() {
    let app = app::start();
    let (staff, other) = (app.staff(StaffRole::Operator), app.staff(StaffRole::Owner));
    staff
        .get(&of("/visits/new"))
        .expect(200)
        .shows("Enter Acme");
    staff
        .post(
            &of("/visits"),
            &[("reason", ""), ("hours", "900"), ("reach", "read")],
        )
        .expect(422)
        .shows("Fill this in.")
        .shows("Choose between 1 and 72 hours.");
    let asked = [("reason", "Ticket 4711"), ("hours", "2"), ("reach", "read")];
    staff.post(&of("/visits"), &asked).leads_to(&of("#visits"));
    let page = staff.get(&of("")).expect(200);
    let page = page
        .shows("Waits for the tenant")
        .shows("Ticket 4711")
        .hides("/entry");
    let text = page.text();
    let visit = text.split("/visits/visit_").nth(1).unwrap();
    let visit = format!("visit_{}", visit.split('/').next().unwrap());
    staff.post(&of("/visits"), &asked).expect(409);
    staff
        .post(&of(&format!("/visits/{visit}/entry")), &[])
        .expect(409);
    // Nobody else of the staff acts on it.
    other
        .get(&of(""))
        .expect(200)
        .shows("Ticket 4711")
        .hides("/end\"");
    other
        .post(&of(&format!("/visits/{visit}/end")), &[])
        .expect(404);
    app.owner()
        .post(&format!("/visits/{visit}/approval"), &[("reach", "read")]);
    staff.get(&of("")).expect(200).shows("May enter");
    staff
        .post(&of(&format!("/visits/{visit}/entry")), &[])
        .expect(200)
        .shows("http://acme.localhost/visits/enter/")
        .shows("The link works once");
    staff
        .post(&of(&format!("/visits/{visit}/end")), &[])
        .leads_to(&of("#visits"));
    staff.get(&of("")).expect(200).shows("Ended");
    app.run_jobs();
}

#[test]
fn authz_04_no_field_that_a_form_does_not_have_is_taken() {
    let app = app::start();
    let staff = app.staff(StaffRole::Owner);
    for form in [
        "/tenants".to_owned(),
        of("/edit"),
        of("/suspension"),
        of("/plan"),
        of("/deletion"),
        of("/visits"),
    ] {
        for field in [
            "status",
            "id",
            "tenant_id",
            "demo",
            "hosts",
            "delete_at",
            "slug[]",
        ] {
            staff.post(&form, &[(field, "x")]).expect(400);
        }
    }
    assert!(
        app.platform_audit()
            .iter()
            .all(|line| !line.contains("tenant."))
    );
}
