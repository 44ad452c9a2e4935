//! Asking for more by the front door: the price first, the decision, carrying out once, and whose it is.

use std::sync::Barrier;

use chrono::{DateTime, TimeDelta, Utc};
use domain::permission::Permission;
use domain::{StaffPermission, StaffPermissions, StaffRole};
use serde_json::{Value as Json, json};
use services::StoreError;
use services::jobs::{self, JobKind, NewJob};

use crate::support::app::{self, App};
use crate::support::cast::{ACME, GLOBEX};
use crate::support::keys::Program;

const SCALE: &str = "/tenants/me/scale";

fn program(app: &App) -> Program {
    app.program(&app.key(ACME, Permission::ALL))
}

fn platform(app: &App) -> Program {
    app.program(&app.platform_key(StaffPermissions::of(StaffPermission::ALL)))
}

/// Acme on a plan that sells ten more people at 4 a month each, with what it has of them.
fn on_professional(app: &App, staff: &Program) -> i64 {
    let plan = json!({ "plan": "professional" });
    staff.send("PUT", "/tenants/acme/plan", &plan).expect(200);
    app.run_jobs();
    let plan = staff.get("/plans/professional").expect(200).json();
    plan["data"]["plan"]["limits"]["users"].as_i64().unwrap()
}

fn users(number: i64) -> Json {
    json!({ "target_limits": { "users": number } })
}

fn path(asked: &Json, deed: &str) -> String {
    let id = asked["data"]["scaling_id"].as_str().unwrap();
    format!("/tenants/acme/scalings/{id}{deed}")
}

fn seats(app: &App, hard: i64) -> i64 {
    app.count(&format!(
        "shared.limits where tenant_id = '{}' and resource = 'users' and hard = {hard}",
        ACME.id().uuid()
    ))
}

/// The job of the clock, now.
fn clock_carries_out(app: &App) {
    let job = NewJob::now(JobKind::ScalingsDue, json!({}));
    let store = &app.inner().store;
    let asked =
        store.platform::<_, StoreError>(app.clock.now(), |tx| jobs::enqueue_for_platform(tx, &job));
    asked.unwrap();
    app.run_jobs();
}

fn told(app: &App, subject: &str) -> usize {
    let letters = app.letters();
    let of = letters.iter().filter(|letter| letter.subject == subject);
    of.count()
}

fn scaled(app: &App) -> i64 {
    app.count("shared.events where kind = 'resources.scaled'")
}

