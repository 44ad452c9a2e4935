//! Those who run the platform: signing in, inviting, changing, ending; that an owner always stays.

use chrono::TimeDelta;
use domain::StaffRole;

use crate::support::app::{self, App};
use crate::support::cast::{self, PASSWORD, PLATFORM};
use crate::support::client::Browser;

const NEW_PASSWORD: &str = "seven quiet lighthouses at dusk";

fn sign_in(browser: &Browser, email: &str, password: &str) -> crate::support::client::Answer {
    browser.post("/sign-in", &[("email", email), ("password", password)])
}

fn owner_email() -> String {
    cast::staff_email(StaffRole::Owner)
}

/// The path in the last letter that was sent.
fn link(app: &App) -> String {
    let letters = app.letters();
    let text = &letters.last().unwrap().text;
    let from = format!("http://{PLATFORM}");
    let line = text.lines().find(|line| line.starts_with(&from)).unwrap();
    line[from.len()..].to_owned()
}

fn path(app: &App, role: StaffRole, deed: &str) -> String {
    format!("/staff/{}/{deed}", app.staff_id(role))
}

#[test]
fn staff_sign_in_with_a_cookie_of_their_own() {
    let app = app::start();
    let browser = app.visitor_at(PLATFORM);
    browser.get("/sign-in?next=%2Fstaff").expect(200);
    let answer = browser.post(
        "/sign-in",
        &[
            ("email", &owner_email()),
            ("password", PASSWORD),
            ("next", "/staff"),
        ],
    );
    let cookies: Vec<&str> = answer
        .headers
        .iter()
        .filter(|(name, _)| name == "set-cookie")
        .map(|(_, value)| value.as_str())
        .collect();
    for name in ["__Host-staff=", "__Host-staff-device="] {
        let cookie = cookies.iter().find(|one| one.starts_with(name)).unwrap();
        for word in ["HttpOnly", "Secure", "SameSite=Strict", "Path=/"] {
            assert!(cookie.contains(word), "{cookie}");
        }
        assert!(!cookie.contains("Domain"), "{cookie}");
    }
    answer.leads_to("/staff");
    browser
        .get("/staff")
        .expect(200)
        .shows("Owner of the platform");
    browser.post("/sign-out", &[]).leads_to("/sign-in");
    browser.get("/staff").leads_to("/sign-in?next=%2Fstaff");
    assert_eq!(app.count("catalogue.staff_sessions"), 0);
    assert_eq!(
        app.platform_audit(),
        [
            "done session.created by Owner of the platform: Owner of the platform",
            "done session.ended by Owner of the platform: Owner of the platform",
        ]
    );
}

#[test]
fn authn_03_whoever_is_not_let_in_is_told_the_same() {
    let app = app::start();
    let owner = app.staff(StaffRole::Owner);
    owner
        .post(&path(&app, StaffRole::Analyst, "suspension"), &[])
        .leads_to("/staff");
    let told = |email: &str, password: &str| {
        let answer = sign_in(&app.visitor_at(PLATFORM), email, password).expect(401);
        let text = answer.text().replace(email, "EMAIL");
        assert!(text.contains("do not match an account here"), "{text}");
        crate::support::client::settled(&answer)
            .text()
            .replace(email, "EMAIL")
    };
    let wrong = told(&owner_email(), "not-the-password");
    assert_eq!(told("nobody@platform.test", PASSWORD), wrong);
    assert_eq!(
        told(&cast::staff_email(StaffRole::Analyst), PASSWORD),
        wrong
    );
    // A tenant's person is nobody here.
    assert_eq!(told(&cast::ACME.email("owner"), PASSWORD), wrong);
}

#[test]
fn authn_04_ten_tries_an_account_and_a_known_device_is_not_locked_out() {
    let app = app::start();
    let known = app.visitor_at(PLATFORM);
    sign_in(&known, &owner_email(), PASSWORD).leads_to("/");
    let stranger = app.visitor_at(PLATFORM);
    for _ in 0..10 {
        sign_in(&stranger, &owner_email(), "wrong-one").expect(401);
    }
    let refused = sign_in(&stranger, &owner_email(), PASSWORD).expect(429);
    assert!(refused.header("retry-after").is_some());
    known.post("/sign-out", &[]).leads_to("/sign-in");
    sign_in(&known, &owner_email(), PASSWORD).leads_to("/");
    app.clock.advance(TimeDelta::minutes(16));
    sign_in(&stranger, &owner_email(), PASSWORD).leads_to("/");
    let log = app.platform_audit();
    let many = log
        .iter()
        .filter(|line| line.starts_with("refused session.refused"));
    assert_eq!(
        many.count(),
        11,
        "ten wrong ones, and one entry for all that came too soon"
    );
}

