//! The platform by its keys: tenants listed, made, read, changed and deleted; its queue and its log.

use domain::permission::Permission;
use domain::{StaffPermission, StaffPermissions, StaffRole};
use serde_json::{Value as Json, json};

use crate::support::app::{self, App};
use crate::support::cast::{ACME, GLOBEX};
use crate::support::keys::Program;

fn platform(app: &App) -> Program {
    app.program(&app.platform_key(StaffPermissions::of(StaffPermission::ALL)))
}

/// The tenant of the reference's example, but for its domain.
fn acquired() -> Json {
    json!({ "tenant": {
        "name": "Initrode", "schema_name": "initrode", "domain": "initrode.localhost",
        "settings": {
            "timezone": "America/New_York", "currency": "USD", "locale": "en-US",
            "date_format": "%m/%d/%Y", "time_format": "%I:%M %p", "features": { "advanced_analytics": true }
        },
        "admin_user": { "email": "admin@initrode.example", "name": "John Admin", "password": "violet-harbour-lantern-43" },
        "limits": { "users": 1000, "storage_gb": 100, "api_calls_per_day": 100_000, "custom_integrations": 5 },
        "branding": {
            "logo_url": "https://initrode.example/logo.png", "primary_color": "#007bff",
            "secondary_color": "#6c757d", "company_name": "Initrode Inc."
        }
    }})
}

#[test]
fn a_tenant_is_made_with_the_fields_of_the_reference_and_is_as_it_was_asked_for() {
    let app = app::start();
    let program = platform(&app);
    let made = program.send("POST", "/tenants", &acquired()).expect(201);
    let data = &made.json()["data"];
    assert_eq!(data["tenant"]["status"], "provisioning");
    assert_eq!(data["tenant"]["domain"], "initrode.localhost");
    assert_eq!(data["admin_user"]["role"], "tenant_admin");
    assert_eq!(data["database"]["schema_created"], false);
    let extensions = data["database"]["extensions_enabled"].as_array().unwrap();
    assert!(extensions.contains(&json!("plpgsql")), "{extensions:?}");
    assert_eq!(data["provisioning"]["status"], "in_progress");
    app.run_jobs();
    let id = data["tenant"]["id"].as_str().unwrap();
    // Whom the answer named is who owns it.
    let owner = data["admin_user"]["id"].as_str().unwrap();
    let owner: domain::UserId = owner.parse().unwrap();
    let owners = format!(
        "shared.users where id = '{}' and role = 'owner'",
        owner.uuid()
    );
    assert_eq!(app.count(&owners), 1);
    let read = program.get(&format!("/tenants/{id}")).expect(200).json();
    let data = &read["data"];
    assert_eq!(data["tenant"]["settings"]["timezone"], "America/New_York");
    assert_eq!(
        data["usage"]["users"],
        json!({ "current": 1, "limit": 1000, "usage_percent": 0.1 })
    );
    assert_eq!(data["usage"]["storage"]["limit_gb"], 100);
    assert_eq!(data["usage"]["storage"]["current_gb"], json!(null));
    assert!(data["usage"]["storage"]["missing"].is_string());
    assert_eq!(data["features"]["advanced_analytics"], true);
    assert_eq!(data["branding"]["primary_color"], "#007bff");
    assert_eq!(data["branding"]["company_name"], "Initrode Inc.");
    let found = program
        .get("/tenants/by-domain?domain=INITRODE.localhost.")
        .expect(200);
    let found = &found.json()["data"];
    assert_eq!(found["routing"]["primary_domain"], true);
    assert_eq!(found["branding"]["secondary_color"], "#6c757d");
    let nobody = program
        .get("/tenants/by-domain?domain=x.example")
        .expect(404);
    assert_eq!(nobody.code(), "tenant_not_found");
    for (place, value, status, code) in [
        ("schema_name", "acme", 409, "schema_name_exists"),
        ("domain", "globex.localhost", 409, "domain_already_used"),
        ("name", "", 422, "invalid_tenant_config"),
    ] {
        let mut other = acquired();
        other["tenant"]["schema_name"] = json!("initrode_two");
        other["tenant"]["domain"] = json!("initrode-two.localhost");
        other["tenant"][place] = json!(value);
        let refused = program.send("POST", "/tenants", &other).expect(status);
        assert_eq!(refused.code(), code, "{refused}");
        let fields = &refused.json()["error"]["details"]["fields"];
        assert!(fields[format!("tenant.{place}")].is_string(), "{refused}");
    }
}

