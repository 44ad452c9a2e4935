//! The JSON API: keys, tenants, envelopes, repeated writes, limits, and its description.

mod described;
mod foreign;
mod limits;
mod ownership;
mod platform;
mod repeated;
mod sign_up;
mod staff;
mod tenants;
mod visits;

use domain::permission::Permission;
use serde_json::json;

use crate::support::app;
use crate::support::cast::{ACME, GLOBEX};

const EVERY: &[Permission] = Permission::ALL;

#[test]
fn a_program_runs_the_people_of_its_tenant() {
    let app = app::start();
    let program = app.program(&app.key(ACME, EVERY));
    let body = json!({ "user": {
        "email": "new.user@acme.example", "name": "New User", "password": "violet-harbour-lantern-43", "role": "user",
        "profile": { "department": "Sales", "location": "Chicago", "phone": "+1-555-0123" },
        "preferences": { "timezone": "America/Chicago", "locale": "en-US", "notifications": { "email": true, "in_app": false } }
    }});
    let made = program.send("POST", "/tenants/me/users", &body).expect(201);
    assert_eq!(made.header("x-tenant-id").unwrap(), ACME.id().to_string());
    let made = made.json();
    let user = &made["data"]["user"];
    assert_eq!(
        (
            user["role"].as_str(),
            user["status"].as_str(),
            made["data"]["welcome_email_sent"].as_bool()
        ),
        (Some("user"), Some("active"), Some(false))
    );
    assert_eq!(user["preferences"]["notifications"]["in_app"], false);
    // Who was given a password may sign in with it.
    app.visitor()
        .post(
            "/sign-in",
            &[
                ("email", "new.user@acme.example"),
                ("password", "violet-harbour-lantern-43"),
            ],
        )
        .leads_to("/");
    let path = format!("/tenants/me/users/{}", user["id"].as_str().unwrap());
    let change = json!({ "user": { "name": "Newer User", "profile": { "phone": "" } }, "version": user["version"] });
    let changed = program.send("PUT", &path, &change).expect(200).json();
    assert_eq!(changed["data"]["user"]["name"], "Newer User");
    assert_eq!(changed["data"]["user"]["profile"]["phone"], json!(null));
    assert_eq!(changed["data"]["user"]["profile"]["department"], "Sales");
    assert_eq!(
        program.send("PUT", &path, &change).expect(409).code(),
        "stale_edit"
    );
    program
        .send(
            "POST",
            &format!("{path}/suspension"),
            &json!({ "reason": "leave" }),
        )
        .expect(200);
    app.visitor()
        .post(
            "/sign-in",
            &[
                ("email", "new.user@acme.example"),
                ("password", "violet-harbour-lantern-43"),
            ],
        )
        .expect(401);
    program
        .send("POST", &format!("{path}/restoration"), &json!({}))
        .expect(200);
    program
        .send(
            "PUT",
            &format!("{path}/role"),
            &json!({ "role": "tenant_admin" }),
        )
        .expect(200);
    let read = program.get(&path).expect(200).json();
    assert_eq!(
        (
            &read["data"]["user"]["role"],
            &read["data"]["user"]["status"]
        ),
        (&json!("admin"), &json!("active"))
    );
    program.ask("DELETE", &path, &[], None).expect(200);
    program.get(&path).expect(404);
    program.get(&format!("{path}/sessions")).expect(404);
    let log = app.audit();
    for line in [
        "done user.created by Test key: New User",
        "done user.suspended by Test key: Newer User",
        "done user.role_changed by Test key: Newer User",
        "done user.removed by Test key: Newer User",
    ] {
        assert!(log.iter().any(|one| one == line), "{line}: {log:#?}");
    }
    app.run_jobs();
}

