//! The API's description and its reference: they say what is there, and their examples work.

use std::process::Command;

use domain::permission::Permission;
use domain::{StaffPermission, StaffPermissions};
use serde_json::{Value as Json, json};
use tenantry::api::docs;
use tenantry::api::route::Scope;
use tenantry::routes::api::{ALL, ROOT};

use crate::support::app::{self, App};
use crate::support::cast::{ACME, GLOBEX};

#[test]
fn the_description_has_every_route_and_no_other() {
    let app = app::start();
    let nobody = app.program_at("localhost", None);
    let document = nobody.get("/openapi.json").expect(200).json();
    assert_eq!(document["openapi"], "3.1.0");
    let mut described: Vec<String> = Vec::new();
    for (path, methods) in document["paths"].as_object().unwrap() {
        for method in methods.as_object().unwrap().keys() {
            described.push(format!("{method} {path}"));
        }
    }
    let mut table: Vec<String> = ALL
        .iter()
        .map(|route| format!("{} {ROOT}{}", route.method, route.path))
        .collect();
    described.sort();
    table.sort();
    assert_eq!(described, table);
    let mut names: Vec<&str> = ALL.iter().map(|route| route.handler).collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), ALL.len(), "two routes have one name");
    let text = document.to_string();
    let references = text.match_indices("\"$ref\":\"#").map(|(at, _)| {
        let rest = &text[at + 9..];
        rest[..rest.find('"').unwrap()].to_owned()
    });
    for reference in references {
        assert!(
            document.pointer(&reference).is_some(),
            "{reference} leads nowhere"
        );
    }
    app.visitor_at("localhost")
        .get("/api/v1/docs")
        .expect(200)
        .shows("List users")
        .shows("curl");
}

/// Runs the example of a route as the reference shows it, and answers status and body.
fn run(app: &App, example: &str, words: &[(&str, &str)]) -> (u16, Json) {
    let example = format!(
        "{example} -s -o - -w '\\n%{{http_code}}' --connect-to \"::127.0.0.1:{}\"",
        app.port
    );
    let out = Command::new("sh")
        .arg("-c")
        .arg(example)
        .env_clear()
        .env("PATH", "/usr/bin:/bin")
        .envs(words.iter().copied())
        .output()
        .unwrap();
    let text = String::from_utf8(out.stdout).unwrap();
    let (body, status) = text.rsplit_once('\n').unwrap();
    (
        status.parse().unwrap(),
        serde_json::from_str(body).unwrap_or(Json::Null),
    )
}

