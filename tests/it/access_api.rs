//! Who may what by the API: every route with every kind of key (`access_api.txt`). The file is generated,
//! reviewed, and complete. `TENANTRY_BLESS=1` writes it anew.

use std::fmt::Write as _;

use diesel::RunQueryDsl;
use domain::permission::Permission;
use domain::staff::{StaffPermissions, StaffRole};
use domain::{BuiltInRole, SessionId, UserId};
use tenantry::api::route::{ApiRoute, Scope};
use tenantry::routes::api::{ALL, ROOT};
use uuid::Uuid;

use crate::access::reviewed;
use crate::support::app::{self, App};
use crate::support::cast::{ACME, GLOBEX};
use crate::support::keys::Program;
use crate::support::postgres::query;

const HEAD: &str = "\
# Who gets which answer from which route of the API: reads of acme's own things, writes to what does not exist.
# none: no key. bad: a key that is none. cookie: acme's owner in a browser. The words of roles are keys of acme with
# what the role allows; foreign is globex's with every right; p- are keys of the platform with what a role allows.
";

const WHO: [&str; 11] = [
    "none",
    "bad",
    "cookie",
    "foreign",
    "viewer",
    "member",
    "analyst",
    "manager",
    "owner",
    "p-analyst",
    "p-owner",
];

fn program(app: &App, who: &str) -> Program {
    let every: Vec<Permission> = Permission::ALL.to_vec();
    match who {
        "none" | "cookie" => app.program_at("localhost", None),
        "bad" => {
            let bad = domain::ApiKey::of_tenant(ACME.id(), &[9; 32]);
            app.program_at("localhost", Some(bad.reveal()))
        }
        "foreign" => app.program(&app.key(GLOBEX, &every)),
        "p-analyst" => app.program(&app.platform_key(StaffRole::Analyst.permissions())),
        "p-owner" => {
            let all = StaffPermissions::of(domain::StaffPermission::ALL);
            app.program(&app.platform_key(all))
        }
        role => {
            let role: BuiltInRole = role.parse().unwrap();
            let keys: Vec<Permission> = role.permissions().iter().collect();
            app.program(&app.key(ACME, &keys))
        }
    }
}

fn path(route: &ApiRoute) -> String {
    let id = match route.method {
        "get" => ACME.person("member"),
        _ => UserId::from_uuid(Uuid::from_u128(7)),
    };
    route
        .path
        .replace("{tenant_id}", &ACME.id().to_string())
        .replace("{user_id}", &id.to_string())
        .replace(
            "{session_id}",
            &SessionId::from_uuid(Uuid::from_u128(7)).to_string(),
        )
        .replace(
            "{role_id}",
            if route.method == "get" {
                "viewer"
            } else {
                "role_0000000000e008000000000007"
            },
        )
        .replace("{key_id}", "key_00000000000000000000000007")
        .replace("{entry_id}", "audit_00000000000000000000000007")
        .replace("{job_id}", "job_00000000000000000000000007")
        .replace("{visit_id}", "visit_00000000000000000000000007")
        .replace("{move_id}", "move_00000000000000000000000007")
        .replace("{rollout_id}", "mig_00000000000000000000000007")
        .replace(
            "{node}",
            if route.method == "get" {
                "main"
            } else {
                "nowhere"
            },
        )
        .replace("{plan}", "enterprise")
        .replace("{resource}", "users")
        .replace("{staff_id}", "staff_00000000000000000000000007")
}

#[test]
fn authz_01_every_route_of_the_api_answers_every_key_as_the_table_says() {
    let app = app::start_with(&[("api.queries_per_minute", "100000")]);
    app.leaves_jobs();
    let owner = app.owner();
    let programs: Vec<(&str, Program)> = WHO.iter().map(|who| (*who, program(&app, who))).collect();
    let mut table = String::from(HEAD);
    write!(table, "{:6} {:66} {:46}", "#", "route", "needs").unwrap();
    for who in WHO {
        write!(table, " {who:>9}").unwrap();
    }
    table.push('\n');
    for route in ALL {
        let needs = match route.scope {
            Scope::Open => "-".to_owned(),
            Scope::Tenant(key) => key.to_owned(),
            Scope::Platform(key) => format!("platform {key}"),
            Scope::Either(own, any) => format!("{own} or platform {any}"),
        };
        write!(table, "{:6} {:66} {needs:46}", route.method, route.path).unwrap();
        for (who, program) in &programs {
            let path = path(route);
            let body = (route.method != "get").then_some(b"{}".as_slice());
            let method = route.method.to_uppercase();
            let answer = if *who == "cookie" {
                let mut ask = owner.ask(&method, &format!("{ROOT}{path}"));
                if let Some(body) = body {
                    ask = ask.body("application/json", body);
                }
                ask.send()
            } else {
                program.ask(&method, &path, &[], body)
            };
            write!(table, " {:>9}", answer.status).unwrap();
            no_cell_is_against_the_rule(route, who, answer.status);
        }
        table.push('\n');
    }
    reviewed("access_api.txt", &table);
}

