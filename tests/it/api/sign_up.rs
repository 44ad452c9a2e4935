//! Signing up by a program: as on the page, where the operator allows it.

use serde_json::{Value as Json, json};

use crate::support::app;

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
