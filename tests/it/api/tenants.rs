//! Which tenant a request is about: key, host, header and path agree, or nothing is read.

use domain::permission::Permission;
use domain::{ApiKey, StaffPermission, StaffPermissions};
use serde_json::json;
use tenantry::api::route::Scope;
use tenantry::routes::api::ALL;

use crate::support::app;
use crate::support::cast::{ACME, GLOBEX};
use crate::support::client::{Browser, exchange};

#[test]
fn iso_05_every_pair_of_signals_agrees_or_nothing_is_read() {
    let app = app::start_with(&[("api.queries_per_minute", "100000")]);
    let key = app.key(ACME, &[Permission::ReadUsers]);
    let (acme, globex) = (ACME.id().to_string(), GLOBEX.id().to_string());
    let nobody = "tenant_00000000000000000000000009";
    let hosts = [
        ("localhost", true),
        ("api.localhost", true),
        ("127.0.0.1", true),
        ("acme.localhost", true),
        ("ACME.localhost.", true),
        ("globex.localhost", false),
        ("admin.localhost", false),
    ];
    let headers = [
        None,
        Some((acme.as_str(), true)),
        Some(("acme", true)),
        Some((globex.as_str(), false)),
        Some(("globex", false)),
        Some((nobody, false)),
        Some(("", false)),
        Some(("ACME", false)),
    ];
    let paths = [
        ("me", true),
        (acme.as_str(), true),
        ("acme", true),
        (globex.as_str(), false),
        ("globex", false),
        (nobody, false),
        ("tenant_x", false),
    ];
    for (host, host_fits) in hosts {
        let program = app.program_at(host, Some(key.reveal()));
        for header in headers {
            for (path, path_fits) in paths {
                let sent: Vec<(&str, &str)> = header
                    .iter()
                    .map(|(name, _)| ("X-Tenant-ID", *name))
                    .collect();
                let answer = program.ask("GET", &format!("/tenants/{path}/users"), &sent, None);
                let fits = host_fits && path_fits && header.is_none_or(|(_, fits)| fits);
                if fits {
                    assert_eq!(answer.status, 200, "{host} {header:?} {path}: {answer}");
                    assert!(answer.has("acme.test") && !answer.has("globex.test"));
                } else {
                    assert_eq!(
                        (answer.status, answer.code().as_str()),
                        (403, "cross_tenant_access_denied"),
                        "{host} {header:?} {path}: {answer}"
                    );
                }
            }
        }
    }
    let strays = app
        .audit()
        .iter()
        .filter(|line| line.starts_with("refused access.refused by Test key"))
        .count();
    assert!(strays > 100, "{strays}");
    assert!(
        app.audit_of(GLOBEX).is_empty(),
        "globex learns nothing of it"
    );
    let nowhere = app.program_at("nobody.localhost", Some(key.reveal()));
    nowhere.get("/tenants/me/users").expect(404);
    let twice = [
        ("X-Tenant-ID", acme.as_str()),
        ("X-Tenant-ID", acme.as_str()),
    ];
    app.program(&key)
        .ask("GET", "/tenants/me/users", &twice, None)
        .expect(400);
}

#[test]
fn iso_06_a_key_opens_its_own_world_only() {
    let app = app::start();
    let tenants = app.key(
        ACME,
        &[
            Permission::ReadUsers,
            Permission::ManageKeys,
            Permission::ReadKeys,
        ],
    );
    let platforms = app.platform_key(StaffPermissions::of(StaffPermission::ALL));
    app.program_at("admin.localhost", Some(platforms.reveal()))
        .get("/keys")
        .expect(200);
    app.program_at("acme.localhost", Some(platforms.reveal()))
        .get("/keys")
        .expect(403);
    app.program(&platforms).get("/tenants/me/users").expect(403);
    app.program(&tenants).get("/keys").expect(403);
    app.program_at("admin.localhost", Some(tenants.reveal()))
        .get("/tenants/me/users")
        .expect(403);
}

#[test]
fn authn_15_a_bad_key_never_falls_through() {
    let app = app::start();
    let good = app.key(ACME, &[Permission::ReadUsers]);
    let bad = ApiKey::of_tenant(ACME.id(), &[1; 32]);
    let nobody = app.program_at("localhost", None);
    let ask = |headers: &[(&str, &str)]| nobody.ask("GET", "/tenants/me/users", headers, None);
    let (good, bad) = (good.reveal(), bad.reveal());
    let bearer = |key: &str| format!("Bearer {key}");
    ask(&[("X-API-Key", good)]).expect(200);
    ask(&[("X-API-Key", good), ("Authorization", &bearer(good))]).expect(200);
    ask(&[("X-API-Key", good), ("Authorization", &bearer(bad))]).expect(400);
    ask(&[("X-API-Key", good), ("X-API-Key", good)]).expect(400);
    for headers in [
        vec![("X-API-Key", bad)],
        vec![("X-API-Key", "tnt_")],
        vec![("X-API-Key", "")],
        vec![("Authorization", good)],
        vec![("X-API-Key", good), ("Authorization", "Basic eDp5")],
    ] {
        let answer = ask(&headers).expect(401);
        assert_eq!(answer.code(), "authentication_failed");
        assert!(answer.header("www-authenticate").is_some());
    }
    // A browser's session opens nothing here, and the API gives no cookie.
    let owner = app.owner().get("/api/v1/tenants/me/users").expect(401);
    assert_eq!(owner.header("set-cookie"), None);
}

