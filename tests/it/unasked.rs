//! Fields that nobody asked for: added to every write of every door, as a form, as JSON and in parts, they are refused
//! or change nothing.

use diesel::prelude::*;
use diesel::sql_types::Text;
use domain::permission::Permission;
use domain::{SessionId, StaffRole, UserId};
use serde_json::json;
use tenantry::api::route::Scope;
use tenantry::routes;
use uuid::Uuid;

use crate::support::app::{self, App};
use crate::support::cast::{ACME, GLOBEX};
use crate::support::client::Browser;
use crate::support::paths::Things;
use crate::support::postgres::query;
use crate::support::staff_paths::StaffThings;

/// What a column, a framework or a habit might be called.
const FIELDS: [&str; 32] = [
    "tenant_id",
    "tenant",
    "id",
    "user_id",
    "role",
    "roles",
    "role_id",
    "is_owner",
    "is_admin",
    "admin",
    "verified",
    "email_verified",
    "status",
    "state",
    "limits",
    "features",
    "plan",
    "trial_ends_at",
    "seats",
    "created_at",
    "updated_at",
    "created_by",
    "password_hash",
    "token_hash",
    "secret",
    "permissions",
    "demo",
    "hosts",
    "user[role]",
    "role[]",
    "permissions[0]",
    "__proto__",
];

/// Those that a form has by right.
fn own(path: &str) -> &'static [&'static str] {
    match path {
        "/users/invitations" | "/users/{id}/edit" | "/users/{id}/role" | "/staff/invitations"
        | "/staff/{id}/role" => &["role"],
        "/users/bulk/{deed}" => &["role", "id", "status"],
        "/roles" | "/roles/{id}" | "/keys" => &["permissions"],
        "/plan/choice" | "/tenants/{id}/plan" => &["plan"],
        "/tenants" => &["plan", "seats"],
        "/plans" | "/plans/{plan}/edit" => &["features", "limits"],
        "/tenants/{id}/edit" => &["features", "limits"],
        "/scalings"
        | "/scalings/price"
        | "/tenants/{id}/scalings/{scaling}/approval"
        | "/tenants/{id}/scalings/{scaling}/price" => &["limits"],
        _ => &[],
    }
}

/// Writes that read no form at all, of a tenant and of the platform: what comes with them is not looked at.
const NO_FORM: &[&str] = &[
    "/me/sessions/others/end",
    "/me/sessions/{id}/end",
    "/ownership/withdrawal",
    "/me/sessions/others/end",
    "/me/sessions/{id}/end",
];

/// Everything that a field could have changed.
fn marks(app: &App) -> Vec<String> {
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = Text)]
        mark: String,
    }
    let mark = |table: &str| {
        let text = format!(
            "select coalesce(md5(string_agg(mark, '|' order by mark)), '') as mark from \
             (select (to_jsonb(t) - 'last_used_at')::text as mark from {table} t) marks"
        );
        let mut place = match table.starts_with("catalogue.") {
            true => app.sql(),
            false => app.sql_of(ACME),
        };
        let row: Row = query(&text).get_result(&mut place).unwrap();
        row.mark
    };
    [
        "shared.users",
        "shared.credentials",
        "shared.roles",
        "shared.api_keys",
        "catalogue.tenants",
        "catalogue.staff",
    ]
    .map(mark)
    .to_vec()
}

/// Sends a form with each of the fields besides, and the same as JSON and in parts.
fn try_all(told: &str, own: &[&str], browser: &Browser, path: &str, form: &[(&str, &str)]) -> bool {
    let send = |field: &str| {
        let more = [(field, "owner")];
        browser.post(path, &[form, &more].concat())
    };
    let reads = send("nonsense").status == 400;
    for field in FIELDS.iter().filter(|field| !own.contains(field)) {
        let answer = send(field);
        assert!(
            !reads || [400, 422].contains(&answer.status),
            "{told} takes {field}: {answer}"
        );
    }
    let body = json!({ "role": "owner", "tenant_id": GLOBEX.id().to_string() }).to_string();
    let ask = browser.ask("POST", path).body("application/json", body);
    let json = ask.send().status;
    assert!(
        !reads || [400, 415].contains(&json),
        "{told} reads JSON: {json}"
    );
    let file = ("tenant_id", "x", &b"owner"[..]);
    let ask = browser.ask("POST", path);
    let parts = ask.upload(&[("role", "owner")], file).send().status;
    assert!(
        !reads || [400, 415, 422].contains(&parts),
        "{told} reads parts: {parts}"
    );
    reads
}