#[test]
fn an_invitation_is_accepted_once_and_allows_what_its_role_does() {
    let app = app::start();
    let owner = app.staff(StaffRole::Owner);
    let form = [
        ("email", "Ana.Ruiz@platform.test"),
        ("name", "Ana Ruiz"),
        ("role", "operator"),
    ];
    owner.post("/staff/invitations", &form).leads_to("/staff");
    owner.get("/staff").shows("Ana Ruiz").shows("Invited");
    owner
        .post("/staff/invitations", &form)
        .expect(422)
        .shows("has this address already")
        .shows("Ana Ruiz");
    app.run_jobs();
    let letters = app.letters();
    assert_eq!(letters.len(), 1);
    let letter = letters.last().unwrap();
    assert!(
        letter.subject.contains("invites you to Tenantry"),
        "{}",
        letter.subject
    );
    assert!(letter.message_id.ends_with("@admin.localhost"));
    let link = link(&app);
    let invited = app.visitor_at(PLATFORM);
    invited.get(&link).expect(200).shows("Operator");
    // Nowhere else does the link open anything.
    app.visitor().get(&link).expect(410);
    invited
        .post(&link, &[("name", "Ana Ruiz"), ("password", "tenantry")])
        .expect(422);
    let good = [("name", "Ana R."), ("password", NEW_PASSWORD)];
    invited.post(&link, &good).leads_to("/");
    invited.get("/staff").expect(200).shows("Ana R.");
    invited.get("/staff/invitations/new").expect(403);
    app.visitor_at(PLATFORM).post(&link, &good).expect(410);
    let again = app.visitor_at(PLATFORM);
    sign_in(&again, "ana.ruiz@PLATFORM.test", NEW_PASSWORD).leads_to("/");
    assert_eq!(
        app.platform_audit(),
        [
            "done staff.invited by Owner of the platform: Ana Ruiz",
            "done staff.joined by Ana R.: Ana R.",
            "done session.created by Ana R.: Ana R.",
            "refused access.refused by Ana R.: GET /staff/invitations/new",
            "done session.created by Ana R.: Ana R.",
        ]
    );
    assert_eq!(
        app.count("catalogue.letters where body_text is not null"),
        0,
        "a sent letter keeps no link"
    );
}

#[test]
fn a_new_link_ends_the_one_before_and_each_has_its_time() {
    let app = app::start();
    let owner = app.staff(StaffRole::Owner);
    let form = [
        ("email", "ana@platform.test"),
        ("name", "Ana"),
        ("role", "analyst"),
    ];
    owner.post("/staff/invitations", &form).leads_to("/staff");
    app.run_jobs();
    let first = link(&app);
    let page = owner.get("/staff").text();
    let at = page.find("/invitation\"").unwrap();
    let action = page[..at].rfind("/staff/").unwrap();
    let resend = page[action..at].to_owned() + "/invitation";
    owner.post(&resend, &[]).leads_to("/staff");
    app.run_jobs();
    let second = link(&app);
    let visitor = app.visitor_at(PLATFORM);
    visitor.get(&first).expect(410);
    visitor.get(&second).expect(200);
    app.clock.advance(TimeDelta::days(4));
    visitor.get(&second).expect(410);
    // Who has come already needs none.
    let owner = app.staff(StaffRole::Owner);
    owner
        .post(&path(&app, StaffRole::Analyst, "invitation"), &[])
        .expect(409);
}

