//! The API's description and its reference: they say what is there, and their examples work.

use std::process::Command;

use domain::permission::Permission;
use domain::{Permissions, PlacementKind, StaffPermission, StaffPermissions, StaffRole};
use serde_json::{Value as Json, json};
use tenantry::api::docs;
use tenantry::api::route::Scope;
use tenantry::routes::api::{ALL, ROOT};

use crate::nodes::Other;
use crate::support::app::{self, App};
use crate::support::cast::{ACME, GLOBEX, placement};
use crate::support::shop::goods;

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
        .shows("None comes in")
        .shows("No key accepts")
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
        ("console.enabled", "yes"),
    ]);
    app.lock_down();
    app.leaves_jobs();
    // Of the owner, because a tenant is handed over by whoever owns it.
    let program = app.program_of(&app.owner(), &Permissions::of(Permission::ALL));
    let platforms = app.platform_key(StaffPermissions::of(StaffPermission::ALL));
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
    // One visit that waits; the one before it is over.
    let waits = |of: StaffRole| {
        let body = json!({ "reason": "Ticket 4711", "hours": 1, "staff_id": app.staff_id(of).to_string() });
        let visits = "/tenants/acme/visits";
        for visit in staff.get(visits).expect(200).json()["data"]["visits"]
            .as_array()
            .unwrap()
        {
            let path = format!("{visits}/{}", visit["id"].as_str().unwrap());
            staff.ask("DELETE", &path, &[], None);
        }
        let made = staff.send("POST", visits, &body).expect(201).json();
        made["data"]["visit"]["id"].as_str().unwrap().to_owned()
    };
    app.has(&[goods()]).unwrap();
    let (mut ran, mut other) = (0, None);
    for route in ALL {
        // The tests' look at `shared` ties both places of a tenant together.
        if route.group == "Moves" && placement() == PlacementKind::Schema {
            ran += 1;
            continue;
        }
        let platform = matches!(route.scope, Scope::Platform(_));
        let made = |path: &str, body: Json| {
            let asks = if platform { &staff } else { &program };
            asks.send("POST", path, &body).expect(201).json()
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
        let visit = if route.path.contains("{visit_id}") {
            waits(StaffRole::Operator)
        } else {
            String::new()
        };
        let moves = format!("/tenants/{}/moves", GLOBEX.id());
        let moving = match route.handler {
            "moves_read" | "moves_stop" => first(true, &moves, "moves"),
            "moves_undo" => {
                made(&moves, json!({ "placement": "schema" }));
                app.run_jobs();
                first(true, &moves, "moves")
            }
            "moves_discard" => {
                app.run_jobs();
                first(true, &moves, "moves")
            }
            _ => String::new(),
        };
        let rollout = match route.handler {
            "rollouts_read" | "rollouts_cancel" => first(true, "/rollouts", "rollouts"),
            "rollouts_pause" => {
                made("/rollouts", json!({}));
                first(true, "/rollouts", "rollouts")
            }
            "rollouts_resume" => first(true, "/rollouts", "rollouts"),
            "rollouts_retry" => {
                let open = first(true, "/rollouts", "rollouts");
                staff
                    .ask("DELETE", &format!("/rollouts/{open}"), &[], None)
                    .expect(200);
                app.failed_rollout(|| drop(made("/rollouts", json!({ "stop_percent": 100 }))));
                first(true, "/rollouts", "rollouts")
            }
            _ => String::new(),
        };
        let whom = match route.handler {
            "staff_deeds_remove" | "staff_deeds_resend" => {
                let email = format!("{}@platform.test", route.handler);
                let body = json!({ "email": email, "name": "Bo", "role": "analyst" });
                let made = made("/staff", body);
                made["data"]["staff"]["id"].as_str().unwrap().to_owned()
            }
            "visits_ask" => app.staff_id(StaffRole::Owner).to_string(),
            _ => app.staff_id(StaffRole::Analyst).to_string(),
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
            program.key.as_deref().unwrap()
        };
        let tenant = match route.handler {
            "tenants_provisioning" => "umbrella".to_owned(),
            "migrate_tenant" => {
                app.run_jobs();
                app.schemas("shop", 1)[0].0.to_string()
            }
            _ if route.path.contains("{scaling_id}") => ACME.id().to_string(),
            _ => GLOBEX.id().to_string(),
        };
        let token = match route.handler {
            "sign_up_confirm" => {
                app.run_jobs();
                let letters = app.letters();
                let mut found = letters
                    .iter()
                    .filter_map(|one| one.text.find("/signup/").map(|at| &one.text[at + 8..]));
                found
                    .next_back()
                    .unwrap()
                    .split_whitespace()
                    .next()
                    .unwrap()
                    .to_owned()
            }
            _ => String::new(),
        };
        // A resource that is counted or measured by the application, and one that may be retired.
        let resource = match route.handler {
            "limits_measure" => {
                let disk =
                    json!({ "key": "disks", "name": "Disks", "unit": "disks", "kind": "gauge" });
                staff.send("POST", "/resources", &disk).expect(201);
                "disks"
            }
            "limits_give_back" => {
                let used =
                    json!({ "resource": "custom_integrations", "amount": 1, "commit": true });
                program
                    .send("POST", "/tenants/me/reservations", &used)
                    .expect(201);
                "custom_integrations"
            }
            "own_limits_give" | "own_limits_take" => "users",
            _ => "reports_per_day",
        };
        let reservation = if route.path.contains("{reservation_id}") {
            let held = json!({ "resource": "transactions_per_month", "amount": 25 });
            let held = program.send("POST", "/tenants/me/reservations", &held);
            let held = held.expect(201).json();
            held["data"]["reservation"]["id"]
                .as_str()
                .unwrap()
                .to_owned()
        } else {
            String::new()
        };
        let scaling = if route.path.contains("{scaling_id}") {
            // One asking at a time: what is open is taken back first.
            let before = program.get("/tenants/me/scalings").expect(200).json();
            for one in before["data"]["scalings"].as_array().unwrap() {
                if matches!(
                    one["status"].as_str(),
                    Some("pending_approval" | "approved")
                ) {
                    let id = one["scaling_id"].as_str().unwrap();
                    let back = format!("/tenants/me/scalings/{id}/withdrawal");
                    program.send("POST", &back, &json!({})).expect(200);
                }
            }
            let wish = json!({ "target_limits": { "users": 2000 } });
            let asked = program.send("POST", "/tenants/me/scale", &wish);
            let asked = asked.expect(200).json();
            asked["data"]["scaling_id"].as_str().unwrap().to_owned()
        } else {
            String::new()
        };
        let email = ACME.email("admin");
        let address = match route.group {
            "Servers" => other.get_or_insert_with(Other::start).url(),
            _ => String::new(),
        };
        let words = [
            ("PLAN", "team"),
            ("NODE", "eu-2"),
            ("RESOURCE", resource),
            ("RESERVATION_ID", &reservation),
            ("SCALING_ID", &scaling),
            ("ADDRESS", &address),
            ("TOKEN", token.as_str()),
            ("EMAIL", &email),
            ("TENANT_ID", tenant.as_str()),
            ("DOMAIN", "globex.localhost"),
            ("KEY", secret),
            ("USER_ID", &user),
            ("ROLE_ID", &role),
            ("KEY_ID", &key),
            ("JOB_ID", &job),
            ("VISIT_ID", &visit),
            ("MOVE_ID", &moving),
            ("ROLLOUT_ID", &rollout),
            ("STAFF_ID", &whom),
            ("ENTRY_ID", &entry),
            ("SESSION_ID", session.as_str().unwrap()),
        ];
        let example = docs::example(route, "http://localhost");
        if route.handler == "jobs_read" && job.is_empty() {
            continue;
        }
        let (status, body) = run(&app, &example, &words);
        // Nothing failed that could be gone on with.
        if matches!(route.handler, "tenants_retry" | "nodes_prepare") {
            assert_eq!(status, 409, "{body}");
            ran += 1;
            continue;
        }
        if route.handler == "nodes_add" {
            app.run_jobs();
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
