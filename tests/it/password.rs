//! A forgotten password, and changing the own one.

use chrono::TimeDelta;

use crate::support::app::{self, App};
use crate::support::cast::{ACME, GLOBEX, PASSWORD};
use crate::support::client::Browser;

const NEW: &str = "copper meadow violin";

/// Asks for a letter and answers the path of the link in it.
fn link(app: &App) -> String {
    let email = ACME.email("member");
    app.visitor()
        .post("/password-reset", &[("email", &email)])
        .expect(200);
    app.run_jobs();
    let letter = app.letters().pop().unwrap();
    assert_eq!(letter.to.as_str(), email);
    let text = letter.text;
    let path = &text[text.find("/password-reset/rst_").unwrap()..];
    path.split_whitespace().next().unwrap().to_owned()
}

fn works(app: &App, password: &str) -> bool {
    let email = ACME.email("member");
    let fields = [("email", email.as_str()), ("password", password)];
    app.visitor().post("/sign-in", &fields).status == 303
}

#[test]
fn a_forgotten_password_is_replaced_by_mail() {
    let app = app::start();
    let (inside, visitor) = (app.member(), app.visitor());
    let path = link(&app);
    for _ in 0..3 {
        visitor
            .get(&path)
            .expect(200)
            .shows("Choose a new password");
    }
    visitor
        .post(&path, &[("password", "acme")])
        .expect(422)
        .shows("at least 8");
    visitor
        .post(&path, &[("password", "member@acme.test")])
        .expect(422)
        .shows("too close to");
    let done = visitor.post(&path, &[("password", NEW)]);
    visitor
        .follow(&done.leads_to("/sign-in"))
        .shows("Your password is set");
    inside.get("/me").expect(303);
    assert!(works(&app, NEW) && !works(&app, PASSWORD));
    visitor
        .post(&path, &[("password", "another fine lantern")])
        .expect(410);
    visitor
        .get(&path)
        .expect(410)
        .shows("This link does not work any more");
    app.run_jobs();
    let told = app.letters().pop().unwrap();
    assert_eq!(told.subject, "Your password for Acme was changed");
    assert!(
        app.audit()
            .contains(&"done password.reset by Member of acme: Member of acme".to_owned())
    );
}

#[test]
fn authn_03_asking_tells_nobody_who_has_an_account() {
    let app = app::start();
    let mut bodies = Vec::new();
    for name in ["member", "nobody", "suspended", "invited"] {
        let email = ACME.email(name);
        let answer = app
            .visitor()
            .post("/password-reset", &[("email", &email)])
            .expect(200);
        bodies.push(
            answer
                .shows("If that address has an account, a letter is on its way.")
                .text(),
        );
    }
    assert!(bodies.iter().all(|body| *body == bodies[0]));
    app.run_jobs();
    let to: Vec<String> = app
        .letters()
        .iter()
        .map(|letter| letter.to.to_string())
        .collect();
    assert_eq!(to, [ACME.email("member")], "only who may sign in gets one");
}

#[test]
fn authn_05_of_fifty_at_once_one_wins() {
    let app = app::start_with(&[("passwords.permits", "2")]);
    let path = link(&app);
    let (sender, answers) = std::sync::mpsc::channel();
    std::thread::scope(|threads| {
        for number in 0..50 {
            let (app, path, sender) = (&app, &path, sender.clone());
            threads.spawn(move || {
                let password = format!("copper meadow violin {number}");
                let status = app.visitor().post(path, &[("password", &password)]).status;
                sender.send((status, password)).unwrap();
            });
        }
    });
    drop(sender);
    let answers: Vec<(u16, String)> = answers.into_iter().collect();
    let won: Vec<&(u16, String)> = answers
        .iter()
        .filter(|(status, _)| *status == 303)
        .collect();
    assert_eq!(won.len(), 1, "{answers:?}");
    assert!(
        answers
            .iter()
            .all(|(status, _)| [303, 410, 503].contains(status)),
        "{answers:?}"
    );
    assert!(works(&app, &won[0].1));
    assert_eq!(
        app.count("shared.audit_entries where action = 'password.reset'"),
        1
    );
    app.run_jobs();
}

#[test]
fn authn_05_a_link_is_void_after_an_hour() {
    let app = app::start();
    let path = link(&app);
    app.clock.advance(TimeDelta::minutes(59));
    app.visitor().get(&path).expect(200);
    app.clock.advance(TimeDelta::minutes(2));
    app.visitor().get(&path).expect(410);
    app.visitor().post(&path, &[("password", NEW)]).expect(410);
    assert!(works(&app, PASSWORD));
}

#[test]
fn authn_05_only_the_last_letter_counts() {
    let app = app::start();
    let first = link(&app);
    app.clock.advance(TimeDelta::seconds(5));
    let second = link(&app);
    assert_ne!(first, second);
    app.visitor().get(&first).expect(410);
    app.visitor().get(&second).expect(200);
}