#[test]
fn every_example_of_the_reference_works() {
    let app = app::start_with(&[
        ("api.queries_per_minute", "100000"),
        ("sign_up.enabled", "yes"),
    ]);
    app.leaves_jobs();
    let tenants = app.key(ACME, Permission::ALL);
    let platforms = app.platform_key(StaffPermissions::of(StaffPermission::ALL));
    let program = app.program(&tenants);
    let staff = app.program(&platforms);
    let first = |platform: bool, path: &str, list: &str| {
        let asks = if platform { &staff } else { &program };
        let found = asks.get(path).expect(200).json();
        found["data"][list][0]["id"]
            .as_str()
            .unwrap_or_default()
            .to_owned()
    };
    app.admin();
    let session: Json = {
        let path = format!("/tenants/me/users/{}/sessions", ACME.person("admin"));
        program.get(&path).expect(200).json()["data"]["sessions"][0]["id"].clone()
    };
    let mut ran = 0;
    for route in ALL {
        let platform = matches!(route.scope, Scope::Platform(_));
        let made = |path: &str, body: Json| {
            let program = if platform {
                app.program(&platforms)
            } else {
                app.program(&tenants)
            };
            program.send("POST", path, &body).expect(201).json()
        };
        let user = match route.handler {
            "people_deeds_restore" => {
                program
                    .send(
                        "POST",
                        &format!("/tenants/me/users/{}/suspension", ACME.person("analyst")),
                        &json!({}),
                    )
                    .expect(200);
                ACME.person("analyst")
            }
            "people_deeds_remove" => ACME.person("viewer"),
            "sessions_list" | "sessions_end" => ACME.person("admin"),
            "people_deeds_suspend" => ACME.person("manager"),
            _ => ACME.person("member"),
        };
        let role = if route.path.contains("{role_id}") {
            let role = made(
                "/tenants/me/roles",
                json!({ "name": format!("For {}", route.handler), "permissions": ["users:read"] }),
            );
            role["data"]["role"]["id"].as_str().unwrap().to_owned()
        } else {
            String::new()
        };
        let key = if route.path.contains("{key_id}") {
            let (path, may) = if platform {
                ("/keys", "tenants:read")
            } else {
                ("/tenants/me/keys", "users:read")
            };
            let key = made(path, json!({ "name": "Example", "permissions": [may] }));
            key["data"]["key"]["id"].as_str().unwrap().to_owned()
        } else {
            String::new()
        };
        let (jobs, log) = if platform {
            ("/jobs?state=queued", "/audit")
        } else {
            ("/tenants/me/jobs", "/tenants/me/audit")
        };
        let job = first(platform, jobs, "jobs");
        let entry = first(platform, log, "entries");
        let user = user.to_string();
        let secret = if platform {
            platforms.reveal()
        } else {
            tenants.reveal()
        };
        let tenant = match route.handler {
            "tenants_provisioning" => "umbrella".to_owned(),
            _ => GLOBEX.id().to_string(),
        };
        let words = [
            ("TENANT_ID", tenant.as_str()),
            ("DOMAIN", "globex.localhost"),
            ("KEY", secret),
            ("USER_ID", &user),
            ("ROLE_ID", &role),
            ("KEY_ID", &key),
            ("JOB_ID", &job),
            ("ENTRY_ID", &entry),
            ("SESSION_ID", session.as_str().unwrap()),
        ];
        let example = docs::example(route, "http://localhost");
        if route.handler == "jobs_read" && job.is_empty() {
            continue;
        }
        let (status, body) = run(&app, &example, &words);
        // Nothing failed that could be gone on with.
        if route.handler == "tenants_retry" {
            assert_eq!(status, 409, "{body}");
            ran += 1;
            continue;
        }
        assert!(
            matches!(status, 200..=202),
            "{}: {status} {body}\n{example}",
            route.handler
        );
        ran += 1;
    }
    assert_eq!(ran, ALL.len());
}

#[test]
fn pages_of_other_sites_may_ask_where_the_operator_says_so() {
    let app = app::start_with(&[("api.origins", "https://app.example.com")]);
    let key = app.key(ACME, &[Permission::ReadUsers]);
    let program = app.program(&key);
    let from = |origin| [("Origin", origin), ("Sec-Fetch-Site", "cross-site")];
    let allowed = program
        .ask(
            "GET",
            "/tenants/me/users",
            &from("https://app.example.com"),
            None,
        )
        .expect(200);
    assert_eq!(
        allowed.header("access-control-allow-origin"),
        Some("https://app.example.com")
    );
    assert_eq!(allowed.header("access-control-allow-credentials"), None);
    let other = program.ask(
        "GET",
        "/tenants/me/users",
        &from("https://evil.example"),
        None,
    );
    assert_eq!(other.header("access-control-allow-origin"), None);
    let browser = app.visitor_at("localhost");
    let asked = browser
        .ask("OPTIONS", "/api/v1/tenants/me/users")
        .header("Origin", "https://app.example.com")
        .header("Access-Control-Request-Method", "POST")
        .header(
            "Access-Control-Request-Headers",
            "authorization,idempotency-key",
        )
        .send()
        .expect(200);
    assert_eq!(
        asked.header("access-control-allow-origin"),
        Some("https://app.example.com")
    );
}
