//! Signing up by a program: as on the page, where the operator allows it.

use serde_json::{Value as Json, json};

use crate::support::app::{self, App};

fn wish(slug: &str, email: &str) -> Json {
    json!({ "organization_name": "Hooli & Sons", "subdomain": slug, "admin_name": "Gavin Belson", "admin_email": email })
}

#[test]
fn a_program_signs_up_and_the_letter_confirms_it() {
    let app = app::start_with(&[("sign_up.enabled", "yes")]);
    let nobody = app.program_at("localhost", None);
    let ask = |body: &Json| nobody.send("POST", "/tenants/signup", body);
    let taken = ask(&wish("hooli", "gavin@hooli.test")).expect(202);
    // The same for an address that somebody has already.
    let known = ask(&wish("hooli-two", "owner@acme.test")).expect(202);
    assert_eq!(taken.json()["data"], known.json()["data"]);
    app.run_jobs();
    let letters = app.letters();
    let letter = letters
        .iter()
        .find(|letter| letter.text.contains("Hooli"))
        .unwrap();
    assert!(letter.text.contains("/signup/sup_"), "{}", letter.text);
    let used = ask(&wish("acme", "gavin@hooli.test")).expect(409);
    assert_eq!(used.code(), "domain_already_used");
    for (field, value) in [
        ("subdomain", "admin"),
        ("admin_email", "x"),
        ("organization_name", ""),
        ("timezone", "Mars/Base"),
    ] {
        let mut body = wish("hooli-three", "gavin@hooli.test");
        body[field] = json!(value);
        let answer = ask(&body).expect(422).json();
        assert_eq!(answer["error"]["code"], "invalid_tenant_config");
        assert!(
            answer["error"]["details"]["fields"][field].is_string(),
            "{answer}"
        );
    }
    let mut body = wish("hooli-three", "gavin@hooli.test");
    body["admin_password"] = json!("violet-harbour-lantern-43");
    ask(&body).expect(422);
    for host in ["acme.localhost", "admin.localhost", "nobody.localhost"] {
        let there = app.program_at(host, None);
        there
            .send("POST", "/tenants/signup", &wish("x-y", "a@b.test"))
            .expect(404);
    }
    app.run_jobs();
}

const PASSWORD: &str = "violet-harbour-lantern-43";
const CONFIRM: &str = "/tenants/signup/confirmation";

/// The token of the last letter.
fn token(app: &App) -> String {
    app.run_jobs();
    let text = app.letters().pop().unwrap().text;
    let path = &text[text.find("sup_").unwrap()..];
    path.split_whitespace().next().unwrap().to_owned()
}

#[test]
fn a_program_confirms_by_the_token_of_the_letter_once() {
    let app = app::start_with(&[("sign_up.enabled", "yes")]);
    let nobody = app.program_at("localhost", None);
    let ask = |body: &Json| nobody.send("POST", CONFIRM, body);
    nobody
        .send(
            "POST",
            "/tenants/signup",
            &wish("hooli", "gavin@hooli.test"),
        )
        .expect(202);
    let token = token(&app);
    let made_up = format!("sup_{}", "x".repeat(token.len() - 4));
    for wrong in ["", "hooli", "sup_", &made_up] {
        ask(&json!({ "token": wrong, "password": PASSWORD })).expect(404);
    }
    for (field, body) in [
        ("password", json!({ "token": token, "password": "hooli" })),
        ("password", json!({ "token": token })),
        (
            "subdomain",
            json!({ "token": token, "password": PASSWORD, "subdomain": "admin" }),
        ),
        (
            "plan",
            json!({ "token": token, "password": PASSWORD, "plan": "enterprise" }),
        ),
    ] {
        let answer = ask(&body).expect(422).json();
        assert!(
            answer["error"]["details"]["fields"][field].is_string(),
            "{answer}"
        );
    }
    // Somebody else's address meanwhile: another one is taken instead.
    let taken = json!({ "token": token, "password": PASSWORD, "subdomain": "acme" });
    assert_eq!(ask(&taken).expect(409).code(), "domain_already_used");
    let good = json!({ "token": token, "password": PASSWORD });
    let statuses: Vec<u16> = std::thread::scope(|scope| {
        let all: Vec<_> = (0..3).map(|_| scope.spawn(|| ask(&good).status)).collect();
        all.into_iter().map(|one| one.join().unwrap()).collect()
    });
    assert_eq!(statuses, [202, 202, 202]);
    assert_eq!(app.count("catalogue.tenants where slug = 'hooli'"), 1);
    let under_way = ask(&good).expect(202).json();
    assert_eq!(under_way["data"]["status"], "in_progress");
    app.run_jobs();
    app.inner().directory.forget();
    let done = ask(&good).expect(202).json();
    assert_eq!(done["data"]["status"], "completed");
    assert_eq!(
        done["data"]["sign_in_url"],
        "http://hooli.localhost/sign-in"
    );
    let there = app.visitor_at("hooli.localhost");
    let form = [("email", "gavin@hooli.test"), ("password", PASSWORD)];
    there.post("/sign-in", &form).leads_to("/");
    let log = app.platform_audit();
    for line in [
        "done sign_up.asked by : Hooli & Sons",
        "done sign_up.confirmed by sign-up: Hooli & Sons",
    ] {
        assert_eq!(log.iter().filter(|one| *one == line).count(), 1, "{log:#?}");
    }
}

#[test]
fn a_token_ends_with_its_letter_and_is_tried_as_seldom_as_a_sign_up() {
    let app = app::start_with(&[("sign_up.enabled", "yes"), ("api.creations_per_hour", "1")]);
    let nobody = app.program_at("localhost", None);
    nobody
        .send(
            "POST",
            "/tenants/signup",
            &wish("hooli", "gavin@hooli.test"),
        )
        .expect(202);
    let body = json!({ "token": token(&app), "password": PASSWORD });
    app.clock.advance(chrono::TimeDelta::hours(25));
    nobody.send("POST", CONFIRM, &body).expect(404);
    let statuses: Vec<u16> = (0..20)
        .map(|_| nobody.send("POST", CONFIRM, &body).status)
        .collect();
    assert_eq!(statuses.last(), Some(&429), "{statuses:?}");
    for host in ["acme.localhost", "admin.localhost"] {
        let there = app.program_at(host, None);
        assert!([404, 429].contains(&there.send("POST", CONFIRM, &body).status));
    }
}

#[test]
fn it_is_off_unless_the_operator_switched_it_on_and_throttled_where_it_is() {
    let off = app::start();
    let nobody = off.program_at("localhost", None);
    nobody
        .send("POST", "/tenants/signup", &json!({}))
        .expect(404);
    let app = app::start_with(&[("sign_up.enabled", "yes"), ("api.creations_per_hour", "1")]);
    let nobody = app.program_at("localhost", None);
    let statuses: Vec<u16> = (0..30)
        .map(|number| {
            let body = wish(&format!("hooli-{number}"), &format!("p{number}@hooli.test"));
            nobody.send("POST", "/tenants/signup", &body).status
        })
        .collect();
    assert_eq!(statuses.first(), Some(&202));
    assert_eq!(statuses.last(), Some(&429), "{statuses:?}");
    let refused = nobody.send("POST", "/tenants/signup", &wish("hooli-z", "z@hooli.test"));
    assert!(refused.expect(429).header("retry-after").is_some());
    app.run_jobs();
}
