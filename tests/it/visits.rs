//! Visits by support: asking, letting in, what is seen and written down, ending; and that there is no other
//! way from the platform to a tenant's rows.

use chrono::TimeDelta;
use diesel::prelude::*;
use diesel::sql_types::{Bytea, Timestamptz, Uuid as SqlUuid};
use domain::staff::VisitTenants;
use domain::token::StaffSessionKind;
use domain::{Needs, StaffId, StaffRole, TokenHash, VisitHours, VisitId, VisitReach, VisitState};
use services::letters::{Links, Scheme};
use services::visits::{self, Wish};
use services::{StaffCredential, VerbError};
use tenantry::routes;
use uuid::Uuid;

use crate::support::app::{self, App};
use crate::support::cast::{self, ACME, GLOBEX, World};
use crate::support::client::Browser;
use crate::support::paths::Things;
use crate::support::postgres::entry;
use crate::support::postgres::query;

/// Sam Reed of the platform, with a session.
struct Sam {
    id: Uuid,
    session: TokenHash,
}

impl Sam {
    fn hired(app: &App) -> Self {
        let (id, token) = (Uuid::new_v4(), services::tokens::draw::<StaffSessionKind>());
        let now = app.clock.now();
        query(
            "insert into catalogue.staff (id, email, email_folded, name, role, status, created_at) \
             values ($1, 'sam@platform.test', 'sam@platform.test', 'Sam Reed', 'operator', 'active', $2)",
        )
        .bind::<SqlUuid, _>(id)
        .bind::<Timestamptz, _>(now)
        .execute(&mut app.sql())
        .unwrap();
        query(
            "insert into catalogue.staff_sessions (id, staff_id, token_hash, device, created_at, last_seen_at, \
             idle_expires_at, expires_at) values (gen_random_uuid(), $1, $2, 'Test', $3, $3, $3 + interval '9 days', \
             $3 + interval '9 days')",
        )
        .bind::<SqlUuid, _>(id)
        .bind::<Bytea, _>(token.hash().as_bytes().to_vec())
        .bind::<Timestamptz, _>(now)
        .execute(&mut app.sql())
        .unwrap();
        Self {
            id,
            session: token.hash(),
        }
    }

    fn asks(
        &self,
        app: &App,
        world: World,
        reach: VisitReach,
    ) -> Result<(VisitId, VisitState), VerbError> {
        let (store, request) = (&app.inner().store, cast::asked(app.clock.now()));
        let credential = StaffCredential::Session(&self.session);
        let announced = store.staff::<VisitTenants, _, VerbError>(credential, &request, |tx| {
            let guest = visits::Guest::of(tx)?;
            visits::announce(tx, guest, world.id())
        })?;
        let entry = store.resolve_host(&world.host()).unwrap().unwrap();
        let wish = Wish {
            reason: "Look at the import with you".to_owned(),
            hours: VisitHours::new(2).unwrap(),
            reach,
        };
        let portal = Links::of(&entry, Scheme::Http, None);
        let state = visits::ask(store, &entry, &request, &announced, &wish, &portal)?;
        Ok((announced.visit(), state))
    }

    /// The path onto the tenant's host.
    fn ticket(&self, app: &App, world: World, visit: VisitId) -> Result<String, VerbError> {
        let (store, request) = (&app.inner().store, cast::asked(app.clock.now()));
        let credential = StaffCredential::Session(&self.session);
        let guest = store.staff::<VisitTenants, _, VerbError>(credential, &request, |tx| {
            visits::Guest::of(tx)
        })?;
        let entry = store.resolve_host(&world.host()).unwrap().unwrap();
        let ticket = visits::ticket(store, &entry.scope, &request, &guest, visit)?;
        Ok(visits::path(&ticket))
    }

    /// A browser of Sam's that has come in.
    fn enters(&self, app: &App, world: World, visit: VisitId) -> Browser {
        let path = self.ticket(app, world, visit).unwrap();
        let browser = app.visitor_at(&world.host());
        browser.get(&path).expect(200).shows("Sam Reed");
        browser.post(&path, &[]).leads_to("/");
        browser
    }
}

/// Sam, let in at acme by its owner.
fn inside(app: &App, reach: VisitReach) -> (Sam, VisitId, Browser) {
    let sam = Sam::hired(app);
    let (visit, _) = sam.asks(app, ACME, reach).unwrap();
    let fields = [("reach", reach.as_str())];
    let path = format!("/visits/{visit}/approval");
    app.owner().post(&path, &fields).expect(303);
    let browser = sam.enters(app, ACME, visit);
    (sam, visit, browser)
}