#[test]
fn rights_that_are_taken_away_are_gone_at_the_next_click() {
    let app = app::start();
    let owner = app.staff(StaffRole::Owner);
    for deed in ["suspension", "removal"] {
        let role = StaffRole::Operator;
        let (browser, other) = (app.staff(role), app.staff(role));
        browser.get("/staff").expect(200);
        let id = app.staff_id(role);
        owner.get(&format!("/staff/{id}/{deed}")).expect(200);
        owner
            .post(&format!("/staff/{id}/{deed}"), &[])
            .leads_to("/staff");
        for gone in [&browser, &other] {
            gone.get("/staff").leads_to("/sign-in?next=%2Fstaff");
        }
        if deed == "suspension" {
            owner
                .post(&format!("/staff/{id}/restoration"), &[])
                .leads_to("/staff");
            browser.get("/staff").leads_to("/sign-in?next=%2Fstaff");
        }
    }
    let analyst = app.staff(StaffRole::Analyst);
    let role = path(&app, StaffRole::Analyst, "role");
    owner.get(&role).expect(200).shows("Operator");
    owner
        .post(&role, &[("role", "operator")])
        .leads_to("/staff");
    analyst.get("/staff").leads_to("/sign-in?next=%2Fstaff");
    owner.post(&role, &[("role", "king")]).expect(422);
    let log = app.platform_audit();
    for line in [
        "done staff.suspended by Owner of the platform: Operator of the platform",
        "done staff.restored by Owner of the platform: Operator of the platform",
        "done staff.removed by Owner of the platform: Operator of the platform",
        "done staff.role_changed by Owner of the platform: Analyst of the platform",
    ] {
        assert!(log.iter().any(|one| one == line), "{line} in {log:?}");
    }
}

#[test]
fn the_last_owner_neither_leaves_nor_falls() {
    let app = app::start();
    let owner = app.staff(StaffRole::Owner);
    let own = |deed: &str| path(&app, StaffRole::Owner, deed);
    for (deed, form) in [
        ("role", &[("role", "operator")][..]),
        ("suspension", &[]),
        ("removal", &[]),
    ] {
        owner
            .post(&own(deed), form)
            .expect(403)
            .shows("the only owner");
    }
    owner.get("/staff").expect(200);
    // With a second one the first may step down, and goes on under another token.
    owner
        .post(
            &path(&app, StaffRole::Operator, "role"),
            &[("role", "owner")],
        )
        .leads_to("/staff");
    let before = owner.cookie("__Host-staff");
    owner
        .post(&own("role"), &[("role", "analyst")])
        .leads_to("/staff");
    assert_ne!(owner.cookie("__Host-staff"), before);
    owner.get("/staff").expect(200);
    owner.get("/staff/invitations/new").expect(403);
}

#[test]
fn of_two_owners_who_take_each_others_place_one_stays() {
    let app = app::start();
    let first = app.staff(StaffRole::Owner);
    for round in 0..4 {
        let operator = app.staff_id(StaffRole::Operator);
        first
            .post(&format!("/staff/{operator}/role"), &[("role", "owner")])
            .leads_to("/staff");
        let second = app.staff(StaffRole::Operator);
        let owner = app.staff_id(StaffRole::Owner);
        let deed = ["role", "suspension", "removal", "role"][round];
        std::thread::scope(|scope| {
            let one = scope
                .spawn(|| first.post(&format!("/staff/{operator}/role"), &[("role", "operator")]));
            let two = scope.spawn(|| {
                let form: &[_] = if deed == "role" {
                    &[("role", "operator")]
                } else {
                    &[]
                };
                second.post(&format!("/staff/{owner}/{deed}"), form)
            });
            (one.join().unwrap(), two.join().unwrap())
        });
        assert!(
            app.count("catalogue.staff where role = 'owner' and status = 'active'") >= 1,
            "{deed}"
        );
        let restored = "update catalogue.staff set role = 'owner', status = 'active' where email like 'owner@%'";
        diesel::RunQueryDsl::execute(crate::support::postgres::query(restored), &mut app.sql())
            .unwrap();
        diesel::RunQueryDsl::execute(
            crate::support::postgres::query(
                "update catalogue.staff set role = 'operator', status = 'active' where email like 'operator@%'",
            ),
            &mut app.sql(),
        )
        .unwrap();
        if app.count("catalogue.staff where email like 'owner@%'") == 0 {
            return;
        }
        let fresh = app.staff(StaffRole::Owner);
        first.keep_cookie(&format!(
            "__Host-staff={}",
            fresh.cookie("__Host-staff").unwrap()
        ));
    }
}