#[test]
fn the_platform_changes_all_of_a_tenant_and_is_told_what_changed() {
    let app = app::start();
    let program = platform(&app);
    let body = json!({
        "settings": { "timezone": "Europe/London", "locale": "en-GB", "currency": "GBP" },
        "limits": { "users": 2000 }, "features": { "sso_integration": true },
        "contact": { "name": "Jane" }, "billing_email": "bills@acme.example",
        "product_config": { "tier": "gold" }, "schema_name": "acme_corp"
    });
    let changed = program.send("PUT", "/tenants/acme", &body).expect(200);
    let changed = changed.json();
    let words = changed["data"]["changes_applied"].to_string();
    for word in [
        "timezone_updated",
        "features_enabled",
        "limits_",
        "schema_name_updated",
    ] {
        assert!(words.contains(word), "{word}: {words}");
    }
    assert_eq!(changed["data"]["restart_required"], false);
    app.run_jobs();
    let read = program.get("/tenants/acme").expect(200).json();
    assert_eq!(read["data"]["tenant"]["schema_name"], "acme_corp");
    assert_eq!(read["data"]["usage"]["users"]["limit"], 2000);
    assert_eq!(read["data"]["product_config"]["tier"], "gold");
    assert_eq!(read["data"]["contact"]["name"], "Jane");
    let stale = json!({ "name": "Other", "version": 1 });
    let stale = program.send("PUT", "/tenants/acme", &stale).expect(409);
    assert_eq!(stale.code(), "stale_edit");
    let taken = program.send("PUT", "/tenants/acme", &json!({ "schema_name": "globex" }));
    assert_eq!(
        (taken.status, taken.code().as_str()),
        (409, "schema_name_exists")
    );
    for wrong in [
        json!({ "settings": { "timezone": "Mars/Base" } }),
        json!({ "limits": { "cookies": 3 } }),
        json!({ "features": { "No!": true } }),
        json!({ "product_config": [] }),
        json!({ "contact": { "email": "x" } }),
    ] {
        let refused = program.send("PUT", "/tenants/acme", &wrong).expect(422);
        assert_eq!(
            refused.code(),
            "invalid_tenant_config",
            "{wrong}: {refused}"
        );
    }
    let unknown = json!({ "plan": "enterprise" });
    program.send("PUT", "/tenants/acme", &unknown).expect(422);
    let moved = program.send(
        "PUT",
        "/tenants/globex/address",
        &json!({ "subdomain": "globex-two" }),
    );
    assert_eq!(
        moved.expect(200).json()["data"]["tenant"]["domain"],
        "globex-two.localhost"
    );
    let log = app.platform_audit().join("\n");
    assert!(
        log.contains("tenant.changed") && log.contains("tenant.renamed"),
        "{log}"
    );
    app.run_jobs();
}