#[test]
fn a_visit_is_asked_decided_seen_and_ended() {
    let app = app::start();
    let (owner, sam) = (app.owner(), Sam::hired(&app));
    owner
        .get("/visits")
        .expect(200)
        .shows("Nobody has asked to come in");
    let (visit, state) = sam.asks(&app, ACME, VisitReach::Read).unwrap();
    assert_eq!(state, VisitState::Asked);
    app.run_jobs();
    let told: Vec<String> = app
        .letters()
        .iter()
        .map(|one| one.subject.clone())
        .collect();
    assert_eq!(
        told,
        ["Sam Reed asks to enter Acme", "Sam Reed asks to enter Acme"]
    );
    // Before anybody decides there is no way in, and those who decide see it on every page.
    assert!(matches!(
        sam.ticket(&app, ACME, visit),
        Err(VerbError::Conflict(_))
    ));
    owner.get("/users").shows("asks to come in").shows("Decide");
    app.member().get("/users").hides("asks to come in");
    app.manager()
        .post(&format!("/visits/{visit}/approval"), &[("reach", "read")])
        .expect(403);
    owner
        .post(&format!("/visits/{visit}/approval"), &[("reach", "write")])
        .expect(403);
    owner
        .post(&format!("/visits/{visit}/approval"), &[("reach", "read")])
        .leads_to(&format!("/visits/{visit}"));
    owner
        .post(&format!("/visits/{visit}/refusal"), &[])
        .expect(409);
    let browser = sam.enters(&app, ACME, visit);
    browser
        .get("/users?q=member")
        .expect(200)
        .shows("You are visiting Acme")
        .shows("Member of acme")
        .hides("/me/password");
    app.member()
        .get("/users")
        .shows("Sam Reed of support is visiting")
        .hides("End now");
    owner
        .get(&format!("/visits/{visit}"))
        .expect(200)
        .shows("/users?q=member")
        .shows("The list of people")
        .shows("let in by Owner of acme");
    owner.get("/users").shows("End now");
    owner.post(&format!("/visits/{visit}/end"), &[]).expect(303);
    browser
        .get("/users")
        .expect(401)
        .shows("Your visit is over");
    assert_eq!(browser.cookie("__Host-visit"), None);
    owner.get("/users").hides("is visiting");
    let log = app.audit();
    assert!(log.contains(&"done visit.asked by Sam Reed: Look at the import with you".to_owned()));
    let both =
        "done visit.entered by Sam Reed (let in by Owner of acme): Look at the import with you";
    assert!(log.contains(&both.to_owned()), "{log:#?}");
    assert_eq!(
        log.last().unwrap(),
        "done visit.ended by Owner of acme: Sam Reed"
    );
    app.leaves_jobs();
}

#[test]
fn authz_06_who_only_reads_gets_no_further() {
    let app = app::start();
    app.leaves_jobs();
    let (_, _, browser) = inside(&app, VisitReach::Read);
    let own = Things::of(&app, ACME);
    let allowed = VisitReach::Read.permissions();
    for route in routes::ALL {
        let told = format!("{} {}", route.method, route.path);
        match route.needs {
            Needs::Nothing | Needs::System => continue,
            Needs::Session if route.path == "/sign-out" => continue,
            Needs::Session => {
                let answer = own.ask(&browser, route);
                assert_eq!(answer.status, 403, "{told}: {answer}");
            }
            Needs::Permission(needed) => {
                let answer = own.ask(&browser, route);
                let right = if allowed.allow(needed) { 200 } else { 403 };
                assert_eq!(answer.status, right, "{told}: {answer}");
                assert!(route.method == "get" || right == 403, "{told}");
            }
        }
    }
    let refused = app.audit();
    let by_both =
        "refused access.refused by Sam Reed (let in by Owner of acme): POST /users/{id}/removal";
    assert!(refused.contains(&by_both.to_owned()), "{refused:#?}");
}

#[test]
fn authz_06_who_may_write_touches_neither_owners_nor_visits_nor_a_persons_own() {
    let app = app::start();
    app.leaves_jobs();
    let (_, visit, browser) = inside(&app, VisitReach::Write);
    let member = format!("/users/{}/suspension", ACME.person("member"));
    browser.post(&member, &[("reason", "asked to")]).expect(303);
    let log = app.audit();
    assert_eq!(
        log.last().unwrap(),
        "done user.suspended by Sam Reed (let in by Owner of acme): Member of acme"
    );
    let kinds = app
        .count("shared.audit_entries where actor_kind = 'visitor' and action = 'user.suspended'");
    assert_eq!(kinds, 1);
    let owner = format!("/users/{}/suspension", ACME.person("owner"));
    browser.post(&owner, &[("reason", "x")]).expect(403);
    let role = format!("/users/{}/role", ACME.person("viewer"));
    browser.post(&role, &[("role", "owner")]).expect(403);
    browser
        .post("/visits/policy", &[("policy", "allow")])
        .expect(403);
    browser
        .post(&format!("/visits/{visit}/approval"), &[("reach", "write")])
        .expect(403);
    // Each page that a visitor reads is one that they asked for.
    browser.get("/usage").expect(200).hides("sse:connect");
    browser.get("/usage/live").expect(200);
    browser.get("/me").expect(403);
    browser.post("/me", &[("name", "Mallory")]).expect(403);
    browser
        .post(
            "/me/password",
            &[("current_password", "x"), ("new_password", "y")],
        )
        .expect(403);
    // A role that holds more than the visitor may: nobody gives more than they have.
    browser
        .post(
            "/roles",
            &[("name", "Door"), ("permissions", "visits:manage")],
        )
        .expect(403);
    app.owner()
        .get(&format!("/visits/{visit}"))
        .shows("suspended Member of acme");
}

