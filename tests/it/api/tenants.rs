//! Which tenant a request is about: key, host, header and path agree, or nothing is read.

use domain::permission::Permission;
use domain::{ApiKey, StaffPermission, StaffPermissions};

use crate::support::app;
use crate::support::cast::{ACME, GLOBEX};

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
