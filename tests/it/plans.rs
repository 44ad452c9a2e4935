//! Plans by the front door: versions, who is on which, moving, and limits of a tenant's own.

use chrono::TimeDelta;
use diesel::RunQueryDsl;
use domain::permission::Permission;
use domain::{StaffPermission, StaffPermissions, StaffRole};
use serde_json::{Value as Json, json};
use services::StoreError;
use services::jobs::{self, JobKind, NewJob};

use crate::support::app::{self, App};
use crate::support::cast::{ACME, GLOBEX};
use crate::support::keys::Program;
use crate::support::postgres::query;

fn staff(app: &App) -> Program {
    app.program(&app.platform_key(StaffPermissions::of(StaffPermission::ALL)))
}

/// The numbers of people that the tenants may have.
fn seats(app: &App, hard: i64) -> i64 {
    app.count(&format!(
        "shared.limits where resource = 'users' and hard = {hard}"
    ))
}

/// The job of the clock, now.
fn clock_ends_limits(app: &App) {
    let job = NewJob::now(JobKind::OwnLimitsEnd, json!({}));
    let store = &app.inner().store;
    let asked =
        store.platform::<_, StoreError>(app.clock.now(), |tx| jobs::enqueue_for_platform(tx, &job));
    asked.unwrap();
    app.run_jobs();
}

fn version_of(program: &Program) -> Json {
    program.get("/plans/enterprise").expect(200).json()["data"]["plan"]["version"].clone()
}

#[test]
fn tenants_stay_on_their_version_until_they_are_moved_and_are_told_what_changes() {
    let app = app::start();
    let staff = staff(&app);
    let (acme, globex) = (
        app.program(&app.key(ACME, &[Permission::ReadOverview])),
        app.program(&app.key(GLOBEX, &[Permission::ReadOverview])),
    );
    let terms = json!({ "limits": { "users": 900, "storage_gb": null }, "note": "Less room", "version": 1 });
    let changed = staff.send("PUT", "/plans/enterprise", &terms).expect(200);
    assert_eq!(changed.json()["data"]["plan"]["version"], 2);
    // Who had seen the version before does not write over this one.
    staff.send("PUT", "/plans/enterprise", &terms).expect(409);
    // What is of all versions makes none.
    let offered = json!({ "offered": true });
    let same = staff.send("PUT", "/plans/enterprise", &offered).expect(200);
    assert_eq!(same.json()["data"]["plan"]["version"], 2);
    app.run_jobs();
    assert_eq!((seats(&app, 900), version_of(&acme)), (0, json!(1)));

    let one = json!({ "tenants": ["acme"] });
    let path = "/plans/enterprise/migration";
    let told = staff.send("POST", path, &one).expect(200).json();
    assert_eq!(
        (&told["data"]["tenants"], &told["data"]["done"]),
        (&json!(1), &json!(true))
    );
    let again = staff.send("POST", path, &one).expect(200).json();
    assert_eq!(again["data"]["tenants"], 0);
    app.run_jobs();
    assert_eq!((seats(&app, 900), version_of(&acme)), (1, json!(2)));
    assert_eq!(version_of(&globex), 1);
    let line = "done tenant.plan_changed by platform: Acme";
    assert_eq!(app.audit().last().unwrap(), line);
    let letters = app.letters();
    let letter = letters.last().unwrap();
    assert_eq!(letter.subject, "The plan of Acme has new terms");
    assert!(
        letter.text.contains("Users: 900 instead of 1,000"),
        "{}",
        letter.text
    );
    assert!(
        letter
            .text
            .contains("Storage (GB): no limit instead of 1,000")
    );

    let versions = staff.get("/plans/enterprise/versions").expect(200).json();
    let on: Vec<(i64, i64)> = versions["data"]["versions"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| {
            (
                row["terms"]["version"].as_i64().unwrap(),
                row["tenants"].as_i64().unwrap(),
            )
        })
        .collect();
    assert_eq!(on, [(2, 1), (1, 1)]);
    let all = staff
        .send("POST", path, &json!({ "all": true }))
        .expect(200)
        .json();
    assert_eq!(
        (&all["data"]["tenants"], &all["data"]["done"]),
        (&json!(1), &json!(false))
    );
    app.run_jobs();
    assert_eq!((seats(&app, 900), version_of(&globex)), (2, json!(2)));
    for wrong in [json!({}), json!({ "all": true, "tenants": ["acme"] })] {
        staff.send("POST", path, &wrong).expect(422);
    }
    let elsewhere = "/plans/starter/migration";
    staff.send("POST", elsewhere, &one).expect(422);
}