#[test]
fn authn_15_a_key_in_the_address_is_refused_and_flagged_once() {
    let app = app::start();
    let key = app.key(ACME, &[Permission::ReadUsers]);
    let program = app.program(&key);
    let encoded: String = key
        .reveal()
        .bytes()
        .map(|byte| format!("%{byte:02x}"))
        .collect();
    for query in [format!("api_key={}", key.reveal()), format!("x={encoded}")] {
        let answer = program
            .get(&format!("/tenants/me/users?{query}"))
            .expect(400);
        assert_eq!(answer.code(), "key_in_url");
    }
    app.program_at("localhost", None)
        .get(&format!("/tenants/me/users?k={}", key.reveal()))
        .expect(400);
    let flagged = app
        .audit()
        .iter()
        .filter(|line| line.contains("key.exposed"))
        .count();
    assert_eq!(
        (
            flagged,
            app.count("shared.api_keys where exposed_at is not null")
        ),
        (1, 1)
    );
}

#[test]
fn authz_02_a_resting_tenant_answers_no_key() {
    let app = app::start();
    let key = app.key(ACME, &[Permission::ReadUsers]);
    let program = app.program(&key);
    program.get("/tenants/me/users").expect(200);
    for (status, right) in [
        ("suspended", 403),
        ("deletion_scheduled", 403),
        ("maintenance", 503),
        ("provisioning", 503),
        ("deleted", 401),
        ("failed", 401),
    ] {
        app.set_status("acme", status);
        program.get("/tenants/me/users").expect(right);
    }
    app.program(&app.key(GLOBEX, &[Permission::ReadUsers]))
        .get("/tenants/me/users")
        .expect(200);
}

#[test]
fn authn_15_a_key_ends_at_its_moment_and_nothing_like_it_opens() {
    let app = app::start();
    let other = app.beside();
    let program = app.program(&app.key(ACME, Permission::ALL));
    let make = |body: serde_json::Value| {
        let made = program
            .send("POST", "/tenants/me/keys", &body)
            .expect(201)
            .json();
        let key = &made["data"]["key"];
        let text = |name: &str| key[name].as_str().unwrap().to_owned();
        (text("id"), text("secret"))
    };
    let (_, short) =
        make(json!({ "name": "Short", "permissions": ["users:read"], "expires_in_days": 1 }));
    let (id, lasting) = make(json!({ "name": "Lasting", "permissions": ["users:read"] }));
    let ask = |port: u16, key: &str| {
        let browser = Browser::new("localhost", port);
        let ask = browser.ask("GET", "/api/v1/tenants/me/users");
        ask.header("X-API-Key", key).send().status
    };
    assert_eq!(
        (ask(app.port, &short), ask(other.port, &lasting)),
        (200, 200)
    );
    // The same beginning, by which a key is found in lists, opens nothing.
    for place in 0..lasting.len() {
        let mut like = lasting.clone().into_bytes();
        like[place] = if like[place] == b'x' { b'y' } else { b'x' };
        let like = String::from_utf8(like).unwrap();
        assert_eq!(ask(app.port, &like), 401, "{place}");
    }
    app.clock.advance(chrono::TimeDelta::hours(25));
    assert_eq!(ask(app.port, &short), 401);
    assert_eq!(ask(app.port, &lasting), 200);
    program
        .ask("DELETE", &format!("/tenants/me/keys/{id}"), &[], None)
        .expect(200);
    // At once, and in every process.
    assert_eq!(
        (ask(app.port, &lasting), ask(other.port, &lasting)),
        (401, 401)
    );
    assert_eq!(
        app.count(&format!(
            "shared.api_keys where name like '%{lasting}%' or prefix = '{lasting}'"
        )),
        0
    );
}

#[test]
fn iso_06_a_key_is_refused_at_the_host_of_another_on_every_route() {
    let app = app::start_with(&[("api.queries_per_minute", "100000")]);
    let key = app.key(ACME, Permission::ALL);
    let hosts = ["globex.localhost", "admin.localhost"];
    let mut asked = 0;
    for route in ALL.iter().filter(|route| route.scope != Scope::Open) {
        let path = route.path.replace("{tenant_id}", "me");
        let path = path.replace(['{', '}'], "");
        let body = (route.method != "get").then_some(b"{}".as_slice());
        for host in hosts {
            let program = app.program_at(host, Some(key.reveal()));
            let method = route.method.to_uppercase();
            let answer = program.ask(&method, &path, &[], body);
            assert!(
                matches!(answer.status, 401 | 403 | 404),
                "{host} {method} {path}: {answer}"
            );
            asked += 1;
        }
    }
    let log = app.audit();
    let strays = log
        .iter()
        .filter(|line| line.starts_with("refused access.refused by Test key"));
    assert_eq!(strays.count(), asked);
    assert!(
        app.audit_of(GLOBEX).is_empty(),
        "globex learns nothing of it"
    );
}

