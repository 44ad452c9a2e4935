//! Accepting an invitation.

use chrono::TimeDelta;
use domain::permission::System;
use domain::token::InvitationKind;
use services::links::{self, Minted};
use services::{Credential, StoreError};

use crate::support::app::{self, App};
use crate::support::cast::{ACME, GLOBEX, asked};

const NEW: &str = "copper meadow violin";

/// The path of a fresh link for acme's invited person.
fn link(app: &App) -> String {
    let store = &app.inner().store;
    let scope = store.resolve_host(&ACME.host()).unwrap().unwrap().scope;
    let email = ACME.email("invited").parse().unwrap();
    let minted: Minted<InvitationKind> = store
        .tenant::<System, _, StoreError>(
            &scope,
            Credential::System("test"),
            &asked(app.clock.now()),
            |tx| links::mint(tx, ACME.person("invited"), &email),
        )
        .unwrap();
    minted.path()
}

#[test]
fn who_is_invited_chooses_a_password_and_is_in() {
    let app = app::start();
    let (path, browser) = (link(&app), app.visitor());
    let page = browser
        .get(&path)
        .expect(200)
        .shows("Join Acme")
        .shows("invited@acme.test");
    assert_eq!(page.input("name").unwrap(), "Invited of acme");
    browser
        .post(&path, &[("name", ""), ("password", "acme")])
        .expect(422)
        .shows("Fill this in.");
    let again = browser
        .post(
            &path,
            &[("name", "Ada \u{1f600}"), ("password", "12345678")],
        )
        .expect(422);
    assert_eq!(
        again.input("name").unwrap(),
        "Ada \u{1f600}",
        "what was typed stays"
    );
    let done = browser.post(&path, &[("name", "Ada Lovelace"), ("password", NEW)]);
    done.leads_to("/");
    browser
        .get("/me")
        .expect(200)
        .shows("Ada Lovelace")
        .shows("Welcome to Acme");
    assert_eq!(
        app.count("shared.users where status = 'active' and name = 'Ada Lovelace'"),
        1
    );
    let log = app.audit();
    assert_eq!(
        log,
        [
            "done user.joined by Ada Lovelace: Ada Lovelace",
            "done session.created by Ada Lovelace: Ada Lovelace"
        ]
    );
    let email = ACME.email("invited");
    app.visitor()
        .post("/sign-in", &[("email", &email), ("password", NEW)])
        .expect(303);
    app.run_jobs();
    assert_eq!(app.letters()[0].subject, "Welcome to Acme");
}

#[test]
fn authn_05_an_invitation_works_once_in_time_and_here() {
    let app = app::start();
    let path = link(&app);
    let fields = [("name", "Ada"), ("password", NEW)];
    app.visitor_at(&GLOBEX.host()).get(&path).expect(410);
    app.visitor_at(&GLOBEX.host())
        .post(&path, &fields)
        .expect(410);
    app.visitor()
        .get(
            &path
                .replace("inv_", "rst_")
                .replace("/invitations", "/password-reset"),
        )
        .expect(410);
    app.clock
        .advance(TimeDelta::days(7) + TimeDelta::seconds(1));
    app.visitor()
        .get(&path)
        .expect(410)
        .shows("ask whoever invited you");
    app.visitor().post(&path, &fields).expect(410);
    let path = link(&app);
    let won = std::thread::scope(|threads| {
        let tries: Vec<_> = (0..10)
            .map(|_| threads.spawn(|| app.visitor().post(&path, &fields).status == 303))
            .collect();
        tries
            .into_iter()
            .map(|one| usize::from(one.join().unwrap()))
            .sum::<usize>()
    });
    assert_eq!(won, 1);
    app.visitor().get(&path).expect(410);
    app.run_jobs();
}

#[test]
fn authn_07_no_step_can_be_taken_out_of_turn() {
    let app = app::start();
    let path = link(&app);
    use diesel::connection::SimpleConnection;
    for status in ["active", "suspended", "removed", "inactive"] {
        let text = format!(
            "update shared.users set status = '{status}' where email = 'invited@acme.test'"
        );
        app.sql_of(ACME).batch_execute(&text).unwrap();
        app.visitor().get(&path).expect(410);
        app.visitor()
            .post(&path, &[("name", "Ada"), ("password", NEW)])
            .expect(410);
    }
    app.sql_of(ACME)
        .batch_execute(
            "update shared.users set status = 'invited' where email = 'invited@acme.test'",
        )
        .unwrap();
    // A reset does not get the invited in: only the invitation does.
    let email = ACME.email("invited");
    app.visitor()
        .post("/password-reset", &[("email", &email)])
        .expect(200);
    app.run_jobs();
    assert!(app.letters().is_empty());
    app.visitor().get(&path).expect(200);
    assert_eq!(app.count("shared.sessions"), 0);
}
