//! Visits of support by API: asked for by the platform's keys, decided and ended by the tenant's, entered by people.

use diesel::RunQueryDsl as _;
use domain::permission::Permission;
use domain::{StaffPermission, StaffPermissions, StaffRole};
use serde_json::{Value as Json, json};

use crate::support::app::{self, App};
use crate::support::cast::{ACME, GLOBEX, PLATFORM};
use crate::support::client::Browser;
use crate::support::keys::Program;
use crate::support::postgres::query;

const VISITS: &str = "/tenants/acme/visits";

fn platform(app: &App) -> Program {
    app.program(&app.platform_key(StaffPermissions::of(StaffPermission::ALL)))
}

fn wish(app: &App, role: StaffRole) -> Json {
    json!({ "reason": "Ticket 4711", "hours": 2, "reach": "read", "staff_id": app.staff_id(role).to_string() })
}

fn id(answer: &Json) -> String {
    answer["data"]["visit"]["id"].as_str().unwrap().to_owned()
}

/// The operator, inside acme by a visit that was let in.
fn inside(app: &App, visit: &str) -> Browser {
    let path = format!("/tenants/{}/visits/{visit}/entry", ACME.id());
    let page = app
        .staff(StaffRole::Operator)
        .post(&path, &[])
        .expect(200)
        .text();
    let ticket = &page[page.find("/visits/enter/").unwrap()..];
    let ticket = ticket.split('"').next().unwrap();
    let browser = app.visitor_at(&ACME.host());
    browser.post(ticket, &[]).leads_to("/");
    browser
}

#[test]
fn a_visit_is_asked_for_let_in_watched_and_ended_by_programs() {
    let app = app::start();
    app.leaves_jobs();
    let (program, staff) = (app.program(&app.key(ACME, Permission::ALL)), platform(&app));
    let asked = staff
        .send("POST", VISITS, &wish(&app, StaffRole::Operator))
        .expect(201)
        .json();
    let visit = &asked["data"]["visit"];
    assert_eq!(
        (&visit["state"], &visit["reach"]),
        (&json!("asked"), &json!("read"))
    );
    assert_eq!(visit["tenant_id"], ACME.id().to_string());
    assert!(visit["tenant_only"].is_null(), "{visit}");
    let again = staff
        .send("POST", VISITS, &wish(&app, StaffRole::Operator))
        .expect(409);
    assert!(again.has("has an open visit there already"), "{again}");
    let path = format!("/tenants/me/visits/{}", id(&asked));
    let own = program.get("/tenants/me/visits").expect(200).json();
    assert_eq!(
        own["data"]["visits"][0]["tenant_only"]["staff_role"],
        "operator"
    );
    // No more than was asked for.
    let approval = format!("{path}/approval");
    program
        .send("POST", &approval, &json!({ "reach": "write" }))
        .expect(403);
    program
        .send("POST", &approval, &json!({ "reach": "all" }))
        .expect(422);
    let let_in = program.ask("POST", &approval, &[], None).expect(200).json();
    let seen = &let_in["data"]["visit"];
    assert_eq!(
        (&seen["state"], &seen["tenant_only"]["decided_by_name"]),
        (&json!("approved"), &json!("the key Test key"))
    );
    program
        .ask("POST", &format!("{path}/refusal"), &[], None)
        .expect(409);
    let browser = inside(&app, &id(&asked));
    browser.get("/users?q=member").expect(200);
    let read = program.get(&path).expect(200).json();
    let pages = read["data"]["pages"].as_array().unwrap();
    assert!(
        pages.iter().any(|page| page["path"] == "/users?q=member"),
        "{read}"
    );
    assert_eq!(read["data"]["page_count"], pages.len());
    // The platform sees where it stands, and nothing of what was read.
    let there = staff.get("/visits").expect(200).json();
    assert_eq!(there["data"]["visits"][0]["id"], visit["id"]);
    let there = staff
        .get(&format!("{VISITS}/{}", id(&asked)))
        .expect(200)
        .json();
    assert_eq!(there["data"]["visit"]["state"], "running");
    assert!(there["data"].get("pages").is_none(), "{there}");
    let ended = program.ask("DELETE", &path, &[], None).expect(200).json();
    assert_eq!(ended["data"]["visit"]["state"], "ended");
    browser.get("/users").expect(401);
    program.ask("DELETE", &path, &[], None).expect(409);
    assert_eq!(
        staff.get("/visits").expect(200).json()["data"]["visits"],
        json!([])
    );
    let log = app.audit();
    for line in [
        "done visit.asked by Operator of the platform (by the key Test key): Ticket 4711",
        "done visit.approved by Test key: Operator of the platform",
        "done visit.entered by Operator of the platform (let in by the key Test key): Ticket 4711",
        "done visit.ended by Test key: Operator of the platform",
    ] {
        assert!(log.iter().any(|one| one == line), "{line}: {log:#?}");
    }
    assert!(app.audit_of(GLOBEX).is_empty());
}

