//! What each route leaves in the log: every change its entry, every refusal one. `trace.txt` is generated,
//! reviewed, and complete; `TENANTRY_BLESS=1` writes it anew.

use domain::permission::System;
use domain::token::InvitationKind;
use domain::{BuiltInRole, Needs};
use services::links::{self, Minted};
use services::{Credential, StoreError};
use tenantry::routes;

use crate::access::reviewed;
use crate::support::app::{self, App};
use crate::support::cast::{ACME, PASSWORD, asked};
use crate::support::client::Browser;
use crate::support::paths::Things;
use crate::support::traces::{self, Excused, NEW};

/// Posts that are not carried out here, and why.
const ELSEWHERE: &[(&str, &str)] = &[
    (
        "/visits/enter/{ticket}",
        "support's own step: `visits` walks it with its entry",
    ),
    (
        "/visits/leave",
        "support's own step: `visits` walks it with its entry",
    ),
    (
        "/visits/{id}/approval",
        "wants somebody of support who asks: `visits`",
    ),
    (
        "/visits/{id}/refusal",
        "wants somebody of support who asks: `visits`",
    ),
    (
        "/visits/{id}/end",
        "wants somebody of support inside: `visits`",
    ),
    (
        "/ownership",
        "an offer with a letter and an answer: `lifecycle` walks it with its entry",
    ),
    (
        "/ownership/withdrawal",
        "wants an offer that is open: `lifecycle`",
    ),
    (
        "/ownership-offers/{token}",
        "wants the letter of an offer: `lifecycle`",
    ),
    (
        "/arrivals/{token}",
        "wants a tenant that was just made: `sign_up` walks it with its entry",
    ),
    (
        "/console",
        "switched off here: `console` asks, with both of its entries",
    ),
    ("/console/result.csv", "the same: `console`"),
    (
        "/console/runs/{id}/stop",
        "wants a question that is being answered: `console`",
    ),
    (
        "/scalings",
        "what is asked for lies in the catalogue, its entry comes by a job: `scalings` reads it",
    ),
    ("/scalings/price", "asks for nothing: `scalings`"),
    ("/scalings/{id}/withdrawal", "wants an asking: `scalings`"),
    ("/plan/choice", "wants plans to choose from: `lifecycle`"),
    ("/plan/choice/undo", "wants a choice: `lifecycle`"),
    (
        "/settings/general",
        "the record is the catalogue's, its entry comes by a job: `settings` reads it",
    ),
    ("/settings/contact", "the same: `settings`"),
    ("/settings/closing", "the same: `settings`"),
    (
        "/keep/{token}",
        "wants the letter of a closing: `closing` walks it with its entry",
    ),
];

/// Posts that change nothing of the tenant's and so leave no entry.
const SILENT: &[(&str, &str)] = &[(
    "/users/import",
    "a dry run: the file is kept for whoever sent it, and nobody is added",
)];

