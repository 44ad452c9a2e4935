//! What each route of the API leaves in the logs: every write its entry, by the key that did it. `trace_api.txt` is
//! generated, reviewed, and complete; `TENANTRY_BLESS=1` writes it anew. Refusals are in `access_api`.

use domain::permission::Permission;
use domain::{Permissions, StaffPermission, StaffPermissions, StaffRole};
use serde_json::{Value as Json, json};
use tenantry::api::route::Scope;
use tenantry::routes::api::ALL;

use crate::access::reviewed;
use crate::support::app::App;
use crate::support::cast::{ACME, GLOBEX};
use crate::support::keys::Program;
use crate::support::shop::goods;
use crate::support::traces::{self, Excused, NEW};

/// What an application counts is no deed of the log, which would be as long as the count: the reservation itself says who
/// asked for it, and a threshold that is passed is an event.
const COUNTED: &str = "counts what is used: `limits` reads what is left of it";

/// Writes that are not carried out here, and why.
const ELSEWHERE: &[(&str, &str)] = &[
    (
        "platform post /tenants/{tenant_id}/provisioning/retry",
        "wants a tenant whose making failed: the verbs' own tests read its entry",
    ),
    (
        "platform delete /tenants/{tenant_id}/moves/{move_id}",
        "wants a move that no worker took: `moves` reads its entry",
    ),
    (
        "platform post /rollouts/{rollout_id}/pause",
        "wants a rollout that no worker took: `trace_platform` reads its entry",
    ),
    (
        "platform post /rollouts/{rollout_id}/resume",
        "wants a rollout that no worker took: `trace_platform` reads its entry",
    ),
    (
        "platform delete /rollouts/{rollout_id}",
        "wants a rollout that no worker took: `trace_platform` reads its entry",
    ),
    (
        "platform post /tenants/{tenant_id}/migrate",
        "wants a tenant in a schema of its own: `rollouts` reads its entry",
    ),
    (
        "platform post /nodes",
        "wants another server: `nodes` reads its entry",
    ),
    (
        "platform post /nodes/{node}/preparation",
        "wants a server that could not be made ready: it changes nothing itself",
    ),
    (
        "platform post /nodes/{node}/test",
        "changes nothing but what is known of the server's health",
    ),
    (
        "platform post /nodes/{node}/drain",
        "wants another server: `nodes` reads its entry",
    ),
    (
        "platform post /nodes/{node}/password",
        "wants another server: `nodes` reads its entry",
    ),
    (
        "platform delete /nodes/{node}",
        "wants another server: `nodes` reads its entry",
    ),
    (
        "tenant post /tenants/{tenant_id}/limits/{resource}/return",
        COUNTED,
    ),
    (
        "platform post /tenants/{tenant_id}/limits/{resource}/return",
        COUNTED,
    ),
    ("tenant put /tenants/{tenant_id}/usage/{resource}", COUNTED),
    (
        "platform put /tenants/{tenant_id}/usage/{resource}",
        COUNTED,
    ),
    ("tenant post /tenants/{tenant_id}/usage-events", COUNTED),
    ("platform post /tenants/{tenant_id}/usage-events", COUNTED),
    ("tenant post /tenants/{tenant_id}/reservations", COUNTED),
    ("platform post /tenants/{tenant_id}/reservations", COUNTED),
    (
        "tenant post /tenants/{tenant_id}/reservations/{reservation_id}/commitment",
        COUNTED,
    ),
    (
        "platform post /tenants/{tenant_id}/reservations/{reservation_id}/commitment",
        COUNTED,
    ),
    (
        "tenant delete /tenants/{tenant_id}/reservations/{reservation_id}",
        COUNTED,
    ),
    (
        "platform delete /tenants/{tenant_id}/reservations/{reservation_id}",
        COUNTED,
    ),
    (
        "tenant post /tenants/{tenant_id}/query",
        "changes nothing and is switched off here: `console` reads its entries",
    ),
    (
        "open post /tenants/signup",
        "needs no key and is switched off here: `api::sign_up` reads its entry",
    ),
    (
        "open post /tenants/signup/confirmation",
        "needs no key and is switched off here: `api::sign_up` reads its entry",
    ),
];

