//! A tenant's key and the ids of another tenant: none of them means anything to it, on no route.

use domain::permission::Permission;
use domain::{PlacementKind, StaffPermission, StaffPermissions, StaffRole};
use serde_json::{Value as Json, json};
use tenantry::api::route::{ApiRoute, Scope};
use tenantry::routes::api::ALL;

use crate::support::app::{self, App};
use crate::support::cast::{ACME, GLOBEX, placement};
use crate::support::client::Answer;
use crate::support::keys::Program;
use crate::support::shop::goods;

/// Something of acme's for each name that a path has.
struct Ids(Vec<(&'static str, String)>);

impl Ids {
    fn of(app: &App) -> Self {
        let program = app.program(&app.key(ACME, Permission::ALL));
        let staff = app.program(&app.platform_key(StaffPermissions::of(StaffPermission::ALL)));
        app.admin();
        let text = |json: &Json, at: &str| json.pointer(at).unwrap().as_str().unwrap().to_owned();
        let get = |path: &str, at: &str| text(&program.get(path).expect(200).json(), at);
        let role = json!({ "name": "Keeper", "permissions": ["users:read"] });
        let role = program
            .send("POST", "/tenants/me/roles", &role)
            .expect(201)
            .json();
        let key = json!({ "name": "Of acme", "permissions": ["users:read"] });
        let key = program
            .send("POST", "/tenants/me/keys", &key)
            .expect(201)
            .json();
        let whom = app.staff_id(StaffRole::Operator).to_string();
        let visit = json!({ "reason": "Ticket 4711", "hours": 1, "staff_id": whom });
        let visit = staff
            .send("POST", "/tenants/acme/visits", &visit)
            .expect(201)
            .json();
        let other = match placement() {
            PlacementKind::Shared => PlacementKind::Schema,
            _ => PlacementKind::Shared,
        };
        let to = json!({ "placement": other });
        let moves = "/tenants/acme/moves";
        let moving = staff.send("POST", moves, &to).expect(201).json();
        let moving = text(&moving, "/data/move/id");
        staff
            .send("DELETE", &format!("{moves}/{moving}"), &json!({}))
            .expect(200);
        app.has(&[goods()]).unwrap();
        let rollout = staff
            .send("POST", "/rollouts", &json!({}))
            .expect(201)
            .json();
        let held = json!({ "resource": "custom_integrations", "amount": 1 });
        let held = program
            .send("POST", "/tenants/me/reservations", &held)
            .expect(201)
            .json();
        let wish = json!({ "target_limits": { "users": 2000 } });
        let scaling = program.send("POST", "/tenants/me/scale", &wish);
        let scaling = scaling.expect(200).json();
        let plan =
            json!({ "key": "of_acme", "name": "Of acme", "features": { "api_access": true } });
        staff.send("POST", "/plans", &plan).expect(201);
        let plan = json!({ "plan": "of_acme" });
        staff.send("PUT", "/tenants/acme/plan", &plan).expect(200);
        let sessions = format!("/tenants/me/users/{}/sessions", ACME.person("admin"));
        Self(vec![
            ("user_id", ACME.person("admin").to_string()),
            ("session_id", get(&sessions, "/data/sessions/0/id")),
            ("role_id", text(&role, "/data/role/id")),
            ("key_id", text(&key, "/data/key/id")),
            ("move_id", moving),
            ("rollout_id", text(&rollout, "/data/rollout/id")),
            ("visit_id", text(&visit, "/data/visit/id")),
            ("job_id", get("/tenants/me/jobs", "/data/jobs/0/id")),
            ("entry_id", get("/tenants/me/audit", "/data/entries/0/id")),
            ("staff_id", whom),
            ("scaling_id", text(&scaling, "/data/scaling_id")),
            ("reservation_id", text(&held, "/data/reservation/id")),
            ("node", "main".to_owned()),
            ("plan", "of_acme".to_owned()),
            ("resource", "users".to_owned()),
        ])
    }

    /// The route's path in this tenant, with acme's ids.
    fn path(&self, route: &ApiRoute, tenant: &str) -> String {
        let part = |part: &str| {
            let name = part
                .strip_prefix('{')
                .and_then(|name| name.strip_suffix('}'));
            match name {
                None => part.to_owned(),
                Some("tenant_id") => tenant.to_owned(),
                Some(name) => {
                    let found = self.0.iter().find(|(one, _)| *one == name);
                    found
                        .unwrap_or_else(|| panic!("what of acme's is {name}?"))
                        .1
                        .clone()
                }
            }
        };
        let parts: Vec<String> = route.path.split('/').map(part).collect();
        parts.join("/")
    }
}

/// A body that the route takes, so that only the id is wrong.
fn body(route: &ApiRoute) -> Option<Json> {
    if route.method == "get" {
        return None;
    }
    Some(match route.handler {
        "people_change" => json!({ "user": { "name": "Taken over" } }),
        "people_deeds_give_role" => json!({ "role": "viewer" }),
        "roles_change" => json!({ "name": "Mine", "permissions": ["users:read"], "version": 1 }),
        "scalings_ask" => json!({ "target_limits": { "users": 2000 } }),
        "scalings_decline" => json!({ "reason": "Not now" }),
        _ => json!({}),
    })
}

fn ask(program: &Program, route: &ApiRoute, path: &str) -> Answer {
    let body = body(route).map(|body| body.to_string());
    let method = route.method.to_uppercase();
    program.ask(&method, path, &[], body.as_ref().map(String::as_bytes))
}

/// What an answer says, without what is new in each.
fn plain(answer: &Answer) -> Json {
    let mut json = answer.json();
    if let Some(error) = json["error"].as_object_mut() {
        error.remove("request_id");
    }
    json
}

#[test]
fn iso_06_no_id_of_another_tenant_means_anything_to_a_key_on_any_route() {
    let app = app::start_with(&[("api.queries_per_minute", "100000")]);
    app.leaves_jobs();
    let ids = Ids::of(&app);
    let nothing = Ids(ids
        .0
        .iter()
        .map(|(name, id)| (*name, of_nothing(id)))
        .collect());
    let globex = app.program(&app.key(GLOBEX, Permission::ALL));
    let before = (app.audit(), app.letters().len());
    let mut asked = (0, 0, 0);
    for route in ALL.iter().filter(|route| route.path.contains('{')) {
        let told = format!("{} {}", route.method, route.path);
        let has_id = has_id(route);
        if has_id && !matches!(route.scope, Scope::Platform(_)) {
            // As if it were nowhere, to the letter.
            let answer = ask(&globex, route, &ids.path(route, "me"));
            assert_eq!(answer.status, 404, "{told}: {answer}");
            let made_up = ask(&globex, route, &nothing.path(route, "me"));
            assert_eq!(plain(&answer), plain(&made_up), "{told}");
            asked.0 += 1;
        }
        if !route.path.contains("{tenant_id}") && matches!(route.scope, Scope::Either(..)) {
            continue;
        }
        for acme in ["acme".to_owned(), ACME.id().to_string()] {
            let answer = ask(&globex, route, &ids.path(route, &acme)).expect(403);
            let right = match route.scope {
                Scope::Platform(_) => "admin_privileges_required",
                _ => "cross_tenant_access_denied",
            };
            assert_eq!(answer.code(), right, "{told}: {answer}");
            asked.1 += 1;
        }
    }
    for route in ALL {
        let own = !matches!(route.scope, Scope::Platform(_) | Scope::Open);
        let is_list = !route.path.replace("{tenant_id}", "").contains('{');
        if route.method == "get" && own && is_list {
            let path = route.path.replace("{tenant_id}", "me");
            let text = globex.get(&path).expect(200).text();
            for (name, id) in &ids.0 {
                // Staff, servers and what can be limited are nobody's own.
                assert!(
                    ["staff_id", "node", "resource"].contains(name) || !text.contains(id),
                    "{path} shows {id}"
                );
            }
            asked.2 += 1;
        }
    }
    assert!(asked.0 > 15 && asked.1 > 60 && asked.2 > 7, "{asked:?}");
    assert_eq!(
        (app.audit(), app.letters().len()),
        before,
        "acme learns nothing of it"
    );
    let own = app.program(&app.key(ACME, Permission::ALL));
    for route in ALL.iter().filter(|route| route.method == "get") {
        if has_id(route) && !matches!(route.scope, Scope::Platform(_)) {
            ask(&own, route, &ids.path(route, "me")).expect(200);
        }
    }
}

/// Whether the path names something of a tenant. What is limited is everybody's.
fn has_id(route: &ApiRoute) -> bool {
    let path = route.path.replace("{tenant_id}", "");
    path.replace("{resource}", "").contains('{')
}

/// An id of the same kind that nothing has.
fn of_nothing(id: &str) -> String {
    match id.rsplit_once('_') {
        Some((kind, _)) => format!("{kind}_00000000000000000000000007"),
        // A server's, which is a name.
        None => "nowhere".to_owned(),
    }
}