/// Whatever the file says: nobody passes who must not, and nobody is held up who may pass.
fn no_cell_is_against_the_rule(route: &ApiRoute, who: &str, status: u16) {
    let told = format!("{} {} answers {status} to {who}", route.method, route.path);
    assert!(status < 500, "{told}");
    let right = match (route.scope, who) {
        // Signing up is off here.
        (Scope::Open, _) => status == if route.method == "get" { 200 } else { 404 },
        (_, "none" | "bad" | "cookie") => status == 401,
        (Scope::Tenant(_), "p-analyst" | "p-owner") => status == 403,
        // The path names no tenant: it is the key's own that answers.
        (Scope::Either(..), "foreign") if !route.path.contains("{tenant_id}") => status < 400,
        (Scope::Tenant(_) | Scope::Either(..), "foreign") => status == 403,
        (Scope::Tenant(key) | Scope::Either(key, _), role) if !role.starts_with("p-") => {
            let role: BuiltInRole = role.parse().unwrap();
            let may = role.permissions().iter().any(|one| one.key() == key);
            may != matches!(status, 401 | 403)
        }
        (Scope::Platform(_) | Scope::Either(..), "p-owner") => !matches!(status, 401 | 403),
        (Scope::Platform(key) | Scope::Either(_, key), "p-analyst") => {
            let may = StaffRole::Analyst
                .permissions()
                .iter()
                .any(|one| one.key() == key);
            may != (status == 403)
        }
        (Scope::Platform(_), _) => status == 403,
        (Scope::Tenant(_) | Scope::Either(..), _) => false,
    };
    assert!(right, "{told}");
}

#[test]
fn aud_01_every_refusal_to_a_key_leaves_one_entry() {
    let app = app::start_with(&[("api.queries_per_minute", "100000")]);
    app.leaves_jobs();
    let programs: Vec<(&str, Program)> = ["viewer", "member", "manager", "p-analyst"]
        .iter()
        .map(|who| (*who, program(&app, who)))
        .collect();
    let mut refused = 0;
    for route in ALL {
        for (who, program) in &programs {
            let (needed, held) = match (route.scope, who.parse::<BuiltInRole>()) {
                (Scope::Tenant(key) | Scope::Either(key, _), Ok(role)) => {
                    (key, role.permissions().iter().any(|one| one.key() == key))
                }
                (Scope::Platform(key) | Scope::Either(_, key), Err(_)) => {
                    let held = StaffRole::Analyst.permissions();
                    let mut held = held.iter();
                    (key, held.any(|one| one.key() == key))
                }
                _ => continue,
            };
            if held {
                continue;
            }
            let log = || match who.starts_with("p-") {
                false => app.audit(),
                true => app.platform_audit(),
            };
            let (from, others) = (log().len(), app.audit_of(GLOBEX).len());
            let body = (route.method != "get").then_some(b"{}".as_slice());
            let method = route.method.to_uppercase();
            program.ask(&method, &path(route), &[], body).expect(403);
            let left = log().split_off(from);
            let told = format!("{method} {} needs {needed}: {left:?}", route.path);
            assert_eq!(left.len(), 1, "{told}");
            assert!(left[0].starts_with("refused access.refused by "), "{told}");
            assert!(left[0].contains("Test key"), "{told}");
            assert_eq!(app.audit_of(GLOBEX).len(), others, "{told}");
            refused += 1;
        }
    }
    assert!(refused > 40, "{refused}");
}

#[test]
fn authz_02_a_key_rests_with_its_tenant_and_with_who_made_it() {
    let app = app::start_with(&[("api.queries_per_minute", "100000")]);
    app.leaves_jobs();
    let program = app.program_of(&app.admin(), &BuiltInRole::Admin.permissions());
    program.get("/tenants/me/users").expect(200);
    let tenants = ALL
        .iter()
        .filter(|route| matches!(route.scope, Scope::Tenant(_)));
    let routes: Vec<&ApiRoute> = tenants.collect();
    let each = |told: &str, right: u16| {
        for route in &routes {
            let body = (route.method != "get").then_some(b"{}".as_slice());
            let method = route.method.to_uppercase();
            let answer = program.ask(&method, &path(route), &[], body);
            assert_eq!(
                answer.status, right,
                "{told}: {method} {}: {answer}",
                route.path
            );
        }
    };
    for (status, right) in [
        ("suspended", 403),
        ("deletion_scheduled", 403),
        ("maintenance", 503),
        ("provisioning", 503),
        ("deleted", 401),
        ("failed", 401),
    ] {
        app.set_status("acme", status);
        each(status, right);
    }
    app.set_status("acme", "active");
    program.get("/tenants/me/users").expect(200);
    for status in ["suspended", "inactive", "invited", "removed"] {
        let text =
            format!("update shared.users set status = '{status}' where email = 'admin@acme.test'");
        query(&text).execute(&mut app.sql_of(ACME)).unwrap();
        each(status, 401);
    }
}