#[test]
fn clk_02_a_visit_ends_exactly_and_is_written_down() {
    let app = app::start();
    app.leaves_jobs();
    let (sam, visit, browser) = inside(&app, VisitReach::Read);
    app.clock
        .advance(TimeDelta::hours(2) - TimeDelta::seconds(2));
    browser.get("/users").expect(200);
    app.clock.advance(TimeDelta::seconds(2));
    browser.get("/users").expect(401);
    assert!(matches!(
        sam.ticket(&app, ACME, visit),
        Err(VerbError::Conflict(_))
    ));
    app.owner().get("/visits").shows("Expired");
    // An asking that nobody answers lapses.
    let (later, _) = sam.asks(&app, ACME, VisitReach::Read).unwrap();
    app.clock.advance(TimeDelta::days(8));
    let path = format!("/visits/{later}/approval");
    app.owner().post(&path, &[("reach", "read")]).expect(409);
}

#[test]
fn a_ticket_opens_once_and_for_a_minute() {
    let app = app::start();
    app.leaves_jobs();
    let (sam, visit, browser) = inside(&app, VisitReach::Read);
    let first = sam.ticket(&app, ACME, visit).unwrap();
    let second = sam.ticket(&app, ACME, visit).unwrap();
    let other = app.visitor();
    other.get(&first).expect(410);
    other.post(&first, &[]).expect(410);
    // Following the link alone changes nothing.
    other.get(&second).expect(200);
    browser.get("/users").expect(200);
    other.post(&second, &[]).leads_to("/");
    other.post(&second, &[]).expect(410);
    other.get("/users").expect(200);
    // The cookie from before is replaced by the new one.
    browser.get("/users").expect(401);
    let late = sam.ticket(&app, ACME, visit).unwrap();
    app.clock.advance(TimeDelta::seconds(61));
    app.visitor().post(&late, &[]).expect(410);
    // Leaving ends it for good.
    other.post("/visits/leave", &[]).leads_to("/visits/left");
    other.get("/visits/left").expect(200);
    assert_eq!(other.cookie("__Host-visit"), None);
    assert!(matches!(
        sam.ticket(&app, ACME, visit),
        Err(VerbError::Conflict(_))
    ));
}

#[test]
fn the_policy_lets_in_at_once_and_tells() {
    let app = app::start();
    let owner = app.owner();
    owner
        .post("/visits/policy", &[("version", "0"), ("policy", "allow")])
        .leads_to("/visits");
    owner
        .post(
            "/visits/policy",
            &[("version", "0"), ("policy", "ask_first")],
        )
        .expect(409)
        .shows("in the meantime");
    owner
        .post("/visits/policy", &[("version", "1"), ("policy", "x")])
        .expect(422)
        .shows("Choose one of the two.");
    let sam = Sam::hired(&app);
    let (visit, state) = sam.asks(&app, ACME, VisitReach::Read).unwrap();
    assert_eq!(state, VisitState::Approved);
    assert!(matches!(
        sam.asks(&app, ACME, VisitReach::Read),
        Err(VerbError::Conflict(_))
    ));
    sam.enters(&app, ACME, visit).get("/users").expect(200);
    app.run_jobs();
    assert!(
        app.letters()
            .iter()
            .any(|one| one.subject == "Sam Reed may enter Acme")
    );
    let (elsewhere, state) = sam.asks(&app, GLOBEX, VisitReach::Read).unwrap();
    assert_eq!(
        state,
        VisitState::Asked,
        "one tenant's policy is no other's"
    );
    assert!(sam.ticket(&app, GLOBEX, elsewhere).is_err());
    app.leaves_jobs();
}

