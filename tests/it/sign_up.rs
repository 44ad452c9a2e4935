//! Signing up for a tenant on the base domain.

use crate::support::app::{self, App};
use crate::support::cast::{ACME, GLOBEX};

const PASSWORD: &str = "copper meadow violin";

fn wish<'a>(slug: &'a str, email: &'a str) -> [(&'static str, &'a str); 5] {
    [
        ("organisation", "Hooli & Sons"),
        ("slug", slug),
        ("name", "Gavin Belson"),
        ("email", email),
        ("timezone", "Europe/Berlin"),
    ]
}

fn started() -> App {
    app::start_with(&[("sign_up.enabled", "yes")])
}

/// The path of the link in the last letter.
fn link(app: &App) -> String {
    app.run_jobs();
    let text = app.letters().pop().unwrap().text;
    let path = &text[text.find("/signup/sup_").unwrap()..];
    path.split_whitespace().next().unwrap().to_owned()
}

#[test]
fn it_is_off_unless_the_operator_switched_it_on_and_on_the_base_domain_alone() {
    let off = app::start();
    off.visitor_at("localhost").get("/signup").expect(404);
    let app = started();
    app.visitor_at("localhost")
        .get("/signup")
        .expect(200)
        .shows("Create a workspace");
    for host in [
        ACME.host(),
        "admin.localhost".to_owned(),
        "nobody.localhost".to_owned(),
    ] {
        app.visitor_at(&host).get("/signup").expect(404);
    }
    app.visitor_at("localhost").get("/sign-in").expect(404);
}

#[test]
fn a_stranger_confirms_by_mail_and_lands_in_a_tenant_of_their_own() {
    let app = started();
    let browser = app.visitor_at("localhost");
    browser
        .post("/signup", &wish("admin", "gavin@hooli.test"))
        .expect(422)
        .shows("reserved");
    let taken = browser
        .post("/signup", &wish("acme", "gavin@hooli.test"))
        .expect(422);
    assert_eq!(
        taken.shows("taken").input("organisation").unwrap(),
        "Hooli & Sons"
    );
    browser
        .get("/signup/slug?slug=acme")
        .expect(200)
        .shows("taken");
    browser
        .get("/signup/slug?slug=hooli")
        .expect(200)
        .shows("free");
    browser
        .post("/signup", &wish("hooli", "gavin@hooli.test"))
        .expect(200)
        .shows("Look into your mail");
    let path = link(&app);
    browser.get(&path).expect(200).shows("hooli.localhost");
    browser
        .post(&path, &[("password", "hooli")])
        .expect(422)
        .shows("at least 8");
    browser
        .post(&path, &[("password", PASSWORD)])
        .leads_to(&path);
    browser.get(&path).expect(200).shows("is being made");
    let there = app.visitor_at("hooli.localhost");
    there.get("/sign-in").expect(503).shows("being made");
    app.run_jobs();
    app.inner().directory.forget();
    // Not by a redirect: a form may lead to no other host, and this page may be the answer to one.
    let done = browser.get(&path).expect(200);
    let done = done.shows("Your workspace is ready");
    let way = done.header("refresh").unwrap().to_owned();
    let way = way.strip_prefix("0; url=http://hooli.localhost").unwrap();
    done.shows("Open your workspace");
    // Looking lets nobody in, sending the form does, once; then that browser is on the overview.
    let me = app.visitor_at("hooli.localhost");
    me.get(way).expect(200).shows("gavin@hooli.test");
    app.visitor_at("acme.localhost").get(way).expect(410);
    app.visitor_at("acme.localhost").post(way, &[]).expect(410);
    me.post(way, &[]).leads_to("/");
    me.get("/").expect(200).shows("Welcome to Hooli");
    me.get("/me").expect(200).shows("Gavin Belson");
    me.get(way).leads_to("/");
    there.get(way).expect(410);
    there.post(way, &[]).expect(410);
    // A browser in which nobody chose the password is led to the sign-in page.
    let other = app.visitor_at("localhost").get(&path).expect(200);
    assert_eq!(
        other.header("refresh"),
        Some("0; url=http://hooli.localhost/sign-in?email=gavin%40hooli.test")
    );
    other.shows("Go to the sign-in page");
    let page = there.get("/sign-in?email=gavin%40hooli.test").expect(200);
    assert_eq!(page.input("email").unwrap(), "gavin@hooli.test");
    there
        .post(
            "/sign-in",
            &[("email", "gavin@hooli.test"), ("password", PASSWORD)],
        )
        .leads_to("/");
    there.get("/me").expect(200).shows("Gavin Belson");
    // The link makes no second tenant, and nothing landed with anybody else.
    browser.post(&path, &[("password", PASSWORD)]).expect(303);
    assert_eq!(
        app.count("catalogue.tenants where slug = 'hooli' and status = 'trial'"),
        1
    );
    assert_eq!(app.count("catalogue.tenants"), 3);
    assert_eq!(app.count("shared.events where kind = 'tenant.created'"), 1);
    for world in [ACME, GLOBEX] {
        assert!(app.audit_of(world).is_empty());
    }
    assert!(
        app.platform_audit()
            .iter()
            .any(|line| line.contains("sign_up.confirmed"))
    );
}