/// Every write, once for each kind of key that it takes.
fn writes() -> impl Iterator<Item = &'static str> {
    let writes = ALL.iter().filter(|route| route.method != "get");
    writes.flat_map(|route| {
        let worlds: &[&str] = match route.scope {
            Scope::Open => &["open"],
            Scope::Tenant(_) => &["tenant"],
            Scope::Platform(_) => &["platform"],
            Scope::Either(..) => &["tenant", "platform"],
        };
        worlds.iter().map(|world| {
            let name = format!("{world} {} {}", route.method, route.path);
            let name: &'static str = Box::leak(name.into_boxed_str());
            name
        })
    })
}

/// A portal with its two programs.
struct Desk<'a> {
    app: &'a App,
    /// Of acme's owner, because some things are the owner's own.
    tenant: Program,
    platform: Program,
}

impl Desk<'_> {
    /// Does something before, and answers what this says at the place.
    fn made(&self, program: &Program, path: &str, body: &Json, at: &str) -> String {
        let answer = program.send("POST", path, body).expect(201).json();
        answer.pointer(at).unwrap().as_str().unwrap().to_owned()
    }

    fn rollout(&self) -> String {
        let pace = json!({ "stop_percent": 100 });
        self.made(&self.platform, "/rollouts", &pace, "/data/rollout/id")
    }

    fn visit(&self) -> String {
        let staff = self.app.staff_id(StaffRole::Operator).to_string();
        let wish = json!({ "reason": "Ticket 4711", "hours": 1, "staff_id": staff });
        self.made(
            &self.platform,
            "/tenants/acme/visits",
            &wish,
            "/data/visit/id",
        )
    }

    fn scaling(&self) -> Vec<(&'static str, String)> {
        let wish = json!({ "target_limits": { "users": 2000 } });
        let asked = self.tenant.send("POST", "/tenants/me/scale", &wish);
        let asked = asked.expect(200).json();
        let id = asked["data"]["scaling_id"].as_str().unwrap();
        vec![("{scaling_id}", id.to_owned())]
    }

    fn key(&self, program: &Program, path: &str, permission: &str) -> String {
        let key = json!({ "name": "Sync", "permissions": [permission] });
        self.made(program, path, &key, "/data/key/id")
    }

    /// What happened before, which ids the path has, and what is sent.
    fn prepared(&self, route: &str) -> (Vec<(&'static str, String)>, Json) {
        let member = || vec![("{user_id}", ACME.person("member").to_string())];
        let role = || {
            let role = json!({ "name": "Keeper", "permissions": ["users:read"] });
            self.made(&self.tenant, "/tenants/me/roles", &role, "/data/role/id")
        };
        let staff = || {
            let bo = json!({ "email": "bo@platform.test", "name": "Bo", "role": "analyst" });
            self.made(&self.platform, "/staff", &bo, "/data/staff/id")
        };
        let of = |role: StaffRole| vec![("{staff_id}", self.app.staff_id(role).to_string())];
        let before = |method: &str, path: &str, body: Json| {
            self.platform.send(method, path, &body).expect(200);
        };
        let reason = json!({ "reason": "Unpaid" });
        let enterprise = || vec![("{plan}", "enterprise".to_owned())];
        let users = || vec![("{resource}", "users".to_owned())];
        let limit = json!({ "limit": 90, "reason": "A summer school" });
        let main = || vec![("{node}", "main".to_owned())];
        match route {
            "tenant put /tenants/{tenant_id}" | "platform put /tenants/{tenant_id}" => {
                (vec![], json!({ "name": "Acme One" }))
            }
            "platform post /tenants" => (vec![], umbrella()),
            "platform put /tenants/{tenant_id}/address" => {
                (vec![], json!({ "subdomain": "acme-new" }))
            }
            "platform put /tenants/{tenant_id}/plan" => (vec![], json!({ "plan": "professional" })),
            "platform put /tenants/{tenant_id}/pool" => (vec![], json!({ "connections": 2 })),
            "platform delete /tenants/{tenant_id}/pool" => {
                before("PUT", "/tenants/acme/pool", json!({ "connections": 2 }));
                (vec![], json!({}))
            }
            "platform post /tenants/{tenant_id}/suspension"
            | "platform post /tenants/{tenant_id}/maintenance" => (vec![], reason),
            "platform delete /tenants/{tenant_id}/suspension" => {
                before("POST", "/tenants/acme/suspension", reason);
                (vec![], json!({}))
            }
            "platform delete /tenants/{tenant_id}/maintenance" => {
                before("POST", "/tenants/acme/maintenance", reason);
                (vec![], json!({}))
            }
            "platform delete /tenants/{tenant_id}" => (
                vec![("?", "confirmation=DELETE_PERMANENTLY".to_owned())],
                json!({}),
            ),
            "platform delete /tenants/{tenant_id}/deletion" => {
                let path = "/tenants/acme?confirmation=DELETE_PERMANENTLY";
                before("DELETE", path, json!({}));
                (vec![], json!({}))
            }
            "tenant post /tenants/{tenant_id}/ownership" => {
                (vec![], json!({ "email": ACME.email("admin") }))
            }
            "tenant delete /tenants/{tenant_id}/ownership" => {
                let to = json!({ "email": ACME.email("admin") });
                self.tenant
                    .send("POST", "/tenants/me/ownership", &to)
                    .expect(201);
                (vec![], json!({}))
            }
            "tenant post /tenants/{tenant_id}/users" => {
                let user = json!({ "email": "ada@new.test", "name": "Ada", "role": "user", "password": NEW });
                (vec![], json!({ "user": user }))
            }
            "tenant put /tenants/{tenant_id}/users/{user_id}" => {
                (member(), json!({ "user": { "name": "Mia" } }))
            }
            "tenant post /tenants/{tenant_id}/users/{user_id}/suspension" => (member(), reason),
            "tenant post /tenants/{tenant_id}/users/{user_id}/restoration" => (
                vec![("{user_id}", ACME.person("suspended").to_string())],
                json!({}),
            ),
            "tenant put /tenants/{tenant_id}/users/{user_id}/role" => {
                (member(), json!({ "role": "viewer" }))
            }
            "tenant delete /tenants/{tenant_id}/users/{user_id}" => (member(), json!({})),
            "tenant delete /tenants/{tenant_id}/users/{user_id}/sessions/{session_id}" => {
                self.app.member();
                let path = format!("/tenants/me/users/{}/sessions", ACME.person("member"));
                let all = self.tenant.get(&path).expect(200).json();
                let session = all["data"]["sessions"][0]["id"]
                    .as_str()
                    .unwrap()
                    .to_owned();
                (
                    [member(), vec![("{session_id}", session)]].concat(),
                    json!({}),
                )
            }
            "tenant post /tenants/{tenant_id}/roles" => (
                vec![],
                json!({ "name": "Keeper", "permissions": ["users:read"] }),
            ),
            "tenant put /tenants/{tenant_id}/roles/{role_id}" => {
                let body = json!({ "name": "Warden", "permissions": ["roles:read"], "version": 1 });
                (vec![("{role_id}", role())], body)
            }
            "tenant delete /tenants/{tenant_id}/roles/{role_id}" => {
                (vec![("{role_id}", role())], json!({}))
            }
            "tenant post /tenants/{tenant_id}/keys" => (
                vec![],
                json!({ "name": "Sync", "permissions": ["users:read"] }),
            ),
            "tenant post /tenants/{tenant_id}/keys/{key_id}/rotation"
            | "tenant delete /tenants/{tenant_id}/keys/{key_id}" => {
                let key = self.key(&self.tenant, "/tenants/me/keys", "users:read");
                (vec![("{key_id}", key)], json!({}))
            }
            "platform post /tenants/{tenant_id}/moves" => {
                (vec![], json!({ "placement": "schema" }))
            }
            "platform post /tenants/{tenant_id}/moves/{move_id}/undo"
            | "platform delete /tenants/{tenant_id}/moves/{move_id}/copy" => {
                let to = json!({ "placement": "schema" });
                let moves = "/tenants/acme/moves";
                let id = self.made(&self.platform, moves, &to, "/data/move/id");
                (vec![("{move_id}", id)], json!({}))
            }
            "platform post /resources" => (vec![], reports()),
            "platform put /resources/{resource}" | "platform delete /resources/{resource}" => {
                let changes = route.starts_with("platform put");
                self.platform
                    .send("POST", "/resources", &reports())
                    .expect(201);
                let key = vec![("{resource}", "reports_per_day".to_owned())];
                let body = if changes {
                    json!({ "name": "Reports" })
                } else {
                    json!({})
                };
                (key, body)
            }
            "tenant post /tenants/{tenant_id}/limits/check"
            | "platform post /tenants/{tenant_id}/limits/check" => (vec![], json!({})),
            "tenant post /tenants/{tenant_id}/scale"
            | "platform post /tenants/{tenant_id}/scale" => {
                (vec![], json!({ "target_limits": { "users": 2000 } }))
            }
            "platform post /tenants/{tenant_id}/scalings/{scaling_id}/refusal" => {
                (self.scaling(), json!({ "reason": "Not now" }))
            }
            "platform post /tenants/{tenant_id}/scalings/{scaling_id}/approval"
            | "tenant post /tenants/{tenant_id}/scalings/{scaling_id}/withdrawal"
            | "platform post /tenants/{tenant_id}/scalings/{scaling_id}/withdrawal" => {
                (self.scaling(), json!({}))
            }
            "platform post /plans" => (vec![], json!({ "key": "team", "name": "Team" })),
            "platform put /plans/{plan}" => (enterprise(), json!({ "limits": { "users": 900 } })),
            "platform post /plans/{plan}/migration" => {
                let terms = json!({ "limits": { "users": 900 } });
                before("PUT", "/plans/enterprise", terms);
                (enterprise(), json!({ "tenants": ["acme"] }))
            }
            "platform delete /plans/{plan}" => (enterprise(), json!({})),
            "platform put /tenants/{tenant_id}/limits/{resource}" => (users(), limit),
            "platform delete /tenants/{tenant_id}/limits/{resource}" => {
                before("PUT", "/tenants/acme/limits/users", limit);
                (users(), json!({}))
            }
            "platform put /nodes/{node}" => (main(), json!({ "room": 5 })),
            "platform post /nodes/{node}/cordon" => (main(), json!({})),
            "platform delete /nodes/{node}/cordon" => {
                before("POST", "/nodes/main/cordon", json!({}));
                (main(), json!({}))
            }
            "platform post /drift"
            | "platform post /admin/tenants/health"
            | "platform post /tenants/{tenant_id}/health" => (vec![], json!({})),
            "platform post /rollouts" => {
                self.app.has(&[goods()]).unwrap();
                (vec![], json!({}))
            }
            "platform post /rollouts/{rollout_id}/retry" => {
                let mut id = String::new();
                self.app.failed_rollout(|| id = self.rollout());
                (vec![("{rollout_id}", id)], json!({}))
            }
            "platform post /tenants/{tenant_id}/visits" => {
                let staff = self.app.staff_id(StaffRole::Operator).to_string();
                (
                    vec![],
                    json!({ "reason": "Ticket 4711", "hours": 1, "staff_id": staff }),
                )
            }
            "tenant put /tenants/{tenant_id}/visits/policy" => {
                (vec![], json!({ "policy": "allow" }))
            }
            "tenant delete /tenants/{tenant_id}/visits/{visit_id}"
            | "platform delete /tenants/{tenant_id}/visits/{visit_id}"
            | "tenant post /tenants/{tenant_id}/visits/{visit_id}/approval"
            | "tenant post /tenants/{tenant_id}/visits/{visit_id}/refusal" => {
                (vec![("{visit_id}", self.visit())], json!({}))
            }
            "platform post /staff" => (
                vec![],
                json!({ "email": "bo@platform.test", "name": "Bo", "role": "analyst" }),
            ),
            "platform delete /staff/{staff_id}" | "platform post /staff/{staff_id}/invitation" => {
                (vec![("{staff_id}", staff())], json!({}))
            }
            "platform put /staff/{staff_id}/role" => {
                (of(StaffRole::Operator), json!({ "role": "analyst" }))
            }
            "platform post /staff/{staff_id}/suspension" => (of(StaffRole::Operator), reason),
            "platform post /staff/{staff_id}/restoration" => {
                let path = format!(
                    "/staff/{}/suspension",
                    self.app.staff_id(StaffRole::Operator)
                );
                before("POST", &path, reason);
                (of(StaffRole::Operator), json!({}))
            }
            "platform post /keys" => (
                vec![],
                json!({ "name": "Sync", "permissions": ["tenants:read"] }),
            ),
            "platform post /keys/{key_id}/rotation" | "platform delete /keys/{key_id}" => {
                let key = self.key(&self.platform, "/keys", "tenants:read");
                (vec![("{key_id}", key)], json!({}))
            }
            "platform post /jobs/{job_id}/retry" | "platform delete /jobs/{job_id}" => {
                let job = crate::trace_platform::given_up(self.app).to_string();
                (vec![("{job_id}", job)], json!({}))
            }
            _ => panic!("what does {route} change? Say it here, or in ELSEWHERE why not."),
        }
    }
}