#[test]
fn a_tenant_sees_the_price_asks_and_has_it_when_staff_approve() {
    let app = app::start();
    let (own, staff) = (program(&app), platform(&app));
    // Somebody who may decide, and somebody who may not.
    let _both = (app.staff(StaffRole::Owner), app.staff(StaffRole::Analyst));
    let has = on_professional(&app, &staff);
    let wish = json!({ "target_limits": { "users": has + 10 }, "dry_run": true });
    let seen = own.send("POST", SCALE, &wish).expect(200).json();
    let bill = &seen["data"]["billing_impact"];
    assert_eq!(seen["data"]["status"], "preview");
    assert_eq!(seen["data"]["scaling_id"], Json::Null);
    assert_eq!(bill["additional_cents_monthly"], 4000);
    assert_eq!(bill["additional_cost_monthly"], 40.0);
    let today = bill["prorated_cents_today"].as_i64().unwrap();
    assert!((1..=4000).contains(&today), "{bill}");
    assert_eq!(app.count("catalogue.scalings"), 0);

    let asked = own.send("POST", SCALE, &users(has + 10)).expect(200).json();
    assert_eq!(asked["data"]["status"], "pending_approval");
    assert_eq!(asked["data"]["billing_impact"], *bill);
    assert_eq!(asked["data"]["current_limits"]["users"], has);
    app.run_jobs();
    assert!(told(&app, "Acme asks for other limits") > 0);
    let line = "done scaling.asked by Test key: Acme";
    assert_eq!(app.audit().last().unwrap(), line);
    assert_eq!(seats(&app, has + 10), 0);
    // One at a time, and the tenant decides nothing by itself.
    own.send("POST", SCALE, &users(has + 11)).expect(409);
    own.send("POST", &path(&asked, "/approval"), &json!({}))
        .expect(403);

    let approved = staff.send("POST", &path(&asked, "/approval"), &json!({}));
    let approved = approved.expect(200).json();
    assert_eq!(approved["data"]["status"], "in_progress");
    assert_eq!(approved["data"]["steps"][0]["name"], "user_limit_update");
    assert_eq!(approved["data"]["steps"][0]["status"], "pending");
    staff
        .send("POST", &path(&asked, "/approval"), &json!({}))
        .expect(409);
    app.run_jobs();
    let done = own
        .get(&path(&asked, "").replace("acme", "me"))
        .expect(200)
        .json();
    assert_eq!(done["data"]["status"], "completed");
    assert_eq!(done["data"]["steps"][0]["status"], "completed");
    assert!(done["data"].get("decided_by").is_none(), "{done}");
    assert_eq!((seats(&app, has + 10), scaled(&app)), (1, 1));
    assert!(told(&app, "Acme has the limits that it asked for") > 0);
    assert!(
        app.audit()
            .contains(&"done scaling.completed by platform: Acme".to_owned())
    );
    let limits = staff.get("/tenants/acme/limits").expect(200).json();
    assert!(limits.to_string().contains(&(has + 10).to_string()));
    // Back to the plan's number costs so much less, and takes the own limit away.
    let less = own.send("POST", SCALE, &users(has)).expect(200).json();
    assert_eq!(
        less["data"]["billing_impact"]["additional_cents_monthly"],
        -4000
    );
    staff
        .send("POST", &path(&less, "/approval"), &json!({}))
        .expect(200);
    app.run_jobs();
    assert_eq!(app.count("catalogue.limit_terms"), 0);
    assert_eq!(seats(&app, has), 1);
}

#[test]
fn what_cannot_be_asked_for_is_said_beside_its_field() {
    let app = app::start();
    let own = program(&app);
    for (wrong, field) in [
        (json!({ "target_limits": {} }), "target_limits"),
        (users(1000), "target_limits"),
        (
            json!({ "target_limits": { "cakes": 3 } }),
            "target_limits.cakes",
        ),
        (users(-1), "target_limits.users"),
        (users(i64::MAX), "target_limits.users"),
        (users(1), "target_limits.users"),
        (
            json!({ "target_limits": { "users": 2000 }, "scale_strategy": "soon" }),
            "scale_strategy",
        ),
        (
            json!({ "target_limits": { "users": 2000 }, "note": "x".repeat(501) }),
            "note",
        ),
        (
            json!({
                "target_limits": { "users": 2000 },
                "notification_settings": { "notify_users": true },
            }),
            "notify_users",
        ),
    ] {
        let answer = own.send("POST", SCALE, &wrong).expect(422);
        assert!(answer.text().contains(field), "{wrong}: {answer}");
    }
    let below = own.send("POST", SCALE, &users(1)).expect(422);
    assert!(below.text().contains("are in use"), "{below}");
    assert_eq!(app.count("catalogue.scalings"), 0);
    // The plan has no price for it: asked for all the same.
    let open = own.send("POST", SCALE, &users(2000)).expect(200).json();
    let bill = &open["data"]["billing_impact"];
    assert_eq!(bill["additional_cost_monthly"], Json::Null);
    assert_eq!(bill["by_agreement"], json!(["users"]));
    app.leaves_jobs();
}

#[test]
fn of_many_at_once_one_asks_and_one_approves() {
    let app = app::start();
    let (own, staff) = (program(&app), platform(&app));
    let second = app.beside();
    let at_once = |program: &Program, path: &str, body: &Json| -> usize {
        let start = Barrier::new(8);
        std::thread::scope(|scope| {
            let all: Vec<_> = (0..8)
                .map(|_| {
                    scope.spawn(|| {
                        start.wait();
                        usize::from(program.send("POST", path, body).status == 200)
                    })
                })
                .collect();
            all.into_iter().map(|one| one.join().unwrap()).sum()
        })
    };
    assert_eq!(at_once(&own, SCALE, &users(2000)), 1);
    let all = own.get("/tenants/me/scalings").expect(200).json();
    let all = all["data"]["scalings"].as_array().unwrap().clone();
    assert_eq!(all.len(), 1);
    let one = json!({ "data": all[0] });
    assert_eq!(at_once(&staff, &path(&one, "/approval"), &json!({})), 1);
    app.run_jobs();
    assert_eq!((seats(&app, 2000), scaled(&app)), (1, 1));
    drop(second);
}