#[test]
fn authz_04_no_form_takes_a_field_that_it_does_not_have() {
    let app = app::start();
    app.leaves_jobs();
    let before = marks(&app);
    let mut no_form = Vec::new();
    let things = Things::nowhere().giving("viewer");
    for route in routes::ALL.iter().filter(|route| route.method == "post") {
        if route.path == "/sign-out" || route.path == "/me/leaving" {
            continue;
        }
        let form = things.form(route);
        let form: Vec<(&str, &str)> = form.iter().map(|(n, v)| (*n, v.as_str())).collect();
        let (owner, path) = (app.owner(), things.path(route));
        if !try_all(route.path, own(route.path), &owner, &path, &form) {
            no_form.push(route.path);
        }
    }
    let things = StaffThings::nowhere();
    for route in routes::platform::ALL
        .iter()
        .filter(|route| route.method == "post")
    {
        if route.path == "/sign-out" {
            continue;
        }
        let form = things.form(route);
        let form: Vec<(&str, &str)> = form.iter().map(|(n, v)| (*n, v.as_str())).collect();
        let (staff, path) = (app.staff(StaffRole::Owner), things.path(route));
        if !try_all(route.path, own(route.path), &staff, &path, &form) {
            no_form.push(route.path);
        }
    }
    assert_eq!(marks(&app), before);
    assert_eq!(no_form, NO_FORM, "what reads no form, or reads any");
}

#[test]
fn authz_04_no_json_of_a_tenants_program_takes_a_member_that_it_does_not_have() {
    let app = app::start_with(&[("api.queries_per_minute", "1000000")]);
    app.leaves_jobs();
    let program = app.program(&app.key(ACME, Permission::ALL));
    let before = marks(&app);
    let mut tried = 0;
    for route in routes::api::ALL {
        let writes = ["post", "put"].contains(&route.method);
        if !writes || !matches!(route.scope, Scope::Tenant(_)) {
            continue;
        }
        let nobody = Uuid::from_u128(7);
        let path = route
            .path
            .replace("{tenant_id}", "me")
            .replace("{user_id}", &UserId::from_uuid(nobody).to_string())
            .replace("{session_id}", &SessionId::from_uuid(nobody).to_string())
            .replace("{role_id}", "role_0000000000e008000000000007")
            .replace("{key_id}", "key_00000000000000000000000007")
            .replace("{visit_id}", "visit_00000000000000000000000007")
            .replace("{move_id}", "move_00000000000000000000000007");
        let owns: &[&str] = match route.path {
            path if path.ends_with("/role") => &["role"],
            path if path.ends_with("/roles") || path.ends_with("/{role_id}") => &["permissions"],
            path if path.ends_with("/keys") => &["permissions"],
            _ => &[],
        };
        let method = route.method.to_uppercase();
        for field in FIELDS.iter().filter(|field| !owns.contains(field)) {
            for value in [json!("owner"), json!({ "role": "owner" }), json!(["owner"])] {
                let answer = program.send(&method, &path, &json!({ *field: value }));
                let told = format!("{method} {path} takes {field}: {answer}");
                assert_eq!(answer.status, 422, "{told}");
                let fields = &answer.json()["error"]["details"]["fields"];
                assert!(fields[*field].is_string(), "{told}");
                tried += 1;
            }
        }
        let array = program.send(&method, &path, &json!([{ "role": "owner" }]));
        assert!(
            [400, 422].contains(&array.status),
            "{method} {path}: {array}"
        );
        let browser = app.visitor_at("localhost");
        let key = format!("Bearer {}", program.key.as_ref().unwrap());
        for kind in ["application/x-www-form-urlencoded", "text/plain"] {
            let ask = browser.ask(&method, &format!("/api/v1{path}"));
            let ask = ask.header("Authorization", &key).body(kind, "role=owner");
            let answer = ask.send();
            assert_eq!(answer.status, 415, "{method} {path} {kind}: {answer}");
        }
    }
    assert!(tried > 700, "{tried}");
    assert_eq!(marks(&app), before);
}
