//! Sessions: how long they live, that each change of rights gives another token, seeing and ending them.

use chrono::TimeDelta;
use diesel::connection::SimpleConnection;
use services::sessions;
use services::{Credential, StoreError};

use crate::support::app::{self, App};
use crate::support::cast::{ACME, GLOBEX, PASSWORD, asked};
use crate::support::client::Browser;

const SESSION: &str = "__Host-session";

fn is_in(browser: &Browser) -> bool {
    browser.get("/me").status == 200
}

fn sign_in(app: &App, keep: &str) -> Browser {
    let browser = app.visitor();
    let email = ACME.email("member");
    let fields = [
        ("email", email.as_str()),
        ("password", PASSWORD),
        ("keep", keep),
    ];
    browser.post("/sign-in", &fields).expect(303);
    browser
}

#[test]
fn ses_01_every_cookie_is_bound_to_its_host() {
    let app = app::start();
    let browser = app.visitor();
    let email = ACME.email("member");
    for keep in ["", "1"] {
        let fields = [
            ("email", email.as_str()),
            ("password", PASSWORD),
            ("keep", keep),
        ];
        let answer = browser.post("/sign-in", &fields);
        let cookies: Vec<_> = answer
            .headers
            .iter()
            .filter(|(name, _)| name == "set-cookie")
            .collect();
        assert_eq!(cookies.len(), 2, "{answer}");
        for (_, cookie) in cookies {
            assert!(cookie.starts_with("__Host-"), "{cookie}");
            for part in ["Secure", "HttpOnly", "SameSite=Lax", "Path=/"] {
                assert!(cookie.contains(part), "{cookie}");
            }
            assert!(!cookie.contains("Domain"), "{cookie}");
            let kept = cookie.contains("Max-Age");
            let device = cookie.starts_with("__Host-device");
            assert_eq!(kept, device || keep == "1", "{cookie}");
        }
    }
}

#[test]
fn ses_04_signing_in_gives_another_token_and_the_old_one_is_dead() {
    let app = app::start();
    let browser = sign_in(&app, "");
    let first = browser.cookie(SESSION).unwrap();
    let email = ACME.email("member");
    browser
        .post("/sign-in", &[("email", &email), ("password", PASSWORD)])
        .expect(303);
    assert_ne!(browser.cookie(SESSION).unwrap(), first);
    // What a stranger planted before is replaced and not taken over.
    let planted = app.visitor();
    planted.keep_cookie(&format!("{SESSION}=planted"));
    planted.get("/me").expect(303);
    planted
        .post("/sign-in", &[("email", &email), ("password", PASSWORD)])
        .expect(303);
    assert_ne!(planted.cookie(SESSION).unwrap(), "planted");
}

#[test]
fn ses_04_a_changed_password_gives_another_token_and_ends_the_others() {
    let app = app::start();
    let (own, other) = (sign_in(&app, ""), sign_in(&app, "1"));
    let before = own.cookies();
    let fields = [
        ("current_password", PASSWORD),
        ("new_password", "copper meadow violin"),
    ];
    own.post("/me/password", &fields).leads_to("/me/password");
    assert!(is_in(&own));
    assert!(!is_in(&other));
    let replay = app.visitor();
    before.split("; ").for_each(|pair| replay.keep_cookie(pair));
    assert!(!is_in(&replay), "the token from before opens nothing");
    app.run_jobs();
}

#[test]
fn ses_04_a_change_of_rights_ends_sessions_but_ones_own() {
    let app = app::start();
    let (own, other) = (app.owner(), app.owner());
    let member = app.member();
    let scope = app
        .inner()
        .store
        .resolve_host(&ACME.host())
        .unwrap()
        .unwrap()
        .scope;
    let now = app.clock.now();
    let opened = app
        .inner()
        .store
        .tenant::<domain::permission::Anyone, _, StoreError>(
            &scope,
            Credential::Anonymous,
            &asked(now),
            |tx| sessions::rights_changed(tx, ACME.person("member")),
        )
        .unwrap();
    assert!(
        opened.own.is_none(),
        "somebody else's browser cannot be given a token"
    );
    assert!(!is_in(&member));
    assert!(is_in(&own) && is_in(&other));
}