#[test]
fn an_operator_changes_nobody_and_an_id_of_nothing_is_nothing() {
    let app = app::start();
    let operator = app.staff(StaffRole::Operator);
    for deed in ["role", "suspension", "removal"] {
        let path = path(&app, StaffRole::Analyst, deed);
        operator.get(&path).expect(403);
        let form: &[_] = if deed == "role" {
            &[("role", "analyst")]
        } else {
            &[]
        };
        operator.post(&path, form).expect(403);
    }
    let owner = app.staff(StaffRole::Owner);
    for id in [
        "x",
        "staff_00000000000000000000000000",
        "user_00000000000000000000000000",
    ] {
        owner.get(&format!("/staff/{id}/role")).expect(404);
        owner
            .post(&format!("/staff/{id}/suspension"), &[])
            .expect(404);
        owner.get(&format!("/audit/{id}")).expect(404);
        owner.get(&format!("/jobs/{id}/removal")).expect(404);
    }
}

#[test]
fn a_forgotten_password_is_set_by_mail_and_ends_every_session() {
    let app = app::start();
    let signed_in = app.staff(StaffRole::Owner);
    let visitor = app.visitor_at(PLATFORM);
    let answers: Vec<String> = [owner_email(), "nobody@platform.test".to_owned()]
        .iter()
        .map(|email| {
            let answer = visitor
                .post("/password-reset", &[("email", email)])
                .expect(200);
            crate::support::client::settled(&answer).text()
        })
        .collect();
    assert_eq!(answers[0], answers[1]);
    app.run_jobs();
    assert_eq!(app.letters().len(), 1);
    let link = link(&app);
    visitor.get(&link).expect(200).shows(&owner_email());
    app.visitor().get(&link).expect(410);
    visitor.post(&link, &[("password", "short")]).expect(422);
    visitor
        .post(&link, &[("password", NEW_PASSWORD)])
        .leads_to("/sign-in");
    signed_in.get("/staff").leads_to("/sign-in?next=%2Fstaff");
    visitor
        .post(&link, &[("password", NEW_PASSWORD)])
        .expect(410);
    sign_in(&visitor, &owner_email(), PASSWORD).expect(401);
    sign_in(&visitor, &owner_email(), NEW_PASSWORD).leads_to("/");
    app.run_jobs();
    let warning = app.letters().pop().unwrap();
    assert!(
        warning.subject.contains("was changed"),
        "{}",
        warning.subject
    );
    for _ in 0..5 {
        visitor.post("/password-reset", &[("email", "x@platform.test")]);
    }
    visitor
        .post("/password-reset", &[("email", "x@platform.test")])
        .expect(429);
    app.leaves_jobs();
}

#[test]
fn the_own_page_changes_name_password_and_devices() {
    let app = app::start();
    let (own, other) = (app.staff(StaffRole::Analyst), app.staff(StaffRole::Analyst));
    let page = own.get("/me").expect(200);
    let version = page.input("version").unwrap();
    let form = |version: &str, name: &str, zone: &str| {
        own.post(
            "/me",
            &[
                ("version", version),
                ("name", name),
                ("locale", "de-DE"),
                ("timezone", zone),
            ],
        )
    };
    form(&version, "", "Europe/Berlin").expect(422);
    form(&version, "Emil", "Moon/Base")
        .expect(422)
        .shows("Emil");
    form(&version, "Emil", "Europe/Berlin").leads_to("/me");
    form(&version, "Emil B.", "Europe/Berlin")
        .expect(409)
        .shows("Emil B.");
    own.get("/me/sessions").expect(200).shows("This device");
    own.post("/me/sessions/others/end", &[])
        .leads_to("/me/sessions");
    other.get("/me").leads_to("/sign-in?next=%2Fme");
    let wrong = [("current_password", "nope"), ("new_password", NEW_PASSWORD)];
    own.post("/me/password", &wrong)
        .expect(422)
        .shows("not your current password");
    let right = [
        ("current_password", PASSWORD),
        ("new_password", NEW_PASSWORD),
    ];
    let before = own.cookie("__Host-staff");
    own.post("/me/password", &right).leads_to("/me/password");
    assert_ne!(own.cookie("__Host-staff"), before);
    own.get("/me").expect(200).shows("Password changed");
    app.run_jobs();
    let email = cast::staff_email(StaffRole::Analyst);
    sign_in(&app.visitor_at(PLATFORM), &email, NEW_PASSWORD).leads_to("/");
    // A session of somebody else is none of one's own.
    let owner = app.staff(StaffRole::Owner);
    let page = owner.get("/me/sessions").text();
    assert!(
        !page.contains("/me/sessions/session_"),
        "only the own device"
    );
    own.post("/me/sessions/session_00000000000000000000000000/end", &[])
        .expect(404);
}