#[test]
fn nobody_learns_which_addresses_are_known_and_letters_are_few() {
    let app = started();
    app.leaves_jobs();
    let browser = app.visitor_at("localhost");
    let known = browser
        .post("/signup", &wish("one-more", &ACME.email("owner")))
        .expect(200);
    let unknown = browser
        .post("/signup", &wish("one-more", "nobody@example.com"))
        .expect(200);
    assert_eq!(known.text(), unknown.text());
    for _ in 0..4 {
        browser
            .post("/signup", &wish("one-more", "nobody@example.com"))
            .expect(200);
    }
    let wait = browser
        .post("/signup", &wish("one-more", "nobody@example.com"))
        .expect(429);
    assert!(wait.header("retry-after").is_some());
    browser
        .post("/signup", &wish("one-more", "another@example.com"))
        .expect(200);
}

#[test]
fn a_link_expires_and_a_made_up_one_never_worked() {
    let app = started();
    let browser = app.visitor_at("localhost");
    browser
        .post("/signup", &wish("hooli", "gavin@hooli.test"))
        .expect(200);
    let path = link(&app);
    browser.get(&format!("{path}x")).expect(410);
    app.clock.advance(chrono::TimeDelta::hours(25));
    browser
        .get(&path)
        .expect(410)
        .shows("does not work any more");
    browser.post(&path, &[("password", PASSWORD)]).expect(410);
}

/// A tenant that was made, with the way into it of the browser that chose its owner's password.
fn made(app: &App) -> String {
    let browser = app.visitor_at("localhost");
    browser
        .post("/signup", &wish("hooli", "gavin@hooli.test"))
        .expect(200);
    let path = link(app);
    browser
        .post(&path, &[("password", PASSWORD)])
        .leads_to(&path);
    app.run_jobs();
    app.inner().directory.forget();
    let done = browser.get(&path).expect(200);
    let way = done.header("refresh").unwrap();
    way.strip_prefix("0; url=http://hooli.localhost")
        .unwrap()
        .to_owned()
}

#[test]
fn the_way_in_ends_with_its_hour() {
    let app = started();
    let way = made(&app);
    let there = app.visitor_at("hooli.localhost");
    app.clock.advance(chrono::TimeDelta::minutes(59));
    there.get(&way).expect(200);
    app.clock.advance(chrono::TimeDelta::minutes(2));
    there.get(&way).expect(410);
    there.post(&way, &[]).expect(410);
}

#[test]
fn the_way_in_ends_with_the_first_sign_in() {
    let app = started();
    let way = made(&app);
    let there = app.visitor_at("hooli.localhost");
    there.get(&way).expect(200);
    let fields = [("email", "gavin@hooli.test"), ("password", PASSWORD)];
    there.post("/sign-in", &fields).leads_to("/");
    let other = app.visitor_at("hooli.localhost");
    other.get(&way).expect(410).shows("does not work any more");
    other.post(&way, &[]).expect(410);
}

#[test]
fn the_second_to_confirm_is_not_led_in() {
    let app = started();
    let browser = app.visitor_at("localhost");
    browser
        .post("/signup", &wish("hooli", "gavin@hooli.test"))
        .expect(200);
    let path = link(&app);
    browser
        .post(&path, &[("password", PASSWORD)])
        .leads_to(&path);
    let late = app.visitor_at("localhost");
    let fields = [("password", "another violin meadow")];
    late.post(&path, &fields).leads_to(&path);
    app.run_jobs();
    app.inner().directory.forget();
    let done = late.get(&path).expect(200);
    assert!(done.header("refresh").unwrap().contains("/sign-in?"));
}

#[test]
fn of_many_who_come_at_once_one_is_let_in() {
    let app = started();
    let way = made(&app);
    let answers: Vec<u16> = std::thread::scope(|scope| {
        let ask = || app.visitor_at("hooli.localhost").post(&way, &[]).status;
        let asking: Vec<_> = (0..6).map(|_| scope.spawn(ask)).collect();
        asking.into_iter().map(|one| one.join().unwrap()).collect()
    });
    let let_in = answers.iter().filter(|status| **status == 303).count();
    assert_eq!(let_in, 1, "{answers:?}");
    assert_eq!(app.count("shared.sessions where expires_at > now()"), 1);
}