#[test]
fn a_tenants_key_changes_its_own_record_within_what_the_tenant_has() {
    let app = app::start();
    let key = app.key(
        ACME,
        &[Permission::ManageSettings, Permission::ReadOverview],
    );
    let program = app.program(&key);
    let body = json!({ "settings": { "timezone": "Europe/London" }, "name": "Acme Ltd" });
    let changed = program.send("PUT", "/tenants/me", &body).expect(200).json();
    assert_eq!(
        changed["data"]["changes_applied"],
        json!(["name_updated", "timezone_updated"])
    );
    app.run_jobs();
    let log = app.audit();
    assert!(
        log.iter()
            .any(|line| line.starts_with("done tenant.changed by Test key")),
        "{log:#?}"
    );
    let read = program.get("/tenants/me").expect(200).json();
    assert_eq!(read["data"]["tenant"]["name"], "Acme Ltd");
    // How it is run is for those who may see the settings.
    assert_eq!(read["data"].get("contact"), None);
    let limit = read["data"]["usage"]["users"]["limit"].as_i64();
    let more = json!({ "limits": { "users": limit.unwrap_or(50) + 1_000_000 } });
    let more = program.send("PUT", "/tenants/me", &more).expect(422);
    assert_eq!(more.code(), "limits_exceeded");
    let feature = json!({ "features": { "everything_there_is": true } });
    program.send("PUT", "/tenants/me", &feature).expect(422);
    for only_platform in [
        json!({ "schema_name": "mine" }),
        json!({ "product_config": { "a": 1 } }),
    ] {
        let refused = program
            .send("PUT", "/tenants/me", &only_platform)
            .expect(403);
        assert_eq!(refused.code(), "admin_privileges_required");
    }
    let reads = app.key(ACME, &[Permission::ReadOverview]);
    app.program(&reads)
        .send("PUT", "/tenants/me", &json!({}))
        .expect(403);
    // Another tenant's key neither reads nor changes it.
    let foreign = app.program(&app.key(GLOBEX, Permission::ALL));
    foreign.get(&format!("/tenants/{}", ACME.id())).expect(403);
    foreign.send("PUT", "/tenants/acme", &body).expect(403);
    assert_eq!(app.count("catalogue.tenants where name = 'Acme Ltd'"), 1);
    app.run_jobs();
}

#[test]
fn tenants_are_listed_searched_and_walked_and_no_tenants_key_sees_the_list() {
    let app = app::start();
    let analyst = app.program(&app.platform_key(StaffRole::Analyst.permissions()));
    let list = analyst
        .get("/tenants?sort=name&order=desc&page_size=1")
        .expect(200)
        .json();
    assert_eq!(list["data"]["tenants"][0]["name"], "Globex");
    assert_eq!(list["data"]["pagination"]["total_count"], 2);
    let found = analyst
        .get("/tenants?search=acme&status=active")
        .expect(200)
        .json();
    assert_eq!(found["data"]["tenants"][0]["schema_name"], "acme");
    let (mut seen, mut cursor) = (Vec::new(), String::new());
    loop {
        let part = analyst.get(&format!("/tenants?page_size=1&sort=name&cursor={cursor}"));
        let part = part.expect(200).json();
        for tenant in part["data"]["tenants"].as_array().unwrap() {
            seen.push(tenant["schema_name"].as_str().unwrap().to_owned());
        }
        match part["data"]["next_cursor"].as_str() {
            Some(next) => cursor = next.to_owned(),
            None => break,
        }
    }
    assert_eq!(seen, ["acme", "globex"]);
    for wrong in [
        "page=0",
        "sort=slug",
        "order=up",
        "status=gone",
        "placement=moon",
        "kind=x",
        "cursor=x",
        "cursor=&page=1",
        "created_from=yesterday",
        "plan=%00",
        "search=%00",
        "secret=1",
    ] {
        let answer = analyst.get(&format!("/tenants?{wrong}")).expect(422);
        assert_eq!(answer.code(), "invalid_request", "{wrong}");
    }
    app.program(&app.key(ACME, Permission::ALL))
        .get("/tenants")
        .expect(403);
}