#[test]
fn ses_05_a_session_of_staff_ends_by_itself() {
    let app = app::start_with(&[("sessions.idle", "30m"), ("sessions.absolute", "12h")]);
    let idle = app.staff(StaffRole::Owner);
    app.clock.advance(TimeDelta::minutes(29));
    idle.get("/staff").expect(200);
    app.clock.advance(TimeDelta::minutes(29));
    idle.get("/staff").expect(200);
    app.clock.advance(TimeDelta::minutes(31));
    idle.get("/staff").leads_to("/sign-in?next=%2Fstaff");
    let busy = app.staff(StaffRole::Owner);
    for _ in 0..25 {
        app.clock.advance(TimeDelta::minutes(29));
        busy.get("/staff");
    }
    busy.get("/staff").leads_to("/sign-in?next=%2Fstaff");
    app.leaves_jobs();
}

#[test]
fn the_first_owner_comes_by_a_link_and_never_by_a_default() {
    use domain::staff::ManageStaff;
    use services::{StaffCredential, VerbError, staff};
    let app = app::start();
    let create = |email: &str| {
        let email = email.parse().unwrap();
        let name = "Ida Holm".parse().unwrap();
        let links =
            services::letters::Links::of_platform(PLATFORM, services::letters::Scheme::Http, None);
        app.inner().store.staff::<ManageStaff, _, VerbError>(
            StaffCredential::System("staff create"),
            &cast::asked(app.clock.now()),
            |tx| staff::invite::create_first_owner(tx, &links, &email, &name),
        )
    };
    assert!(matches!(
        create("ida@platform.test"),
        Err(VerbError::Conflict(_))
    ));
    diesel::RunQueryDsl::execute(
        crate::support::postgres::query("delete from catalogue.staff"),
        &mut app.sql(),
    )
    .unwrap();
    let first = create("ida@platform.test").unwrap();
    let second = create("ida@platform.test").unwrap();
    assert_eq!(first.staff, second.staff);
    let visitor = app.visitor_at(PLATFORM);
    let path = |link: &str| {
        link.strip_prefix("http://admin.localhost")
            .unwrap()
            .to_owned()
    };
    visitor.get(&path(&first.link)).expect(410);
    let link = path(&second.link);
    let form = [("name", "Ida Holm"), ("password", NEW_PASSWORD)];
    visitor.post(&link, &form).leads_to("/");
    visitor.get("/staff/invitations/new").expect(200);
    assert!(matches!(
        create("eve@platform.test"),
        Err(VerbError::Conflict(_))
    ));
    assert_eq!(
        app.platform_audit()[..2],
        [
            "done staff.invited by staff create: Ida Holm",
            "done staff.invitation_resent by staff create: Ida Holm",
        ]
    );
}

#[test]
fn an_expired_session_of_staff_loses_nothing_that_was_typed() {
    let app = app::start();
    let owner = app.staff(StaffRole::Owner);
    app.clock.advance(TimeDelta::days(2));
    let form = [
        ("email", "ana@platform.test"),
        ("name", "Ana"),
        ("role", "analyst"),
    ];
    let answer = owner.post("/staff/invitations", &form).expect(401);
    let answer = answer.hides("Keep me signed in");
    let (kept, kept_for) = (
        answer.input("kept").unwrap(),
        answer.input("kept_for").unwrap(),
    );
    owner
        .post(
            "/sign-in",
            &[
                ("email", &owner_email()),
                ("password", PASSWORD),
                ("kept", &kept),
                ("kept_for", &kept_for),
            ],
        )
        .expect(200)
        .shows("ana@platform.test");
}