#[test]
fn a_tenants_key_sees_what_it_may_choose_and_what_it_has() {
    let app = app::start();
    let acme = app.program(&app.key(ACME, &[Permission::ReadOverview]));
    let plans = acme.get("/plans").expect(200).json();
    let keys: Vec<&str> = plans["data"]["plans"]
        .as_array()
        .unwrap()
        .iter()
        .map(|plan| plan["key"].as_str().unwrap())
        .collect();
    assert_eq!(keys, ["starter", "professional", "enterprise"]);
    let starter = &plans["data"]["plans"][0];
    assert_eq!(
        starter["extras"]["users"],
        json!({ "per": 1, "price_cents": 500 })
    );
    assert_eq!(
        starter["extras"]["storage_gb"],
        json!({ "per": 10, "price_cents": 200 })
    );
    assert!(starter.get("made_by").is_none(), "{starter}");
    let staff = staff(&app);
    let hidden = json!({ "key": "hidden", "name": "Hidden" });
    staff.send("POST", "/plans", &hidden).expect(201);
    acme.get("/plans/hidden").expect(404);
    staff.get("/plans/hidden").expect(200);
}

#[test]
fn what_is_wrong_with_a_plan_is_said_and_nothing_of_it_is_kept() {
    let app = app::start();
    let staff = staff(&app);
    for (wrong, field) in [
        (json!({ "limits": { "cakes": 3 } }), "limits"),
        (json!({ "limits": { "users": -1 } }), "limits"),
        (
            json!({ "extras": { "users": { "per": 0, "price_cents": 1 } } }),
            "extras",
        ),
        (
            json!({ "extras": { "users": { "per": 1, "price_cents": -1 } } }),
            "extras",
        ),
        (json!({ "price_cents": -5 }), "price"),
        (
            json!({ "price_cents": 5, "by_agreement": true }),
            "price_cents",
        ),
        (json!({ "trial_days": 366 }), "trial_days"),
        (json!({ "currency": "coins" }), "currency"),
        (json!({ "name": "" }), "name"),
        (json!({ "features": { "Big Thing": true } }), "features"),
        (json!({ "note": "x".repeat(201) }), "note"),
    ] {
        let answer = staff.send("PUT", "/plans/starter", &wrong).expect(422);
        assert!(answer.text().contains(field), "{wrong}: {answer}");
    }
    let plan = staff.get("/plans/starter").expect(200).json();
    assert_eq!(plan["data"]["plan"]["version"], 1);
    // A retired plan is nobody's to come to.
    staff
        .send("DELETE", "/plans/starter", &json!({}))
        .expect(200);
    let to = json!({ "plan": "starter" });
    staff.send("PUT", "/tenants/acme/plan", &to).expect(422);
    let back = json!({ "retired": false, "offered": true });
    staff.send("PUT", "/plans/starter", &back).expect(200);
    staff.send("PUT", "/tenants/acme/plan", &to).expect(200);
    app.run_jobs();
}