#[test]
fn a_deletion_asked_for_again_otherwise_is_noticed() {
    let app = app::start();
    let program = platform(&app);
    let ask = |query: &str, body: Option<&[u8]>| {
        let path = format!("/tenants/globex?confirmation=DELETE_PERMANENTLY{query}");
        program.ask("DELETE", &path, &[("Idempotency-Key", "gone")], body)
    };
    let first = ask("&grace_period_days=10", None).expect(200);
    let json = first.json();
    assert_eq!(json["data"]["deletion_status"], "scheduled");
    assert_eq!(json["data"]["data_export_url"], json!(null));
    assert!(json["data"]["data_export_missing"].is_string());
    let again = ask("&grace_period_days=10", None).expect(200);
    assert_eq!(again.header("idempotency-replayed"), Some("true"));
    assert_eq!(again.json(), json);
    for (query, body) in [
        ("&grace_period_days=20", None),
        ("", None),
        ("&grace_period_days=10", Some(b"{}".as_slice())),
    ] {
        let other = ask(query, body).expect(422);
        assert_eq!(other.code(), "idempotency_key_reused", "{query}");
    }
    let body = br#"{"grace_period_days": 20}"#.as_slice();
    assert_eq!(ask("", Some(body)).expect(422).code(), "invalid_request");
    let unsure = "/tenants/acme?confirmation=yes&grace_period_days=4000";
    let unsure = program.ask("DELETE", unsure, &[], None).expect(422).json();
    let fields = &unsure["error"]["details"]["fields"];
    assert!(fields["confirmation"].is_string() && fields["grace_period_days"].is_string());
    app.run_jobs();
}

#[test]
fn the_queue_is_read_and_mended_and_the_log_is_read() {
    let app = app::start();
    let program = platform(&app);
    program
        .send(
            "POST",
            "/tenants/acme/suspension",
            &json!({ "reason": "Unpaid." }),
        )
        .expect(200);
    // At rest it is still shown to those who run it.
    program.get("/tenants/acme").expect(200);
    let waiting = program
        .get("/jobs?state=queued&kind=tenant.note")
        .expect(200)
        .json();
    let job = &waiting["data"]["jobs"][0];
    assert_eq!(job["tenant_id"], ACME.id().to_string());
    let path = format!("/jobs/{}", job["id"].as_str().unwrap());
    program.get(&path).expect(200);
    program
        .send("POST", &format!("{path}/retry"), &json!({}))
        .expect(200);
    let walked = program
        .get("/jobs?state=queued&cursor=&page_size=1")
        .expect(200)
        .json();
    assert_eq!(walked["data"]["jobs"].as_array().unwrap().len(), 1);
    if let Some(next) = walked["data"]["next_cursor"].as_str() {
        program
            .get(&format!("/jobs?state=queued&cursor={next}&page_size=1"))
            .expect(200);
    }
    let dropped = program.ask("DELETE", &path, &[], None).expect(200).json();
    assert_eq!(dropped["data"]["dropped"], "given_up");
    app.run_jobs();
    let dead = program.get("/jobs").expect(200).json();
    assert_eq!(dead["data"]["pagination"]["total_count"], 1);
    program.get("/jobs?cursor=&page_size=1").expect(200);
    let log = program
        .get("/audit?action=job.dropped&outcome=done")
        .expect(200)
        .json();
    assert_eq!(log["data"]["entries"].as_array().unwrap().len(), 1);
    let about = program
        .get("/audit?tenant=acme&cursor=&page_size=1")
        .expect(200)
        .json();
    let entry = &about["data"]["entries"][0];
    assert_eq!(entry["tenant_id"], ACME.id().to_string());
    let next = about["data"]["next_cursor"].as_str().unwrap();
    program.get(&format!("/audit?cursor={next}")).expect(200);
    program
        .get(&format!("/audit/{}", entry["id"].as_str().unwrap()))
        .expect(200);
    for wrong in [
        "tenant=A_B",
        "action=x.y",
        "actor=x",
        "cursor=x",
        "from=now",
    ] {
        program.get(&format!("/audit?{wrong}")).expect(422);
    }
    for wrong in ["state=done", "cursor=1.x", "kind=%00", "page=0"] {
        program.get(&format!("/jobs?{wrong}")).expect(422);
    }
    let tenants = app.program(&app.key(ACME, Permission::ALL));
    app.set_status("acme", "active");
    tenants.get("/jobs").expect(403);
    tenants.get("/audit").expect(403);
    app.leaves_jobs();
}
