//! What tenants use, measured: each request once, whose it was, written down once however often it is tried, and no word
//! of one tenant beside another's.

use domain::permission::Permission;
use domain::{StaffPermission, StaffPermissions};
use serde_json::Value as Json;

use crate::support::app::{self, App};
use crate::support::cast::{ACME, GLOBEX};
use crate::support::keys::Program;

fn usage(program: &Program, path: &str) -> Json {
    program.get(path).expect(200).json()["data"].clone()
}

fn platform(app: &App) -> Program {
    app.program(&app.platform_key(StaffPermissions::of(StaffPermission::ALL)))
}

#[test]
fn each_request_of_a_tenant_is_measured_once_and_by_nobody_elses_name() {
    let app = app::start();
    let acme = app.program(&app.key(ACME, Permission::ALL));
    let globex = app.program(&app.key(GLOBEX, Permission::ALL));
    for _ in 0..7 {
        acme.get("/tenants/me/users").expect(200);
    }
    globex.get("/tenants/me/users").expect(200);
    acme.get("/tenants/me/users/nobody").expect(404);
    let mut wrong = acme.key.clone().unwrap();
    wrong.truncate(wrong.len() - 4);
    let stranger = app.program_at("localhost", Some(&format!("{wrong}AAAA")));
    stranger.get("/tenants/me/users").expect(401);
    let owner = app.signed_in(ACME, "owner");
    for path in ["/users", "/usage", "/users"] {
        owner.get(path).expect(200);
    }
    app.write_down_usage();
    let told = usage(&acme, "/tenants/me/usage?period=24h");
    assert_eq!(told["usage"]["api"]["calls"], 8, "{told:#}");
    assert_eq!(told["usage"]["api"]["errors"], 0);
    assert_eq!(told["usage"]["pages"]["views"], 3);
    assert_eq!(told["usage"]["api"]["unique_users"], 0);
    assert_eq!(told["usage"]["pages"]["unique_users"], 1);
    assert!(
        told["usage"]["api"]["p95_response_time_ms"]
            .as_f64()
            .unwrap()
            > 0.0
    );
    assert!(told["usage"]["traffic"]["bytes_out"].as_i64().unwrap() > 1_000);
    let by_endpoint = &told["shares"]["api_by_endpoint"];
    assert_eq!(by_endpoint[0]["name"], "/api/v1/tenants/{tenant_id}/users");
    assert_eq!(by_endpoint[0]["amount"], 7);
    assert_eq!(told["shares"]["api_by_key"][0]["amount"], 8);
    let other = usage(&globex, "/tenants/me/usage?period=24h");
    assert_eq!(other["usage"]["api"]["calls"], 1, "{other:#}");
    assert_eq!(other["usage"]["pages"]["views"], 0);
    // The platform reads the same, and asking as the platform is no use of the tenant's.
    let seen = usage(&platform(&app), "/tenants/acme/usage?period=24h");
    assert_eq!(seen["usage"]["api"]["calls"], 8);
    app.write_down_usage();
    let again = usage(&platform(&app), "/tenants/acme/usage?period=24h");
    assert_eq!(
        again["usage"]["api"]["calls"], 9,
        "the reading itself was a call"
    );
}