#[test]
fn a_list_is_paged_sorted_searched_and_walked() {
    let app = app::start();
    let program = app.program(&app.key(ACME, EVERY));
    let page = program
        .get("/tenants/me/users?page=2&page_size=3&sort=name&order=desc")
        .expect(200)
        .json();
    let pages = &page["data"]["pagination"];
    assert_eq!(
        (
            &pages["total_count"],
            &pages["total_pages"],
            &pages["has_prev"]
        ),
        (&json!(8), &json!(3), &json!(true))
    );
    let found = program
        .get("/tenants/me/users?search=member&status=active")
        .expect(200)
        .json();
    assert_eq!(found["data"]["users"].as_array().unwrap().len(), 1);
    let (mut seen, mut cursor) = (Vec::new(), String::new());
    loop {
        let part = program
            .get(&format!("/tenants/me/users?cursor={cursor}&page_size=3"))
            .expect(200)
            .json();
        let users = part["data"]["users"].as_array().unwrap().clone();
        seen.extend(
            users
                .iter()
                .map(|user| user["id"].as_str().unwrap().to_owned()),
        );
        match part["data"]["next_cursor"].as_str() {
            Some(next) => cursor = next.to_owned(),
            None => break,
        }
    }
    let all = seen.len();
    seen.sort();
    seen.dedup();
    assert_eq!((all, seen.len()), (8, 8));
    for wrong in [
        "page=0",
        "page_size=201",
        "page_size=",
        "page=x",
        "sort=password",
        "order=up",
        "status=gone",
        "cursor=zzz",
        "cursor=&page=1",
        "tenant_id=x",
    ] {
        let answer = program
            .get(&format!("/tenants/me/users?{wrong}"))
            .expect(422);
        assert_eq!(answer.code(), "invalid_request", "{wrong}");
    }
    // A list that ends with a full answer ends there.
    let whole = program.get("/tenants/me/users?cursor=&page_size=8");
    let whole = whole.expect(200).json();
    assert_eq!(whole["data"]["users"].as_array().unwrap().len(), 8);
    assert!(whole["data"].get("next_cursor").is_none(), "{whole}");
    app.key(ACME, EVERY);
    let log = program
        .get("/tenants/me/audit?cursor=&page_size=1")
        .expect(200)
        .json();
    let next = log["data"]["next_cursor"].as_str().unwrap();
    let last = program.get(&format!("/tenants/me/audit?cursor={next}&page_size=1"));
    let last = last.expect(200).json();
    assert_eq!(last["data"]["entries"][0]["seq"], 1);
    assert!(last["data"].get("next_cursor").is_none(), "{last}");
}

#[test]
fn keys_are_made_shown_once_rotated_and_revoked_by_a_program() {
    let app = app::start();
    let program = app.program(&app.key(ACME, EVERY));
    let made = program
        .send(
            "POST",
            "/tenants/me/keys",
            &json!({ "name": "Sync", "permissions": ["users:read"] }),
        )
        .expect(201)
        .json();
    let key = &made["data"]["key"];
    let (id, secret) = (key["id"].as_str().unwrap(), key["secret"].as_str().unwrap());
    assert!(secret.starts_with(key["prefix"].as_str().unwrap()));
    let child = app.program_at("localhost", Some(secret));
    child.get("/tenants/me/users").expect(200);
    let refused = child.get("/tenants/me/roles").expect(403);
    assert_eq!(refused.json()["error"]["details"]["needs"], "roles:read");
    program.get("/tenants/me/keys").expect(200).hides(secret);
    let rotated = program
        .send(
            "POST",
            &format!("/tenants/me/keys/{id}/rotation"),
            &json!({ "overlap_days": 1 }),
        )
        .expect(201)
        .json();
    let newer = app.program_at("localhost", rotated["data"]["key"]["secret"].as_str());
    child.get("/tenants/me/users").expect(200);
    newer.get("/tenants/me/users").expect(200);
    program
        .ask("DELETE", &format!("/tenants/me/keys/{id}"), &[], None)
        .expect(200);
    child.get("/tenants/me/users").expect(401);
    newer.get("/tenants/me/users").expect(200);
}