#[test]
fn authn_05_a_link_is_void_once_password_address_or_status_change() {
    let app = app::start();
    let path = link(&app);
    let fields = [("current_password", PASSWORD), ("new_password", NEW)];
    app.member().post("/me/password", &fields).expect(303);
    app.visitor().get(&path).expect(410);
    app.clock.advance(TimeDelta::seconds(5));
    for change in [
        "update shared.users set email = 'm@acme.test', email_folded = 'm@acme.test' where email = 'member@acme.test'",
        "update shared.users set status = 'suspended' where email = 'member@acme.test'",
    ] {
        set(
            &app,
            "update shared.users set email = 'member@acme.test', email_folded = 'member@acme.test', status = 'active' where email = 'm@acme.test'",
        );
        let path = link(&app);
        set(&app, change);
        app.visitor().get(&path).expect(410);
        app.visitor()
            .post(&path, &[("password", "another fine lantern")])
            .expect(410);
    }
}

fn set(app: &App, text: &str) {
    use diesel::connection::SimpleConnection;
    app.sql_of(ACME).batch_execute(text).unwrap();
}

#[test]
fn authn_05_a_link_works_at_its_own_tenant_and_step_only() {
    let app = app::start();
    let path = link(&app);
    let token = path.rsplit('/').next().unwrap();
    app.visitor_at(&GLOBEX.host()).get(&path).expect(410);
    app.visitor_at(&GLOBEX.host())
        .post(&path, &[("password", NEW)])
        .expect(410);
    for wrong in [
        format!("/invitations/{token}"),
        format!("/invitations/{}", token.replace("rst_", "inv_")),
        format!("/password-reset/{}", token.replace("rst_", "inv_")),
        format!("/password-reset/{token}x"),
        "/password-reset/rst_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA".to_owned(),
        "/password-reset/x".to_owned(),
    ] {
        app.visitor().get(&wrong).expect(410);
        let fields = [("password", NEW)];
        let both = [("password", NEW), ("name", "X")];
        let fields = if wrong.starts_with("/inv") {
            &both[..]
        } else {
            &fields[..]
        };
        app.visitor().post(&wrong, fields).expect(410);
    }
    app.visitor().get(&path).expect(200);
    assert_eq!(
        app.count(&format!(
            "shared.links where encode(token_hash, 'escape') like '%{token}%'"
        )),
        0
    );
}

#[test]
fn authn_05_letters_are_not_sent_without_end() {
    let app = app::start();
    let email = ACME.email("member");
    let ask = |browser: &Browser| browser.post("/password-reset", &[("email", &email)]).status;
    let asked: Vec<u16> = (0..7).map(|_| ask(&app.visitor())).collect();
    assert_eq!(asked, [200, 200, 200, 200, 200, 429, 429]);
    app.run_jobs();
    assert_eq!(app.letters().len(), 5);
}

#[test]
fn ses_09_links_are_built_from_the_catalogue() {
    let app = app::start();
    let email = ACME.email("member");
    for (name, value) in [
        ("X-Forwarded-Host", "evil.test"),
        ("X-Forwarded-Proto", "gopher"),
        ("Forwarded", "host=evil.test"),
        ("X-Original-Host", "evil.test"),
        ("Referer", "https://evil.test/"),
    ] {
        let browser = app.visitor();
        let ask = browser.ask("POST", "/password-reset").header(name, value);
        ask.form(&[("email", &email)]).send().expect(200);
    }
    app.run_jobs();
    assert_eq!(app.letters().len(), 5);
    for letter in app.letters() {
        assert!(
            letter
                .text
                .contains("http://acme.localhost/password-reset/rst_"),
            "{}",
            letter.text
        );
        for evil in ["evil.test", "gopher"] {
            assert!(!letter.text.contains(evil) && !letter.html.contains(evil));
        }
    }
}

#[test]
fn changing_the_password_asks_for_the_current_one() {
    let app = app::start();
    let browser = app.member();
    let change = |current: &str, new: &str| {
        browser.post(
            "/me/password",
            &[("current_password", current), ("new_password", new)],
        )
    };
    change("nope", NEW)
        .expect(422)
        .shows("That is not your current password.");
    change(PASSWORD, "password1").expect(422).shows("most used");
    change(PASSWORD, "memberacme1")
        .expect(422)
        .shows("too close to");
    change(PASSWORD, NEW).leads_to("/me/password");
    browser.get("/me/password").shows("Password changed");
    assert!(works(&app, NEW));
    let log = app.audit();
    assert!(log.contains(&"refused password.refused by Member of acme: Member of acme".to_owned()));
    assert!(log.contains(&"done password.changed by Member of acme: Member of acme".to_owned()));
    app.run_jobs();
    assert_eq!(app.letters().len(), 1);
}

#[test]
fn authn_04_an_open_browser_is_no_oracle_for_the_password() {
    let app = app::start();
    let browser = app.member();
    let fields = [("current_password", "guess"), ("new_password", NEW)];
    let tried: Vec<u16> = (0..12)
        .map(|_| browser.post("/me/password", &fields).status)
        .collect();
    assert_eq!(tried[..10], [422; 10]);
    assert_eq!(tried[10..], [429; 2]);
}