#[test]
fn however_a_session_ends_it_is_told_once() {
    let app = app::start();
    let told = || app.count("shared.events where kind = 'session.ended'");
    let (owner, manager) = (app.owner(), app.manager());
    let deed = |member: &str, what: &str, form: &[(&str, &str)]| {
        let path = format!("/users/{}/{what}", ACME.person(member));
        owner.post(&path, form).expect(303);
    };
    let _open = (app.member(), app.analyst(), app.viewer());
    let before = told();
    deed("member", "suspension", &[("reason", "left")]);
    assert_eq!(told(), before + 1, "suspended");
    deed("analyst", "role", &[("role", "viewer")]);
    assert_eq!(told(), before + 2, "another role");
    deed("viewer", "removal", &[]);
    assert_eq!(told(), before + 3, "removed");
    manager.post("/sign-out", &[]).expect(303);
    assert_eq!(told(), before + 4, "signed out");
    let open = app.count(&format!(
        "shared.sessions where tenant_id = '{}'",
        ACME.id().uuid()
    ));
    let scope = app
        .inner()
        .store
        .resolve_host(&ACME.host())
        .unwrap()
        .unwrap()
        .scope;
    app.clock.advance(TimeDelta::hours(13));
    let now = app.clock.now();
    let run_out = app
        .inner()
        .store
        .tenant::<domain::permission::System, _, StoreError>(
            &scope,
            Credential::System("sweep"),
            &asked(now),
            |tx| sessions::end_expired(tx, now),
        )
        .unwrap();
    assert_eq!(i64::try_from(run_out).unwrap(), open);
    assert_eq!(told(), before + 4 + open, "ran out");
    app.leaves_jobs();
}

#[test]
fn ses_06_a_session_ends_after_half_an_hour_of_rest() {
    let app = app::start();
    let browser = sign_in(&app, "");
    for _ in 0..4 {
        app.clock.advance(TimeDelta::minutes(29));
        assert!(is_in(&browser));
    }
    app.clock.advance(TimeDelta::minutes(31));
    assert!(!is_in(&browser));
}

#[test]
fn ses_06_a_session_ends_after_twelve_hours_in_any_case() {
    let app = app::start();
    let browser = sign_in(&app, "");
    for _ in 0..28 {
        app.clock.advance(TimeDelta::minutes(25));
        assert!(is_in(&browser));
    }
    app.clock.advance(TimeDelta::minutes(21));
    assert!(!is_in(&browser), "12 hours and a minute");
}

#[test]
fn ses_06_who_asked_is_kept_for_thirty_days() {
    let app = app::start();
    let browser = sign_in(&app, "1");
    app.clock.advance(TimeDelta::days(29));
    assert!(is_in(&browser));
    app.clock.advance(TimeDelta::days(2));
    assert!(!is_in(&browser));
}

#[test]
fn ses_06_the_configuration_says_how_long() {
    let app = app::start_with(&[("sessions.idle", "5m"), ("sessions.absolute", "10m")]);
    let browser = sign_in(&app, "");
    app.clock.advance(TimeDelta::minutes(4));
    assert!(is_in(&browser));
    app.clock.advance(TimeDelta::minutes(6));
    assert!(!is_in(&browser));
}

#[test]
fn ses_06_one_sees_and_ends_ones_own_sessions() {
    let app = app::start();
    let (own, second, third) = (app.member(), app.member(), app.member());
    let page = own
        .get("/me/sessions")
        .expect(200)
        .shows("This device")
        .shows("Test");
    let ends: Vec<String> = page
        .text()
        .split("action=\"")
        .filter_map(|rest| rest.split('"').next())
        .filter(|path| path.starts_with("/me/sessions/session_"))
        .map(str::to_owned)
        .collect();
    assert_eq!(ends.len(), 2);
    app.viewer().post(&ends[0], &[]).expect(404);
    app.stranger().post(&ends[0], &[]).expect(404);
    own.post(&ends[0], &[]).leads_to("/me/sessions");
    own.get("/me/sessions").shows("is signed out.");
    own.post(&ends[0], &[]).expect(404);
    assert_eq!(usize::from(is_in(&second)) + usize::from(is_in(&third)), 1);
    own.post("/me/sessions/others/end", &[])
        .leads_to("/me/sessions");
    assert!(is_in(&own) && !is_in(&second) && !is_in(&third));
    assert_eq!(
        app.audit()
            .iter()
            .filter(|line| line.contains("session.revoked"))
            .count(),
        2
    );
}