fn reports() -> Json {
    json!({
        "key": "reports_per_day", "name": "Reports a day", "unit": "reports", "kind": "counter",
        "window": "day",
    })
}

fn umbrella() -> Json {
    json!({ "tenant": {
        "name": "Umbrella Works", "schema_name": "umbrella",
        "settings": { "timezone": "UTC", "currency": "USD", "locale": "en-US" },
        "admin_user": { "email": "ada@umbrella.test", "name": "Ada Byron" }
    }})
}

/// Carries the write out as a program would; answers what it left in the logs, with what jobs add to the tenant's.
fn deed(app: &App, route: &str) -> Vec<String> {
    let all = StaffPermissions::of(StaffPermission::ALL);
    let desk = Desk {
        app,
        tenant: app.program_of(&app.owner(), &Permissions::of(Permission::ALL)),
        platform: app.program(&app.platform_key(all)),
    };
    let (world, call) = route.split_once(' ').unwrap();
    let (method, path) = call.split_once(' ').unwrap();
    let (ids, body) = desk.prepared(route);
    app.run_jobs();
    let (asks, tenant) = match world {
        "tenant" => (&desk.tenant, "me"),
        _ => (&desk.platform, "acme"),
    };
    let mut path = path.replace("{tenant_id}", tenant);
    for (name, id) in ids {
        match name {
            "?" => path = format!("{path}?{id}"),
            name => path = path.replace(name, &id),
        }
    }
    let (own, there) = (app.platform_audit().len(), app.audit().len());
    let answer = asks.send(&method.to_uppercase(), &path, &body);
    assert!(
        [200, 201, 202].contains(&answer.status),
        "{route}: {answer}"
    );
    let by_key = |line: &String| line.contains("Test key");
    let done = [
        app.platform_audit().split_off(own),
        app.audit().split_off(there),
    ];
    let acts = done.iter().flatten().any(by_key);
    app.run_jobs();
    let told = app.audit().split_off(there);
    assert!(
        acts || told.iter().any(by_key),
        "{route} is not by its key: {done:?} {told:?}"
    );
    assert!(app.audit_of(GLOBEX).is_empty(), "{route}");
    let there = told.iter().map(|line| format!("acme: {line}"));
    let own = app.platform_audit().split_off(own);
    own.iter()
        .map(|line| format!("platform: {line}"))
        .chain(there)
        .collect()
}

fn all_is_told(app: &App) {
    for log in ["shared", "catalogue"] {
        // What jobs add is the worker's, who has no address.
        let of = format!(
            "{log}.audit_entries e where e.actor_kind <> 'system' and e.device <> 'worker'"
        );
        traces::all_is_told(app, &of, &["tnp_", "tnt_", "own_", "sup_"]);
    }
}

#[test]
fn aud_01_every_write_of_a_program_leaves_its_entries_by_its_key() {
    let table = traces::table(
        "# What each write of the API leaves in the log of the platform and of acme when it is used once, by key and kind of key,\n\
         # with what the jobs that it asked for add. Generated by tests/it/trace_api.rs and reviewed; a new write has to say\n\
         # there how it is used.\n",
        writes(),
        &Excused {
            elsewhere: ELSEWHERE,
            silent: &[],
        },
        deed,
        all_is_told,
    );
    reviewed("trace_api.txt", &table);
}