#[test]
fn iso_05_no_spelling_of_another_tenant_changes_whose_rows_are_read() {
    let app = app::start_with(&[
        ("api.queries_per_minute", "1000000"),
        ("api.schema_per_minute", "1000000"),
        ("api.usage_per_minute", "1000000"),
    ]);
    let key = app.key(ACME, Permission::ALL);
    let program = app.program(&key);
    let globex = GLOBEX.id().to_string();
    let mut headers: Vec<(&str, String)> = Vec::new();
    for name in [
        "X-Forwarded-Host",
        "X-Original-Host",
        "X-Host",
        "X-Rewrite-URL",
    ] {
        for value in [
            "globex.localhost",
            "GLOBEX.localhost",
            "globex.localhost.",
            "globex.localhost:80",
        ] {
            headers.push((name, value.to_owned()));
        }
    }
    for value in [
        "host=globex.localhost",
        "for=1.2.3.4;host=\"globex.localhost\"",
        "host=globex.localhost, host=acme.localhost",
    ] {
        headers.push(("Forwarded", value.to_owned()));
    }
    for value in [
        "globex",
        "GLOBEX",
        " globex ",
        "globex.localhost",
        "xn--globex",
        "acme, globex",
        &globex,
        &globex.to_uppercase(),
    ] {
        headers.push(("X-Tenant-ID", value.to_owned()));
    }
    for name in [
        "X-Tenant",
        "Tenant-ID",
        "X-Tenant-Slug",
        "X-Org-ID",
        "X-TenantID",
        "X_Tenant_ID",
    ] {
        headers.push((name, "globex".to_owned()));
    }
    headers.push(("Cookie", format!("tenant={globex}")));
    headers.push(("Cookie", "tenant=globex; tenant_id=globex".to_owned()));
    let queries = ["tenant_id", "tenant", "X-Tenant-ID", "host", "org"];
    assert!(headers.len() + queries.len() >= 40, "{}", headers.len());
    let gets = ALL.iter().filter(|route| {
        route.method == "get" && !matches!(route.scope, Scope::Open | Scope::Platform(_))
    });
    for route in gets {
        let path = route.path.replace("{tenant_id}", "me");
        let path = path.replace("{user_id}", &ACME.person("member").to_string());
        let path = path.replace("{role_id}", "viewer").replace(['{', '}'], "");
        let own = |answer: &crate::support::client::Answer, told: &str| {
            assert!(
                matches!(answer.status, 200 | 400 | 403 | 404 | 421 | 422),
                "{told}: {answer}"
            );
            assert!(
                !answer.text().to_lowercase().contains("globex.test"),
                "{told}: {answer}"
            );
            let about = answer.header("x-tenant-id");
            assert!(
                about.is_none_or(|id| id == ACME.id().to_string()),
                "{told}: {answer}"
            );
        };
        for (name, value) in &headers {
            let answer = program.ask("GET", &path, &[(name, value.as_str())], None);
            own(&answer, &format!("{path} {name}: {value}"));
            let is_named = *name == "X-Tenant-ID";
            assert!(
                !is_named || matches!(answer.status, 400 | 403),
                "{path} {value}: {answer}"
            );
        }
        for name in queries {
            let answer = program.get(&format!("{path}?{name}={globex}"));
            own(&answer, &format!("{path}?{name}"));
            assert_eq!(answer.status, 422, "{path}?{name}: {answer}");
        }
    }
    let raw = |head: &str| {
        let key = key.reveal();
        let text = format!("GET {head}X-API-Key: {key}\r\nConnection: close\r\n\r\n");
        exchange(app.port, text.as_bytes())
    };
    let users = "/api/v1/tenants/me/users";
    for (head, right) in [
        (
            format!("{users} HTTP/1.1\r\nHost: acme.localhost\r\nHost: globex.localhost\r\n"),
            400,
        ),
        (format!("{users} HTTP/1.1\r\n"), 400),
        (
            format!("{users} HTTP/1.1\r\nHost: globex.localhost:80\r\n"),
            403,
        ),
        (
            format!("{users} HTTP/1.1\r\nHost: GLOBEX.LOCALHOST.\r\n"),
            403,
        ),
        (
            format!("{users} HTTP/1.1\r\nHost: acme.localhost:1\r\n"),
            200,
        ),
        (
            format!("{users} HTTP/1.1\r\nHost: xn--globex.localhost\r\n"),
            404,
        ),
        (
            format!("http://globex.localhost{users} HTTP/1.1\r\nHost: acme.localhost\r\n"),
            400,
        ),
    ] {
        let answer = raw(&head);
        assert!(!answer.text().contains("globex.test"), "{head}: {answer}");
        assert!([right, 421].contains(&answer.status), "{head}: {answer}");
    }
}