#[test]
fn every_error_is_json_with_a_code_and_the_requests_id() {
    let app = app::start();
    let program = app.program(&app.key(ACME, EVERY));
    let json_of = |method: &str, path: &str, headers: &[(&str, &str)], body: Option<&[u8]>| {
        program.ask(method, path, headers, body)
    };
    let user = br#"{"user":{"email":"a@b.example","name":"A","nick":"x"}}"#;
    let cases = [
        (json_of("GET", "/nowhere", &[], None), 404, "not_found"),
        (
            json_of("PATCH", "/tenants/me/users", &[], None),
            405,
            "method_not_allowed",
        ),
        (
            json_of("GET", "/tenants/me/users/user_x", &[], None),
            404,
            "not_found",
        ),
        (
            json_of("POST", "/tenants/me/users", &[], Some(b"{")),
            400,
            "malformed_request",
        ),
        (
            json_of("POST", "/tenants/me/users", &[], Some(b"[]")),
            422,
            "invalid_request",
        ),
        (
            json_of("POST", "/tenants/me/users", &[], Some(user)),
            422,
            "invalid_request",
        ),
        (
            json_of(
                "POST",
                "/tenants/me/users",
                &[("Content-Encoding", "gzip")],
                Some(b"{}"),
            ),
            415,
            "unsupported_media_type",
        ),
        (
            json_of(
                "POST",
                "/tenants/me/users",
                &[],
                Some(&vec![b' '; 300 * 1024]),
            ),
            413,
            "payload_too_large",
        ),
    ];
    for (answer, status, code) in cases {
        let json = answer.json();
        assert_eq!(
            (answer.status, answer.code().as_str()),
            (status, code),
            "{answer}"
        );
        assert_eq!(json["status"], "error", "{answer}");
        assert_eq!(
            json["error"]["request_id"].as_str(),
            answer.header("x-request-id"),
            "{answer}"
        );
    }
    let unknown = program
        .ask("POST", "/tenants/me/users", &[], Some(user))
        .json();
    assert!(
        unknown["error"]["details"]["fields"]["user.nick"].is_string(),
        "{unknown}"
    );
    let allow = program.ask("PATCH", "/tenants/me/users", &[], None);
    assert_eq!(allow.header("allow").unwrap(), "GET, POST");
    let browser = app.visitor_at("localhost");
    let plain = browser.ask("POST", "/api/v1/tenants/me/users");
    let key = program.key.clone().unwrap();
    let answer = plain
        .header("X-API-Key", &key)
        .body("text/plain", "{}")
        .send();
    assert_eq!(answer.code(), "unsupported_media_type");
}

#[test]
fn authz_04_no_field_beside_those_of_the_reference_is_taken() {
    let app = app::start_with(&[("api.queries_per_minute", "100000")]);
    let program = app.program(&app.key(ACME, EVERY));
    let member = ACME.person("member");
    let other = GLOBEX.id().to_string();
    let writes = [
        (
            "POST",
            "/tenants/me/users".to_owned(),
            json!({ "user": { "email": "x@y.example", "name": "X" } }),
        ),
        (
            "PUT",
            format!("/tenants/me/users/{member}"),
            json!({ "user": {} }),
        ),
        (
            "POST",
            format!("/tenants/me/users/{member}/suspension"),
            json!({}),
        ),
        (
            "POST",
            format!("/tenants/me/users/{member}/restoration"),
            json!({}),
        ),
        (
            "PUT",
            format!("/tenants/me/users/{member}/role"),
            json!({ "role": "viewer" }),
        ),
        (
            "POST",
            "/tenants/me/roles".to_owned(),
            json!({ "name": "R", "permissions": ["users:read"] }),
        ),
        (
            "POST",
            "/tenants/me/keys".to_owned(),
            json!({ "name": "K", "permissions": ["users:read"] }),
        ),
    ];
    let before =
        app.count("shared.users") + app.count("shared.roles") + app.count("shared.api_keys");
    for (method, path, body) in &writes {
        for (field, value) in [
            ("tenant_id", json!(other)),
            ("id", json!("user_x")),
            ("is_owner", json!(true)),
            ("verified", json!(true)),
            ("limits", json!({ "users": 1 })),
            ("features", json!(["x"])),
            ("plan", json!("enterprise")),
            ("created_at", json!("2020-01-01T00:00:00Z")),
            ("password_hash", json!("x")),
            ("created_by", json!("x")),
            ("secret", json!("x")),
            ("__proto__", json!({})),
            ("tenant", json!({ "id": other })),
        ] {
            for nested in [false, true] {
                let mut body = body.clone();
                let place = if nested {
                    body.get_mut("user")
                } else {
                    Some(&mut body)
                };
                let Some(place) = place else { continue };
                place[field] = value.clone();
                let answer = program.send(method, path, &body);
                assert_eq!(answer.status, 422, "{method} {path} {body}: {answer}");
                let name = if nested {
                    format!("user.{field}")
                } else {
                    field.to_owned()
                };
                assert!(
                    answer.json()["error"]["details"]["fields"][&name].is_string(),
                    "{answer}"
                );
            }
        }
    }
    let after =
        app.count("shared.users") + app.count("shared.roles") + app.count("shared.api_keys");
    assert_eq!(before, after);
}