#[test]
fn what_is_said_to_those_who_ask_is_read_and_changed() {
    let app = app::start();
    app.leaves_jobs();
    let (program, staff) = (app.program(&app.key(ACME, Permission::ALL)), platform(&app));
    let policy = "/tenants/me/visits/policy";
    let read = program.get(policy).expect(200).json();
    assert_eq!(read["data"], json!({ "policy": "ask_first", "version": 0 }));
    program
        .send("PUT", policy, &json!({ "policy": "never" }))
        .expect(422);
    let allow = json!({ "policy": "allow", "version": 0 });
    let set = program.send("PUT", policy, &allow).expect(200).json();
    assert_eq!(set["data"], json!({ "policy": "allow", "version": 1 }));
    let stale = program.send(
        "PUT",
        policy,
        &json!({ "policy": "ask_first", "version": 0 }),
    );
    assert_eq!(stale.expect(409).code(), "stale_edit");
    let asked = staff
        .send("POST", VISITS, &wish(&app, StaffRole::Operator))
        .expect(201)
        .json();
    assert_eq!(asked["data"]["visit"]["state"], "approved");
    inside(&app, &id(&asked)).get("/").expect(200);
    staff.get(policy).expect(403);
}

#[test]
fn the_platform_takes_back_what_it_asked_for_and_nobody_asks_for_somebody_else() {
    let app = app::start();
    app.leaves_jobs();
    let staff = platform(&app);
    for (field, body) in [
        ("staff_id", json!({ "reason": "Ticket 4711", "hours": 2 })),
        (
            "staff_id",
            json!({ "reason": "Ticket 4711", "hours": 2, "staff_id": "sam" }),
        ),
        ("staff_id", wish(&app, StaffRole::Analyst)),
        ("hours", json!({ "reason": "Ticket 4711", "hours": 73 })),
        ("reason", json!({ "reason": " ", "hours": 2 })),
        (
            "reach",
            json!({ "reason": "Ticket 4711", "hours": 2, "reach": "all" }),
        ),
        (
            "until",
            json!({ "reason": "Ticket 4711", "hours": 2, "until": "2030-01-01" }),
        ),
    ] {
        let answer = staff.send("POST", VISITS, &body).expect(422).json();
        let fields = &answer["error"]["details"]["fields"];
        assert!(fields[field].is_string(), "{field}: {answer}");
    }
    staff
        .send(
            "POST",
            "/tenants/nobody/visits",
            &wish(&app, StaffRole::Owner),
        )
        .expect(404);
    let asked = staff
        .send("POST", VISITS, &wish(&app, StaffRole::Operator))
        .expect(201)
        .json();
    let path = format!("{VISITS}/{}", id(&asked));
    // A key that the owner of the platform made speaks for them, and for nobody else.
    let text = format!(
        "update catalogue.platform_keys set created_by = '{}'",
        app.staff_id(StaffRole::Owner).uuid()
    );
    query(&text).execute(&mut app.sql()).unwrap();
    staff.ask("DELETE", &path, &[], None).expect(404);
    staff
        .send("POST", VISITS, &wish(&app, StaffRole::Operator))
        .expect(403);
    let own = json!({ "reason": "Ticket 4712", "hours": 1 });
    let own = staff.send("POST", VISITS, &own).expect(201).json();
    assert_eq!(own["data"]["visit"]["staff_name"], "Owner of the platform");
    query("update catalogue.platform_keys set created_by = null")
        .execute(&mut app.sql())
        .unwrap();
    let ended = staff.ask("DELETE", &path, &[], None).expect(200).json();
    assert_eq!(ended["data"]["visit"]["state"], "ended");
    assert_eq!(
        app.audit().last().unwrap(),
        "done visit.ended by Operator of the platform (by the key Test key): Ticket 4711"
    );
    // Whoever leaves the staff is out of every tenant, however the visit was asked for.
    let way_in = format!("/tenants/me/visits/{}/approval", id(&own));
    let program = app.program(&app.key(ACME, Permission::ALL));
    program.ask("POST", &way_in, &[], None).expect(200);
    let bo = json!({ "role": "owner" });
    let operator = format!("/staff/{}", app.staff_id(StaffRole::Operator));
    staff
        .send("PUT", &format!("{operator}/role"), &bo)
        .expect(200);
    let owner = format!("/staff/{}/suspension", app.staff_id(StaffRole::Owner));
    staff.ask("POST", &owner, &[], None).expect(200);
    app.run_jobs();
    let visit = program
        .get(&format!("/tenants/me/visits/{}", id(&own)))
        .expect(200)
        .json();
    assert_eq!(visit["data"]["visit"]["state"], "ended");
}