#[test]
fn iso_06_a_session_opens_nothing_at_another_tenant() {
    let app = app::start();
    let carried = app.owner().carried_to(GLOBEX.host());
    for path in ["/me", "/me/sessions"] {
        carried.get(path).expect(303);
    }
    carried
        .post("/me/sessions/others/end", &[])
        .expect(401)
        .hides("Acme");
    let log = app.audit_of(GLOBEX);
    assert_eq!(log, ["refused access.refused by : of another organisation"]);
    assert!(app.audit_of(ACME).is_empty());
}

#[test]
fn authz_02_only_the_active_are_in() {
    let app = app::start();
    assert!(!is_in(&app.suspended()));
    assert!(!is_in(&app.invited()));
    let member = app.member();
    assert!(is_in(&member));
    for status in ["suspended", "inactive", "removed", "invited"] {
        set(
            &app,
            &format!(
                "update shared.users set status = '{status}' where email = 'member@acme.test'"
            ),
        );
        assert!(!is_in(&member), "{status}");
        member.post("/me/sessions/others/end", &[]).expect(401);
    }
}

#[test]
fn authz_05_a_right_that_was_taken_is_gone_with_the_next_request() {
    let app = app::start();
    let admin = app.admin();
    admin.get("/audit").expect(200);
    set(
        &app,
        "update shared.users set role = 'member' where email = 'admin@acme.test'",
    );
    admin.get("/audit").expect(403);
}

#[test]
fn ses_04_another_role_ends_the_sessions_that_were_begun_with_the_old_one() {
    let app = app::start();
    let member = app.member();
    member.get("/me").expect(200);
    let path = format!("/users/{}/role", ACME.person("member"));
    app.owner().post(&path, &[("role", "viewer")]).expect(303);
    assert!(!is_in(&member));
}

fn set(app: &App, text: &str) {
    app.sql_of(ACME).batch_execute(text).unwrap();
}

#[test]
fn ses_05_a_tenant_that_rests_lets_nobody_in() {
    let app = app::start();
    let member = app.member();
    for (status, code) in [
        ("suspended", 403),
        ("maintenance", 503),
        ("deletion_scheduled", 403),
    ] {
        app.sql()
            .batch_execute(&format!(
                "update catalogue.tenants set status = '{status}', status_reason = 'Unpaid <bill>' where slug = 'acme'"
            ))
            .unwrap();
        app.inner().directory.forget();
        for path in ["/me", "/sign-in"] {
            member.get(path).expect(code).shows("Unpaid &#60;bill&#62;");
        }
    }
    app.sql()
        .batch_execute(
            "update catalogue.tenants set status = 'active', status_reason = null where slug = 'acme'",
        )
        .unwrap();
    app.inner().directory.forget();
    assert!(is_in(&member));
}

#[test]
fn ses_11_no_secret_rests_in_the_database() {
    let app = app::start();
    let browser = sign_in(&app, "1");
    let device = browser.cookie("__Host-device").unwrap();
    let plain = format!(
        "shared.known_devices where encode(token_hash, 'escape') like '%{}%'",
        &device[4..20]
    );
    assert_eq!(app.count(&plain), 0);
    assert_eq!(
        app.count("shared.sessions where octet_length(token_hash) = 32"),
        1
    );
    let log = "shared.audit_entries where concat(before, after, target_name) ~ '(ses_|dev_|violet-harbour|argon2)'";
    assert_eq!(app.count(log), 0);
}