/// Carries the route's deed out as a person would; answers what it left in the log. A new route that changes
/// something says here how it is used.
fn deed(app: &App, path: &str) -> Vec<String> {
    let (owner, visitor) = (app.owner(), app.visitor());
    let email = ACME.email("member");
    let person = |name: &str| ACME.person(name).to_string();
    let of = |name: &str| path.replace("{id}", &person(name));
    let did = |browser: &Browser, path: &str, form: &[(&str, &str)]| {
        let from = app.audit().len();
        let answer = browser.post(path, form);
        assert!([200, 303].contains(&answer.status), "{path}: {answer}");
        app.audit().split_off(from)
    };
    match path {
        "/sign-in" => did(&visitor, path, &[("email", &email), ("password", PASSWORD)]),
        "/sign-out" => did(&app.member(), path, &[]),
        "/password-reset" => did(&visitor, path, &[("email", &email)]),
        "/password-reset/{token}" => {
            visitor
                .post("/password-reset", &[("email", &email)])
                .expect(200);
            app.run_jobs();
            let text = app.letters().pop().unwrap().text;
            let link = &text[text.find("/password-reset/rst_").unwrap()..];
            let link = link.split_whitespace().next().unwrap().to_owned();
            did(&visitor, &link, &[("password", NEW)])
        }
        "/invitations/{token}" => did(
            &visitor,
            &invitation(app),
            &[("name", "Ada"), ("password", NEW)],
        ),
        "/me" => did(
            &app.member(),
            path,
            &[("version", "1"), ("name", "Another name")],
        ),
        "/me/preferences" => {
            let form = [
                ("version", "1"),
                ("locale", "de-DE"),
                ("timezone", "Asia/Tokyo"),
            ];
            did(&app.member(), path, &form)
        }
        "/me/password" => {
            let form = [("current_password", PASSWORD), ("new_password", NEW)];
            did(&app.member(), path, &form)
        }
        "/me/leaving" => did(&app.member(), path, &[("sure", "yes")]),
        "/keys" => did(
            &owner,
            path,
            &[("name", "Sync"), ("permissions", "users:read")],
        ),
        "/keys/{id}/rotation" | "/keys/{id}/revocation" => {
            let form = [("name", "Sync"), ("permissions", "users:read")];
            let key = owner.post("/keys", &form).expect(303).location().unwrap();
            let form = [("overlap", "7")];
            let form: &[(&str, &str)] = if path.ends_with("rotation") {
                &form
            } else {
                &[]
            };
            did(&owner, &path.replace("/keys/{id}", &key), form)
        }
        "/me/sessions/others/end" => {
            let _other = app.member();
            did(&app.member(), path, &[])
        }
        "/me/sessions/{id}/end" => {
            let (own, _other) = (app.member(), app.member());
            let page = own.get("/me/sessions").text();
            let end = page
                .split("action=\"")
                .find(|part| part.starts_with("/me/sessions/") && !part.contains("/others/end\""));
            did(&own, end.unwrap().split('"').next().unwrap(), &[])
        }
        "/users/import" => {
            let from = app.audit().len();
            upload(&owner);
            app.audit().split_off(from)
        }
        "/users/import/{id}" => {
            let report = upload(&owner);
            did(&owner, &report, &[])
        }
        "/users/invitations" => {
            let form = [
                ("addresses", "ada@new.test, bo@new.test"),
                ("role", "member"),
            ];
            did(&owner, path, &form)
        }
        "/users/bulk/{deed}" => {
            let (one, two) = (person("member"), person("viewer"));
            let form = [("id", one.as_str()), ("id", &two), ("sure", "yes")];
            did(&owner, "/users/bulk/suspension", &form)
        }
        "/users/removals/{moment}/undo" => {
            let (one, two) = (person("member"), person("viewer"));
            let form = [("id", one.as_str()), ("id", &two), ("sure", "yes")];
            let answer = owner.post("/users/bulk/removal", &form).expect(303);
            let page = owner.follow(&answer).text();
            let undo = page
                .split("action=\"")
                .find(|part| part.starts_with("/users/removals/"));
            did(&owner, undo.unwrap().split('"').next().unwrap(), &[])
        }
        "/users/{id}/edit" => {
            let form = [
                ("version", "1"),
                ("name", "Mia"),
                ("email", "mia@new.test"),
                ("role", "member"),
            ];
            did(&owner, &of("member"), &form)
        }
        "/users/{id}/role" => did(&owner, &of("member"), &[("role", "viewer")]),
        "/users/{id}/suspension" => did(&owner, &of("member"), &[("reason", "left")]),
        "/users/{id}/restoration" => did(&owner, &of("suspended"), &[]),
        "/users/{id}/deactivation" | "/users/{id}/removal" => did(&owner, &of("member"), &[]),
        "/users/{id}/invitation" | "/users/{id}/invitation/revocation" => {
            did(&owner, &of("invited"), &[])
        }
        "/users/{id}/removal/undo" => {
            owner
                .post(&format!("/users/{}/removal", person("member")), &[])
                .expect(303);
            did(&owner, &of("member"), &[])
        }
        "/roles" => did(
            &owner,
            path,
            &[("name", "Keeper"), ("permissions", "users:read")],
        ),
        "/roles/{id}" | "/roles/{id}/removal" => {
            let form = [("name", "Keeper"), ("permissions", "users:read")];
            let role = owner.post("/roles", &form).expect(303).location().unwrap();
            let form = [
                ("version", "1"),
                ("name", "Warden"),
                ("permissions", "roles:read"),
            ];
            let form: &[(&str, &str)] = if path == "/roles/{id}" { &form } else { &[] };
            did(&owner, &path.replace("/roles/{id}", &role), form)
        }
        "/console/queries" => did(&owner, path, &[("name", "People"), ("query", "select 1")]),
        "/console/queries/{id}/removal" => {
            let form = [("name", "People"), ("query", "select 1")];
            owner.post("/console/queries", &form).expect(303);
            let page = owner.get("/console").text();
            let start = page.find("/console/queries/saved_").unwrap();
            let end = start + page[start..].find('"').unwrap();
            did(&owner, &page[start..end], &[])
        }
        "/visits/policy" => did(&owner, path, &[("policy", "allow")]),
        _ => panic!("what does a POST of {path} change? Say it here, or in ELSEWHERE why not."),
    }
}