#[test]
fn what_is_for_the_next_month_is_carried_out_then_and_once() {
    let app = app::start();
    let (own, staff) = (program(&app), platform(&app));
    let wish = json!({ "target_limits": { "users": 2000 }, "scale_strategy": "next_billing_date" });
    let asked = own.send("POST", SCALE, &wish).expect(200).json();
    let approved = staff
        .send("POST", &path(&asked, "/approval"), &json!({}))
        .expect(200)
        .json();
    assert_eq!(approved["data"]["status"], "approved");
    let due = approved["data"]["due_at"].as_str().unwrap();
    let due: DateTime<Utc> = due.parse().unwrap();
    app.run_jobs();
    assert!(told(&app, "The limits that Acme asked for are approved") > 0);
    app.clock
        .advance(due - app.clock.now() - TimeDelta::seconds(1));
    clock_carries_out(&app);
    assert_eq!(seats(&app, 2000), 0);
    app.clock.advance(TimeDelta::seconds(2));
    clock_carries_out(&app);
    assert_eq!((seats(&app, 2000), scaled(&app)), (1, 1));
    // Looking once more does nothing once more.
    clock_carries_out(&app);
    assert_eq!(scaled(&app), 1);
}

#[test]
fn what_was_killed_half_way_is_brought_once() {
    let app = app::start();
    let staff = platform(&app);
    let wish = json!({ "target_limits": { "users": 2000 }, "billing_approval": true });
    let asked = staff
        .send("POST", "/tenants/acme/scale", &wish)
        .expect(200)
        .json();
    assert_eq!(asked["data"]["status"], "in_progress");
    // Whoever was to bring it is gone with its job.
    app.in_each_place("delete from node.jobs where kind = 'scaling.finish'");
    app.run_jobs();
    let read = || staff.get(&path(&asked, "")).expect(200).json();
    assert_eq!(read()["data"]["status"], "in_progress");
    app.clock.advance(TimeDelta::minutes(16));
    clock_carries_out(&app);
    clock_carries_out(&app);
    assert_eq!(read()["data"]["status"], "completed");
    assert_eq!((seats(&app, 2000), scaled(&app)), (1, 1));
}

#[test]
fn staff_change_or_decline_it_and_the_tenant_takes_it_back() {
    let app = app::start();
    let (own, staff) = (program(&app), platform(&app));
    let asked = own.send("POST", SCALE, &users(2000)).expect(200).json();
    let refusal = path(&asked, "/refusal");
    staff
        .send("POST", &refusal, &json!({ "reason": " " }))
        .expect(422);
    let said = json!({ "reason": "Another plan costs you less." });
    staff.send("POST", &refusal, &said).expect(200);
    app.run_jobs();
    let letters = app.letters();
    let letter = letters.last().unwrap();
    assert_eq!(
        letter.subject,
        "The limits that Acme asked for are declined"
    );
    assert!(letter.text.contains("Another plan costs you less."));
    staff.send("POST", &refusal, &said).expect(409);

    let asked = own.send("POST", SCALE, &users(2000)).expect(200).json();
    let other = json!({ "target_limits": { "users": 1500 }, "note": "Half of it first" });
    staff
        .send("POST", &path(&asked, "/approval"), &other)
        .expect(200);
    app.run_jobs();
    assert_eq!((seats(&app, 1500), seats(&app, 2000)), (1, 0));
    assert!(told(&app, "Acme gets other limits than it asked for") > 0);

    let asked = own.send("POST", SCALE, &users(2000)).expect(200).json();
    let back = path(&asked, "/withdrawal").replace("acme", "me");
    let gone = own.send("POST", &back, &json!({})).expect(200).json();
    assert_eq!(gone["data"]["status"], "withdrawn");
    own.send("POST", &back, &json!({})).expect(409);
    // What the platform gives takes the place of what was asked for.
    let asked = own.send("POST", SCALE, &users(2000)).expect(200).json();
    let give = json!({ "target_limits": { "users": 1600 }, "billing_approval": true });
    staff.send("POST", "/tenants/acme/scale", &give).expect(200);
    app.run_jobs();
    let gone = staff.get(&path(&asked, "")).expect(200).json();
    assert_eq!(gone["data"]["status"], "superseded");
    assert_eq!(seats(&app, 1600), 1);
}