#[test]
fn iso_06_a_visit_of_one_tenant_opens_nothing_at_another() {
    let app = app::start();
    app.leaves_jobs();
    let (sam, visit, browser) = inside(&app, VisitReach::Write);
    let before = crate::isolation::digest(&app, GLOBEX);
    let carried = browser.carried_to(GLOBEX.host());
    for path in ["/", "/users", "/audit", "/visits", "/roles"] {
        let answer = carried.get(path);
        // The first answer takes the cookie away; from then on it is nobody who asks.
        let right = if path == "/" { 401 } else { 303 };
        assert_eq!(answer.status, right, "{path}: {answer}");
        assert!(
            !answer.has("of globex") && !answer.has("of acme"),
            "{path}: {answer}"
        );
    }
    let path = sam.ticket(&app, ACME, visit).unwrap();
    let at_globex = app.visitor_at(&GLOBEX.host());
    at_globex.get(&path).expect(410);
    at_globex.post(&path, &[]).expect(410);
    app.stranger().get(&format!("/visits/{visit}")).expect(404);
    app.stranger()
        .post(&format!("/visits/{visit}/end"), &[])
        .expect(404);
    app.stranger().get("/users").hides("is visiting");
    let after = crate::isolation::digest(&app, GLOBEX);
    let changed: Vec<&str> = before
        .iter()
        .zip(&after)
        .filter(|(one, other)| one != other)
        .map(|(one, _)| one.0.as_str())
        .collect();
    assert_eq!(
        changed,
        ["shared.events", "shared.sessions"],
        "the stranger's own sessions"
    );
    browser.get("/users").expect(200);
}

#[test]
fn authz_06_the_platforms_login_reaches_no_tenants_rows() {
    let app = app::start();
    let mut platform = app.sql_as("tnt_platform_app");
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = diesel::sql_types::Text)]
        text: String,
    }
    let tables: Vec<Row> = query(
        "select format('%I.%I', schemaname, tablename) as text from pg_tables where schemaname = 'shared' order by 1",
    )
    .load(&mut app.sql())
    .unwrap();
    assert!(tables.len() > 15);
    // How many people a tenant has is the platform's to know: `iso_04` holds it to the counters' columns.
    let counters = |role: &str, table: &str| !role.is_empty() && table == "shared.limits";
    for role in ["", "set role tnt_platform; "] {
        for table in tables.iter().filter(|table| !counters(role, &table.text)) {
            use diesel::connection::SimpleConnection as _;
            let text = format!("{role}select 1 from {} limit 1", table.text);
            let said = platform.batch_execute(&text).unwrap_err().to_string();
            assert!(said.contains("permission denied"), "{text}: {said}");
        }
    }
    use diesel::connection::SimpleConnection as _;
    let enter = format!("reset role; {}", entry(ACME.id()));
    assert!(platform.batch_execute(&enter).is_err());
    assert!(platform.batch_execute("set role tnt_tenant").is_err());
}

#[test]
fn who_leaves_the_staff_or_may_visit_no_more_leaves_every_tenant() {
    const DEEDS: [(&str, &[(&str, &str)]); 3] = [
        ("suspension", &[("reason", "away")]),
        ("role", &[("role", "analyst")]),
        ("removal", &[]),
    ];
    for (deed, form) in DEEDS {
        let app = app::start();
        let (sam, _, browser) = inside(&app, VisitReach::Read);
        let (other, state) = sam.asks(&app, GLOBEX, VisitReach::Read).unwrap();
        assert_eq!(state, VisitState::Asked);
        app.run_jobs();
        let owner = app.staff(StaffRole::Owner);
        owner.get("/").expect(200).shows("Sam Reed").shows("Reads");
        browser.get("/users").expect(200);
        let path = format!("/staff/{}/{deed}", StaffId::from_uuid(sam.id));
        owner.post(&path, form).expect(303);
        app.run_jobs();
        browser.get("/users").expect(401);
        let told = "done visit.ended by platform: Sam Reed".to_owned();
        for world in [ACME, GLOBEX] {
            assert!(app.audit_of(world).contains(&told), "{deed} {world:?}");
        }
        assert_eq!(app.count("shared.events where kind = 'visit.ended'"), 2);
        app.stranger()
            .post(&format!("/visits/{other}/approval"), &[("reach", "read")])
            .expect(409);
        owner
            .get("/")
            .expect(200)
            .shows("Nobody is inside a tenant.");
        app.run_jobs();
    }
}

#[test]
fn another_role_that_may_visit_ends_no_visit() {
    let app = app::start();
    let (sam, _, browser) = inside(&app, VisitReach::Read);
    let path = format!("/staff/{}/role", StaffId::from_uuid(sam.id));
    app.staff(StaffRole::Owner)
        .post(&path, &[("role", "owner")])
        .expect(303);
    app.run_jobs();
    browser.get("/users").expect(200);
    app.leaves_jobs();
}