#[test]
fn job_06_a_visit_that_is_asked_for_twice_is_one_and_a_list_ends_where_it_is_full() {
    let app = app::start();
    app.leaves_jobs();
    let (program, staff) = (app.program(&app.key(ACME, Permission::ALL)), platform(&app));
    let body = wish(&app, StaffRole::Operator).to_string();
    let once = [("Idempotency-Key", "ticket-4711")];
    let ask = || staff.ask("POST", VISITS, &once, Some(body.as_bytes()));
    let statuses = std::thread::scope(|scope| {
        let all: Vec<_> = (0..4).map(|_| scope.spawn(ask)).collect();
        let all = all.into_iter().map(|one| one.join().unwrap().status);
        all.collect::<Vec<u16>>()
    });
    assert!(
        statuses.iter().all(|status| [201, 409].contains(status)),
        "{statuses:?}"
    );
    assert!(statuses.contains(&201), "{statuses:?}");
    let (first, again) = (ask().expect(201), ask().expect(201));
    assert_eq!(first.json()["data"], again.json()["data"]);
    assert_eq!(app.count("shared.visits"), 1);
    staff
        .send("POST", VISITS, &wish(&app, StaffRole::Owner))
        .expect(201);
    for asks in [&program, &staff] {
        let get = |query: &str| asks.get(&format!("{VISITS}{query}")).expect(200).json();
        let page = get("?page_size=1");
        let next = page["data"]["next_cursor"].as_str().unwrap().to_owned();
        let last = get(&format!("?page_size=1&cursor={next}"));
        assert_ne!(
            page["data"]["visits"][0]["id"],
            last["data"]["visits"][0]["id"]
        );
        assert!(last["data"].get("next_cursor").is_none(), "{last}");
        assert!(get("?page_size=2")["data"].get("next_cursor").is_none());
        asks.get(&format!("{VISITS}?cursor=x")).expect(422);
        asks.get(&format!("{VISITS}?page=1")).expect(422);
    }
}

#[test]
fn no_key_comes_in() {
    let app = app::start();
    app.leaves_jobs();
    let staff = platform(&app);
    let asked = staff
        .send("POST", VISITS, &wish(&app, StaffRole::Operator))
        .expect(201)
        .json();
    let entry = format!("{VISITS}/{}/entry", id(&asked));
    staff.ask("POST", &entry, &[], None).expect(404);
    let at_page = app.program_at(PLATFORM, staff.key.as_deref());
    at_page.ask("POST", &entry, &[], None).expect(404);
}