#[test]
fn a_limit_of_its_own_has_a_reason_and_ends_when_it_was_said() {
    let app = app::start();
    let staff = staff(&app);
    let path = "/tenants/acme/limits/users";
    let now = app.clock.now();
    let past = json!({ "limit": 7, "reason": "School", "ends_at": now });
    staff.send("PUT", path, &past).expect(422);
    staff
        .send("PUT", path, &json!({ "limit": 7, "reason": " " }))
        .expect(422);
    staff
        .send(
            "PUT",
            "/tenants/acme/limits/cakes",
            &json!({ "limit": 7, "reason": "x" }),
        )
        .expect(404);
    let ends_at = now + TimeDelta::days(10);
    let wish = json!({ "limit": 77, "reason": "A summer school", "ends_at": ends_at });
    let given = staff.send("PUT", path, &wish).expect(200).json();
    let users = &given["data"]["limits"][0];
    assert_eq!((&users["plan"], &users["own"]), (&json!(1000), &json!(77)));
    assert_eq!(users["reason"], "A summer school");
    app.run_jobs();
    assert_eq!(seats(&app, 77), 1);
    let line = "done tenant.limit_changed by platform: Acme";
    assert_eq!(app.audit().last().unwrap(), line);

    // Told seven days before, once.
    let told = || {
        let letters = app.letters();
        let ends = letters
            .iter()
            .filter(|letter| letter.subject == "A limit of Acme ends soon");
        ends.count()
    };
    app.clock.advance(TimeDelta::days(2));
    clock_ends_limits(&app);
    assert_eq!(told(), 0);
    app.clock.advance(TimeDelta::days(2));
    clock_ends_limits(&app);
    let once = told();
    assert!(once > 0);
    app.clock.advance(TimeDelta::days(1));
    clock_ends_limits(&app);
    assert_eq!(told(), once);
    assert_eq!(seats(&app, 77), 1);
    app.clock.advance(TimeDelta::days(6));
    clock_ends_limits(&app);
    assert_eq!((seats(&app, 77), seats(&app, 1000)), (0, 1));
    let letters = app.letters();
    let ended = letters.last().unwrap();
    assert_eq!(ended.subject, "A limit of Acme has ended");
    assert!(ended.text.contains("Users, 1,000"), "{}", ended.text);
    let line = "done tenant.limit_taken by limits: Acme".to_owned();
    assert!(app.platform_audit().contains(&line));
    // There is none to take any more.
    staff.send("DELETE", path, &json!({})).expect(409);

    // A change of the record takes reason and end with it.
    staff
        .send("PUT", path, &json!({ "limit": 80, "reason": "Again" }))
        .expect(200);
    staff
        .send(
            "PUT",
            "/tenants/acme",
            &json!({ "limits": { "users": 81 } }),
        )
        .expect(200);
    assert_eq!(app.count("catalogue.limit_terms"), 0);
    app.run_jobs();
}

#[test]
fn what_is_not_part_of_a_plan_says_so_to_people_and_programs() {
    let app = app::start();
    let key = app.key(ACME, Permission::ALL);
    for change in [
        "update catalogue.plan_versions set features = features - 'api_access' where plan = 'starter'",
        "update catalogue.tenants set plan = 'starter' where slug = 'acme'",
    ] {
        query(change).execute(&mut app.sql()).unwrap();
    }
    let acme = app.program(&key);
    // What tells a program why, it may read.
    for path in ["/tenants/me", "/plans", "/plans/starter"] {
        acme.get(path).expect(200);
    }
    let refused = acme.get("/tenants/me/users").expect(403);
    assert_eq!(refused.code(), "feature_not_available");
    let details = &refused.json()["error"]["details"];
    assert_eq!(
        details,
        &json!({ "feature": "api_access", "plan": "starter" })
    );
    let body = json!({ "name": "Keeper", "permissions": ["users:read"] });
    acme.send("POST", "/tenants/me/roles", &body).expect(403);
    assert_eq!(app.count("shared.roles where name = 'Keeper'"), 0);
    // Who may not is told that first, and learns nothing of the plan.
    let reads = app.program(&app.key(ACME, &[Permission::ReadOverview]));
    let denied = reads.get("/tenants/me/users").expect(403);
    assert_ne!(denied.code(), "feature_not_available");

    let owner = app.owner();
    owner
        .get("/keys/new")
        .expect(403)
        .shows("API access is not part of your plan")
        .shows("Your plan, Starter, does not include it. Professional includes it.")
        .shows("See the plans");
    let form = [("name", "Sync"), ("permissions", "users:read")];
    owner.post("/keys", &form).expect(403);
    owner.get("/keys").expect(200);
    app.member().get("/keys/new").expect(403).hides("Starter");
    app.visitor()
        .get("/keys/new")
        .leads_to("/sign-in?next=%2Fkeys%2Fnew");
    app.program(&app.key(GLOBEX, Permission::ALL))
        .get("/tenants/me/users")
        .expect(200);
}