/// A fresh link for acme's invited person.
fn invitation(app: &App) -> String {
    let store = &app.inner().store;
    let scope = store.resolve_host(&ACME.host()).unwrap().unwrap().scope;
    let email = ACME.email("invited").parse().unwrap();
    let (system, request) = (Credential::System("test"), asked(app.clock.now()));
    let minted: Minted<InvitationKind> = store
        .tenant::<System, _, StoreError>(&scope, system, &request, |tx| {
            links::mint(tx, ACME.person("invited"), &email)
        })
        .unwrap();
    minted.path()
}

fn upload(browser: &Browser) -> String {
    let file = ("file", "people.csv", &b"email,name\nada@new.test,Ada\n"[..]);
    let answer = browser
        .ask("POST", "/users/import")
        .upload(&[], file)
        .send();
    answer.expect(303).location().unwrap()
}

fn all_is_told(app: &App) {
    traces::all_is_told(app, "shared.audit_entries e", &[]);
}

#[test]
fn aud_01_every_route_that_changes_something_leaves_its_entries() {
    let posts = routes::ALL.iter().filter(|route| route.method == "post");
    let table = traces::table(
        "# What each route that changes something leaves in the log when it is used once. Generated by\n\
         # tests/it/trace.rs and reviewed; a new POST has to say there how it is used.\n",
        posts.map(|route| route.path),
        &Excused {
            elsewhere: ELSEWHERE,
            silent: SILENT,
        },
        deed,
        all_is_told,
    );
    reviewed("trace.txt", &table);
}

#[test]
fn aud_01_every_refusal_leaves_one_entry() {
    let app = app::start();
    app.leaves_jobs();
    let things = Things::of(&app, ACME);
    let mut refused = 0;
    for route in routes::ALL {
        let Needs::Permission(needed) = route.needs else {
            continue;
        };
        for role in [
            BuiltInRole::Viewer,
            BuiltInRole::Member,
            BuiltInRole::Manager,
        ] {
            if role.permissions().allow(needed) {
                continue;
            }
            let from = app.audit().len();
            things
                .ask(&app.signed_in(ACME, role.key()), route)
                .expect(403);
            let line = format!(
                "refused access.refused by {} of acme: {} {}",
                role.name(),
                route.method.to_uppercase(),
                route.path
            );
            assert_eq!(app.audit().split_off(from), [line]);
            refused += 1;
        }
    }
    assert!(refused > 60, "{refused}");
    all_is_told(&app);
}