#[test]
fn another_tenants_asking_is_nowhere() {
    let app = app::start();
    let (own, staff) = (program(&app), platform(&app));
    let other = app.program(&app.key(GLOBEX, Permission::ALL));
    let asked = own.send("POST", SCALE, &users(2000)).expect(200).json();
    let there = |deed: &str| path(&asked, deed).replace("acme", "me");
    other.get(&there("")).expect(404);
    other
        .send("POST", &there("/withdrawal"), &json!({}))
        .expect(404);
    let none = other.get("/tenants/me/scalings").expect(200).json();
    assert_eq!(none["data"]["scalings"], json!([]));
    // Also for the platform, under another tenant's name.
    let elsewhere = |deed: &str| path(&asked, deed).replace("acme", "globex");
    staff.get(&elsewhere("")).expect(404);
    staff
        .send("POST", &elsewhere("/approval"), &json!({}))
        .expect(404);
    app.leaves_jobs();
}

#[test]
fn the_pages_show_the_price_before_anybody_asks() {
    let app = app::start();
    let admin = app.admin();
    admin.get("/scalings/new").expect(200);
    let typed = |seen: &'static str| {
        [
            ("resources", "users"),
            ("limits", "2000"),
            ("strategy", "immediate"),
            ("note", "Summer school"),
            ("seen", seen),
        ]
    };
    let page = admin.post("/scalings/price", &typed("")).expect(200);
    assert!(page.text().contains("The price is by agreement"), "{page}");
    // Nobody asks for what they did not see the price of.
    admin.post("/scalings", &typed("")).expect(409);
    assert_eq!(app.count("catalogue.scalings"), 0);
    admin.post("/scalings", &typed("open/open/USD")).expect(303);
    let usage = admin.get("/usage").expect(200);
    assert!(usage.text().contains("Asked for"), "{usage}");
    admin.get("/plan").expect(200);

    let owner = app.staff(StaffRole::Owner);
    let list = owner.get("/requests").expect(200);
    assert!(list.text().contains("Summer school"), "{list}");
    let text = list.text();
    let from = text.find("/scalings/scale_").unwrap();
    let rest = &text[from..];
    let id = &rest["/scalings/".len()..rest.find("/approval").unwrap()];
    let tenant = text[..from].rfind("/tenants/").unwrap();
    let base = format!("{}/scalings/{id}", &text[tenant..from]);
    owner.get(&format!("{base}/approval")).expect(200);
    owner.get(&format!("{base}/refusal")).expect(200);
    let given = |limit: &'static str| {
        [
            ("resources", "users"),
            ("limits", limit),
            ("strategy", "immediate"),
        ]
    };
    // Other numbers are priced before they are given, and what cannot be priced stays as it was typed.
    let price = format!("{base}/price");
    let other = owner.post(&price, &given("3000")).expect(200);
    other
        .shows("The price is by agreement")
        .shows("value=\"3000\"");
    let wrong = owner.post(&price, &given("many")).expect(200);
    wrong
        .shows("value=\"many\"")
        .hides("The price is by agreement");
    assert_eq!(
        app.count("catalogue.scalings where state = 'asked'"),
        1,
        "nothing is decided"
    );
    let give = given("2000");
    owner.post(&format!("{base}/approval"), &give).expect(303);
    app.run_jobs();
    assert_eq!(seats(&app, 2000), 1);
    let none = owner.get("/requests").expect(200);
    assert!(none.text().contains("Nobody asks for anything"), "{none}");
}