#[test]
fn staff_add_a_plan_change_it_and_move_tenants_by_its_pages() {
    let app = app::start();
    let staff = app.staff(StaffRole::Operator);
    staff
        .get("/plans")
        .expect(200)
        .shows("New plan")
        .shows("/plans/enterprise");
    let wrong = [
        ("key", "Team!"),
        ("name", ""),
        ("price", "1.5"),
        ("trial_days", "x"),
        ("currency", "USD"),
    ];
    let again = staff.post("/plans", &wrong).expect(422);
    again
        .shows("Team!")
        .shows("Write an amount like 199 or 29.50.")
        .shows("Type a whole number of days");
    let page = "/plans/enterprise";
    let terms = |users: &'static str, version: &'static str| {
        let mut form = vec![
            ("name", "Enterprise"),
            ("currency", "EUR"),
            ("trial_days", "0"),
        ];
        form.extend([
            ("resources", "users"),
            ("limits", users),
            ("per", "1"),
            ("more", "7.50"),
        ]);
        form.extend([
            ("features", "api_access"),
            ("note", "A new year"),
            ("version", version),
        ]);
        form
    };
    staff.get(&format!("{page}/edit")).expect(200).shows("1000");
    staff
        .post(&format!("{page}/edit"), &terms("800", "1"))
        .leads_to(page);
    staff
        .post(&format!("{page}/edit"), &terms("700", "1"))
        .expect(409)
        .shows("700");
    staff
        .get(page)
        .expect(200)
        .shows("Users: 800 instead of 1,000")
        .shows("7.50 EUR for each")
        .shows("A new year")
        .shows("Move 2 tenants to version 2");
    app.owner()
        .get("/plan")
        .expect(200)
        .shows("You are on the version of");
    let moving = format!("{page}/migration");
    staff.get(&moving).expect(200).shows("Type 2 to go on");
    staff.post(&moving, &[("number", "3")]).expect(422);
    staff.post(&moving, &[("number", "2")]).leads_to(page);
    app.run_jobs();
    assert_eq!(seats(&app, 800), 2);
    staff.get(&moving).expect(409);
    staff
        .post(&format!("{page}/retirement"), &[])
        .leads_to(page);
    staff.get(page).expect(200).shows("This plan is retired");
    staff
        .post(&format!("{page}/restoration"), &[])
        .leads_to(page);

    let limits = format!("/tenants/{}/limits", ACME.id());
    let users = format!("{limits}/users");
    staff.get(&limits).expect(200).shows("Give one");
    let past = [
        ("limit", "9"),
        ("reason", "School"),
        ("ends_on", "2001-01-01"),
    ];
    staff
        .post(&users, &past)
        .expect(422)
        .shows("Choose a moment that is to come.");
    let wish = [
        ("limit", "99"),
        ("reason", "A summer school"),
        ("ends_on", "2199-01-01"),
    ];
    staff.post(&users, &wish).expect(303);
    staff
        .get(&limits)
        .expect(200)
        .shows("A summer school")
        .shows("Take away");
    staff.post(&format!("{users}/end"), &[]).expect(303);
    staff.get(&limits).expect(200).hides("A summer school");
    staff.get(&format!("{limits}/cakes")).expect(404);
    app.run_jobs();
}

#[test]
fn the_pages_of_plans_have_what_a_vendor_registered() {
    let app = app::start();
    app.leaves_jobs();
    let any = app.program(&app.platform_key(StaffPermissions::of(StaffPermission::ALL)));
    let desks = json!({
        "key": "desks", "name": "Desks", "unit": "places", "kind": "level", "default_limit": 10,
    });
    any.send("POST", "/resources", &desks).expect(201);
    let staff = app.staff(StaffRole::Owner);
    for page in ["/plans", "/plans/enterprise", "/plans/enterprise/edit"] {
        staff.get(page).expect(200).shows("Desks (places)");
    }
    let form = [
        ("name", "Enterprise"),
        ("currency", "USD"),
        ("trial_days", "0"),
        ("resources", "desks"),
        ("limits", "40"),
        ("per", "10"),
        ("more", "3"),
        ("version", "1"),
    ];
    staff
        .post("/plans/enterprise/edit", &form)
        .leads_to("/plans/enterprise");
    staff
        .get("/plans/enterprise")
        .expect(200)
        .shows("Desks: 40 instead of no limit")
        .shows("3 USD for each 10");
    // What the form did not speak of stays.
    let plan = any.get("/plans/enterprise").expect(200).json();
    assert_eq!(plan["data"]["plan"]["limits"]["users"], 1_000);
    let own = json!({ "limit": 50, "reason": "A larger office" });
    any.send("PUT", "/tenants/acme/limits/desks", &own)
        .expect(200);
    any.send("PUT", "/tenants/acme/limits/beds", &own)
        .expect(404);
    let acme = any.get("/tenants/acme").expect(200).json();
    assert_eq!(acme["data"]["tenant"]["plan_version"], 1);
}
