//! Handing a tenant over by a program of its owner. The yes is the other person's, by their letter.

use domain::Permissions;
use domain::permission::Permission;
use serde_json::{Value as Json, json};

use crate::support::app;
use crate::support::cast::{ACME, GLOBEX};

const OWNERSHIP: &str = "/tenants/me/ownership";

#[test]
fn an_owners_program_offers_and_takes_back_and_the_other_says_yes_by_mail() {
    let app = app::start();
    let program = app.program_of(&app.owner(), &Permissions::of(Permission::ALL));
    let open = || program.get(OWNERSHIP).expect(200).json()["data"]["offer"].clone();
    assert_eq!(open(), Json::Null);
    for email in [
        "nobody@example.com".to_owned(),
        "x".to_owned(),
        GLOBEX.email("admin"),
        ACME.email("suspended"),
        ACME.email("owner"),
    ] {
        let answer = program
            .send("POST", OWNERSHIP, &json!({ "email": email }))
            .expect(422);
        assert!(
            answer.json()["error"]["details"]["fields"]["email"].is_string(),
            "{answer}"
        );
    }
    let more = json!({ "email": ACME.email("admin"), "from": "me" });
    program.send("POST", OWNERSHIP, &more).expect(422);
    let to_admin = json!({ "email": ACME.email("admin") });
    let made = program
        .send("POST", OWNERSHIP, &to_admin)
        .expect(201)
        .json();
    let offer = &made["data"]["offer"];
    assert_eq!(
        (&offer["from_name"], &offer["to"]),
        (
            &json!("Owner of acme"),
            &json!(ACME.person("admin").to_string())
        )
    );
    assert_eq!(&open(), offer);
    let back = program
        .ask("DELETE", OWNERSHIP, &[], None)
        .expect(200)
        .json();
    assert_eq!(back["data"], json!({ "withdrawn": true }));
    program.ask("DELETE", OWNERSHIP, &[], None).expect(404);
    program.send("POST", OWNERSHIP, &to_admin).expect(201);
    app.run_jobs();
    let text = app.letters().pop().unwrap().text;
    assert!(text.contains("Owner of acme"), "{text}");
    let path = &text[text.find("/ownership-offers/own_").unwrap()..];
    let path = path.split_whitespace().next().unwrap();
    app.admin()
        .post(path, &[("answer", "accept")])
        .leads_to("/sign-in");
    // Whose key it was owns nothing any more, and so does the key.
    program.get(OWNERSHIP).expect(403);
    let log = app.audit();
    for line in [
        "done tenant.ownership_offered by Test key: Admin of acme",
        "done tenant.ownership_withdrawn by Test key: Admin of acme",
        "done tenant.ownership_transferred by Admin of acme: Owner of acme",
    ] {
        assert!(log.iter().any(|one| one == line), "{line}: {log:#?}");
    }
    app.run_jobs();
}

#[test]
fn a_key_that_no_owner_made_hands_nothing_over() {
    let app = app::start();
    let program = app.program(&app.key(ACME, Permission::ALL));
    let body = json!({ "email": ACME.email("admin") });
    let refused = program.send("POST", OWNERSHIP, &body).expect(403);
    assert!(refused.has("a key that an owner made"), "{refused}");
    assert_eq!(
        program.get(OWNERSHIP).expect(200).json()["data"],
        json!({ "offer": null })
    );
    assert_eq!(
        app.audit().last().unwrap(),
        "refused access.refused by Test key: POST /api/v1/tenants/{tenant_id}/ownership"
    );
}
