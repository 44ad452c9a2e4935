//! What becomes of a tenant's people when the platform suspends it, a trial ends, the owner hands it over.

use chrono::TimeDelta;
use diesel::RunQueryDsl;
use domain::staff::ManageTenants;
use services::tenants::{self, rest};
use services::{StaffCredential, StaffTx, VerbError};

use crate::support::app::{self, App};
use crate::support::cast::{ACME, GLOBEX, PASSWORD, asked, placement};
use crate::support::postgres::query;

fn as_platform<T>(
    app: &App,
    work: impl FnMut(&mut StaffTx<'_, ManageTenants>) -> Result<T, VerbError>,
) -> T {
    let request = asked(app.clock.now());
    let store = &app.inner().store;
    store
        .staff(StaffCredential::System("test"), &request, work)
        .unwrap()
}

#[test]
fn a_suspension_counts_at_once_whatever_a_process_remembers_and_says_why() {
    let app = app::start();
    let (owner, stranger) = (app.owner(), app.stranger());
    owner.get("/me").expect(200);
    // A job of acme's that is not done yet.
    app.visitor()
        .post("/password-reset", &[("email", &ACME.email("member"))])
        .expect(200);
    as_platform(&app, |tx| rest::suspend(tx, ACME.id(), "Unpaid since May"));
    // No notice reached this process, and it still takes acme for open: the database does not.
    owner.get("/me").expect(403);
    owner.get("/sign-in").expect(403).shows("Unpaid since May");
    let typed = [
        ("email", ACME.email("owner")),
        ("password", PASSWORD.to_owned()),
    ];
    let typed: Vec<(&str, &str)> = typed.iter().map(|(n, v)| (*n, v.as_str())).collect();
    app.visitor().post("/sign-in", &typed).expect(403);
    stranger.get("/me").expect(200);
    app.run_jobs();
    let subjects = |app: &App| -> Vec<String> {
        let letters = app.letters();
        letters.iter().map(|one| one.subject.clone()).collect()
    };
    // Its own jobs wait; what the owners are told of it does not.
    assert_eq!(subjects(&app), ["Acme is suspended"]);
    assert_eq!(app.count("node.jobs where state = 'queued'"), 1);
    let told = "done tenant.suspended by platform: Acme".to_owned();
    assert!(app.audit().contains(&told), "{:?}", app.audit());
    assert_eq!(
        app.count("shared.events where kind = 'tenant.suspended'"),
        1
    );
    assert!(
        app.audit_of(GLOBEX)
            .iter()
            .all(|line| !line.contains("tenant."))
    );
    assert!(
        app.platform_audit()
            .contains(&"done tenant.suspended by test: Acme".to_owned())
    );

    as_platform(&app, |tx| rest::reactivate(tx, ACME.id()));
    app.inner().directory.forget();
    owner.get("/me").expect(200);
    app.run_jobs();
    let sent = subjects(&app);
    assert_eq!(sent.len(), 3, "nothing was lost: {sent:?}");
    assert!(sent.contains(&"Acme is open again".to_owned()));
}

#[test]
fn maintenance_says_its_own_words_and_when_to_come_again() {
    let app = app::start();
    let owner = app.owner();
    as_platform(&app, |tx| {
        rest::begin_maintenance(tx, ACME.id(), "Back at noon")
    });
    app.inner().directory.forget();
    let told = owner.get("/me").expect(503).shows("Back at noon");
    assert!(told.header("retry-after").is_some());
    as_platform(&app, |tx| rest::end_maintenance(tx, ACME.id()));
    app.inner().directory.forget();
    owner.get("/me").expect(200);
    app.run_jobs();
}

#[test]
fn when_a_trial_is_over_an_admin_signs_in_and_chooses_a_plan() {
    let app = app::start();
    let end = app.clock.now() + TimeDelta::hours(1);
    query("update catalogue.tenants set status = 'trial', plan = 'starter', trial_ends_at = $1 where slug = 'acme'")
        .bind::<diesel::sql_types::Timestamptz, _>(end)
        .execute(&mut app.sql())
        .unwrap();
    app.inner().directory.forget();
    let (admin, member) = (app.admin(), app.member());
    admin.get("/users").expect(200);
    app.clock.advance(TimeDelta::minutes(61));
    let (admin, member) = (app.admin(), {
        drop((admin, member));
        app.member()
    });
    admin.get("/users").expect(402).shows("The trial has ended");
    member.get("/users").expect(402);
    member
        .get("/plan")
        .expect(200)
        .shows("ask an owner or admin");
    member
        .post("/plan/choice", &[("plan", "professional")])
        .expect(403);
    app.visitor().get("/sign-in").expect(200);
    admin.get("/plan").expect(200).shows("Professional");
    admin
        .post("/plan/choice", &[("plan", "enterprise")])
        .expect(422);
    // What changes is asked first, and the choice can be taken back: then it is as it was, and for a while only.
    member.get("/plan/choice?plan=professional").expect(403);
    admin.get("/plan/choice?plan=enterprise").expect(404);
    let sheet = admin.get("/plan/choice?plan=professional").expect(200);
    sheet
        .shows("Choose Professional?")
        .shows("(now: ")
        .shows("It ended");
    let choose = || {
        let chosen = [("plan", "professional")];
        admin.post("/plan/choice", &chosen).leads_to("/plan");
    };
    choose();
    admin
        .get("/plan")
        .expect(200)
        .shows("Take the choice back, to Starter");
    admin.get("/users").expect(200);
    member.post("/plan/choice/undo", &[]).expect(403);
    admin.post("/plan/choice/undo", &[]).leads_to("/plan");
    admin
        .get("/plan")
        .expect(200)
        .shows("The trial ended")
        .hides("Take the choice back");
    admin.get("/users").expect(402);
    let ends_as_before = "catalogue.tenants where status = 'trial' and plan = 'starter' and slug = 'acme' and trial_ends_at";
    assert_eq!(
        app.count(&format!("{ends_as_before} = '{}'", end.to_rfc3339())),
        1
    );
    admin
        .post("/plan/choice/undo", &[])
        .expect(409)
        .shows("cannot be taken back");
    choose();
    app.clock.advance(TimeDelta::minutes(29));
    admin.get("/plan").expect(200).shows("Take the choice back");
    app.clock.advance(TimeDelta::minutes(2));
    let (admin, member) = (app.admin(), app.member());
    admin.get("/plan").expect(200).hides("Take the choice back");
    admin.post("/plan/choice/undo", &[]).expect(409);
    admin.get("/users").expect(200);
    member.get("/users").expect(200);
    app.run_jobs();
    let told = "done tenant.plan_changed by Admin of acme: Acme".to_owned();
    assert!(app.audit().contains(&told), "{:?}", app.audit());
    assert_eq!(
        app.count("shared.limits where hard = 50 and resource = 'users'"),
        2
    );
    app.stranger().get("/users").expect(200);
}

#[test]
fn an_owner_hands_the_tenant_over_when_the_other_says_yes() {
    let app = app::start();
    let (owner, admin) = (app.owner(), app.admin());
    admin.get("/ownership").expect(403);
    owner
        .post("/ownership", &[("email", "nobody@example.com")])
        .expect(422);
    owner
        .post("/ownership", &[("email", &GLOBEX.email("admin"))])
        .expect(422);
    owner
        .post("/ownership", &[("email", &ACME.email("suspended"))])
        .expect(422);
    owner
        .post("/ownership", &[("email", &ACME.email("admin"))])
        .leads_to("/ownership");
    owner.get("/ownership").expect(200).shows("Admin of acme");
    app.run_jobs();
    let text = app.letters().pop().unwrap().text;
    let path = &text[text.find("/ownership-offers/own_").unwrap()..];
    let path = path.split_whitespace().next().unwrap().to_owned();
    // Nobody but the person it was offered to, and nobody of another tenant.
    for other in [app.member(), app.stranger()] {
        other.get(&path).expect(410);
        other.post(&path, &[("answer", "accept")]).expect(404);
    }
    admin.get(&path).expect(200).shows("Owner of acme");
    admin
        .post(&path, &[("answer", "accept")])
        .leads_to("/sign-in");
    owner.get("/me").expect(303);
    let roles = format!(
        "shared.users where role = 'owner' and tenant_id = '{}'",
        ACME.id().uuid()
    );
    assert_eq!(app.count(&roles), 1);
    app.signed_in(ACME, "admin").get("/ownership").expect(200);
    app.signed_in(ACME, "owner").get("/ownership").expect(403);
    app.signed_in(ACME, "admin")
        .post(&path, &[("answer", "accept")])
        .expect(404);
    assert!(
        app.audit()
            .iter()
            .any(|line| line.contains("tenant.ownership_transferred by Admin of acme"))
    );
}

#[test]
fn a_tenant_is_found_with_its_seats_and_nothing_of_its_people() {
    let app = app::start();
    let found = as_platform(&app, |tx| {
        let tenant = tx.named_tenant("acme")?;
        assert_eq!(tx.named_tenant(&tenant.to_string())?, tenant);
        Ok(tenants::find(tx, tenant)?)
    });
    let seats = found.seats.unwrap();
    assert_eq!((seats.used, seats.limit), (8, 50));
    assert_eq!(found.hosts, [ACME.host()]);
    assert_eq!(found.placement.unwrap().kind, placement());
}
