//! Plans by the front door: versions, who is on which, moving, and limits of a tenant's own.

use chrono::TimeDelta;
use domain::permission::Permission;
use domain::{StaffPermission, StaffPermissions};
use serde_json::{Value as Json, json};
use services::StoreError;
use services::jobs::{self, JobKind, NewJob};

use crate::support::app::{self, App};
use crate::support::cast::{ACME, GLOBEX};
use crate::support::keys::Program;

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
