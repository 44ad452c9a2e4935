//! What each route of the platform leaves in its log: every change its entry, every refusal one.
//! `trace_platform.txt` is generated, reviewed, and complete; `TENANTRY_BLESS=1` writes it anew.

use diesel::prelude::*;
use domain::{StaffNeeds, StaffRole};
use tenantry::routes;

use crate::access::reviewed;
use crate::support::app::{self, App};
use crate::support::cast::{self, ACME, PASSWORD, PLATFORM};
use crate::support::client::Browser;
use crate::support::postgres::query;
use crate::support::shop::goods;
use crate::support::staff_paths::StaffThings;
use crate::support::traces::{self, Excused, NEW};

/// Posts that are not carried out here, and why.
const ELSEWHERE: &[(&str, &str)] = &[
    (
        "/tenants/{id}/provisioning/retry",
        "wants a tenant whose making failed: the verbs' own tests read its entry",
    ),
    ("/tenants/{id}/scalings/{scaling}/approval", ASKING),
    (
        "/tenants/{id}/scalings/{scaling}/price",
        "decides nothing: `scalings`",
    ),
    ("/tenants/{id}/scalings/{scaling}/refusal", ASKING),
    ("/nodes", ANOTHER),
    ("/nodes/{node}/preparation", ANOTHER),
    ("/nodes/{node}/drain", ANOTHER),
    ("/nodes/{node}/address", ANOTHER),
    ("/nodes/{node}/removal", ANOTHER),
    ("/nodes/{node}/password", ANOTHER),
];
const ASKING: &str = "wants a tenant that asks for more: `scalings` reads its entry";
const ANOTHER: &str = "wants another server: `nodes` has one";

/// Posts that change nothing yet and so leave no entry.
const SILENT: &[(&str, &str)] = &[
    (
        "/tenants/{id}/visits/{visit}/entry",
        "a link for one use: who uses it leaves visit.entered in the tenant's log",
    ),
    (
        "/nodes/{node}/test",
        "a look that changes nothing there: the same is done every minute",
    ),
];

/// The path of the link in the last letter that has one of this kind.
fn link(app: &App, kind: &str) -> String {
    app.run_jobs();
    let letters = app.letters();
    let letter = letters.iter().rev().find(|one| one.text.contains(kind));
    let text = &letter.unwrap().text;
    let path = &text[text.find(kind).unwrap()..];
    path.split_whitespace().next().unwrap().to_owned()
}

/// A visit that operator asked for, let in by acme's owner; its id.
fn visit(app: &App, staff: &Browser) -> String {
    let form = [("reason", "Ticket 4711"), ("hours", "2"), ("reach", "read")];
    let home = format!("/tenants/{}", ACME.id());
    staff.post(&format!("{home}/visits"), &form).expect(303);
    let page = app.owner().get("/visits").text();
    let at = page.find("/visits/visit_").unwrap() + "/visits/".len();
    let visit: String = page[at..]
        .chars()
        .take_while(|c| c.is_ascii_alphanumeric() || *c == '_')
        .collect();
    let approval = format!("/visits/{visit}/approval");
    app.owner()
        .post(&approval, &[("reach", "read")])
        .expect(303);
    visit
}

/// A job that was given up.
pub(crate) fn given_up(app: &App) -> domain::JobId {
    let id = uuid::Uuid::new_v4();
    query(&format!(
        "insert into node.jobs (id, kind, state, run_at, attempts, last_error, created_at, finished_at) \
         values ('{id}', 'jobs.prune', 'dead', now(), 8, 'the worker was lost', now(), now())"
    ))
    .execute(&mut app.sql())
    .unwrap();
    domain::JobId::from_uuid(id)
}

/// A rollout as its form is sent.
const ROLLOUT: [(&str, &str); 5] = [
    ("version", "20260101-1"),
    ("canaries", ""),
    ("parallel", "1"),
    ("wave_percent", "25"),
    ("stop_percent", "100"),
];

/// Carries the route's deed out as somebody of the staff would; answers what it left in the log. A new route that
/// changes something says here how it is used.
fn deed(app: &App, path: &str) -> Vec<String> {
    let (owner, visitor) = (app.staff(StaffRole::Owner), app.visitor_at(PLATFORM));
    let email = cast::staff_email(StaffRole::Analyst);
    let analyst = app.staff_id(StaffRole::Analyst);
    let home = path.replace("{id}", &ACME.id().to_string());
    let users = home.replace("{resource}", "users");
    let limit = [("limit", "90"), ("reason", "A summer school")];
    let plan = [
        ("name", "Team"),
        ("currency", "USD"),
        ("trial_days", "0"),
        ("resources", "users"),
        ("limits", "20"),
        ("features", "api_access"),
    ];
    let did = |browser: &Browser, path: &str, form: &[(&str, &str)]| {
        let (from, there) = (app.platform_audit().len(), app.audit().len());
        let answer = browser.post(path, form);
        assert!([200, 303].contains(&answer.status), "{path}: {answer}");
        let there = app.audit().split_off(there);
        let there = there.iter().map(|line| format!("acme: {line}"));
        let own = app.platform_audit().split_off(from);
        own.into_iter().chain(there).collect::<Vec<String>>()
    };
    let deeds = |before: &str, form: &[(&str, &str)]| {
        let before = home.replace(path.rsplit('/').next().unwrap(), before);
        owner.post(&before, form).expect(303);
    };
    match path {
        "/sign-in" => did(&visitor, path, &[("email", &email), ("password", PASSWORD)]),
        "/sign-out" => did(&app.staff(StaffRole::Analyst), path, &[]),
        "/password-reset" => did(&visitor, path, &[("email", &email)]),
        "/password-reset/{token}" => {
            visitor
                .post("/password-reset", &[("email", &email)])
                .expect(200);
            did(
                &visitor,
                &link(app, "/password-reset/"),
                &[("password", NEW)],
            )
        }
        "/staff/invitations" | "/invitations/{token}" | "/staff/{id}/invitation" => {
            let form = [
                ("email", "ana@platform.test"),
                ("name", "Ana"),
                ("role", "analyst"),
            ];
            let invited = did(&owner, "/staff/invitations", &form);
            match path {
                "/invitations/{token}" => {
                    let form = [("name", "Ana"), ("password", NEW)];
                    did(&visitor, &link(app, "/invitations/"), &form)
                }
                "/staff/invitations" => invited,
                _ => {
                    let page = owner.get("/staff").text();
                    let mut actions = page.split("action=\"").skip(1);
                    let again = actions.find_map(|rest| {
                        let action = rest.split('"').next().unwrap();
                        action.ends_with("/invitation").then(|| action.to_owned())
                    });
                    did(&owner, &again.unwrap(), &[])
                }
            }
        }
        "/me" => {
            let own = app.staff(StaffRole::Analyst);
            let version = own.get("/me").input("version").unwrap();
            did(
                &own,
                path,
                &[("version", &version), ("name", "Emil"), ("timezone", "UTC")],
            )
        }
        "/me/password" => {
            let form = [("current_password", PASSWORD), ("new_password", NEW)];
            did(&app.staff(StaffRole::Analyst), path, &form)
        }
        "/me/sessions/others/end" => {
            let _other = app.staff(StaffRole::Analyst);
            did(&app.staff(StaffRole::Analyst), path, &[])
        }
        "/me/sessions/{id}/end" => {
            let (own, _other) = (app.staff(StaffRole::Analyst), app.staff(StaffRole::Analyst));
            let page = own.get("/me/sessions").text();
            let end = page
                .split("action=\"")
                .find(|part| part.starts_with("/me/sessions/session_"));
            did(&own, end.unwrap().split('"').next().unwrap(), &[])
        }
        "/tenants" => {
            let form = [
                ("name", "Umbrella Works"),
                ("slug", "umbrella"),
                ("plan", "professional"),
                ("trial", "plan"),
                ("admin_name", "Ada Byron"),
                ("admin_email", "ada@umbrella.test"),
                ("locale", "de-DE"),
                ("timezone", "Europe/Berlin"),
                ("currency", "EUR"),
                ("primary_color", "#0a7d55"),
                ("seats", "7"),
            ];
            did(&owner, path, &form)
        }
        "/tenants/{id}/edit" => {
            let page = owner.get(&home).expect(200);
            let kept = ["version", "alias", "date_format", "time_format"];
            let kept = kept.map(|name| (name, page.input(name).unwrap_or_default()));
            let mut form: Vec<(&str, &str)> = kept.iter().map(|(n, v)| (*n, v.as_str())).collect();
            form.extend([
                ("name", "Acme One"),
                ("locale", "en-US"),
                ("timezone", "UTC"),
            ]);
            form.extend([("currency", "USD"), ("features", "{}"), ("limits", "{}")]);
            form.push(("product_config", "{}"));
            did(&owner, &home, &form)
        }
        "/tenants/{id}/slug" => did(&owner, &home, &[("slug", "acme-new")]),
        "/tenants/{id}/plan" => did(
            &owner,
            &home,
            &[("plan", "professional"), ("trial", "none")],
        ),
        "/tenants/{id}/limits/{resource}" => did(&owner, &users, &limit),
        "/tenants/{id}/limits/{resource}/end" => {
            let give = users.strip_suffix("/end").unwrap();
            owner.post(give, &limit).expect(303);
            did(&owner, &users, &[])
        }
        "/plans" => did(&owner, "/plans", &[&[("key", "team")], &plan[..]].concat()),
        "/plans/{plan}/edit" => did(&owner, "/plans/enterprise/edit", &plan),
        "/plans/{plan}/migration" => {
            owner.post("/plans/enterprise/edit", &plan).expect(303);
            did(&owner, "/plans/enterprise/migration", &[("number", "2")])
        }
        "/plans/{plan}/retirement" => did(&owner, "/plans/enterprise/retirement", &[]),
        "/plans/{plan}/restoration" => {
            owner.post("/plans/enterprise/retirement", &[]).expect(303);
            did(&owner, "/plans/enterprise/restoration", &[])
        }
        "/tenants/{id}/pool" => did(&owner, &home, &[("connections", "2")]),
        "/tenants/{id}/pool/end" => {
            let give = home.strip_suffix("/end").unwrap();
            owner.post(give, &[("connections", "2")]).expect(303);
            did(&owner, &home, &[])
        }
        "/tenants/{id}/suspension" => did(&owner, &home, &[("reason", "Unpaid")]),
        "/tenants/{id}/reactivation" => {
            deeds("suspension", &[("reason", "Unpaid")]);
            did(&owner, &home, &[])
        }
        "/tenants/{id}/maintenance" => did(&owner, &home, &[("text", "New disks")]),
        "/tenants/{id}/maintenance/end" => {
            let begin = home.strip_suffix("/end").unwrap();
            owner.post(begin, &[("text", "New disks")]).expect(303);
            did(&owner, &home, &[])
        }
        "/tenants/{id}/deletion" => did(&owner, &home, &[("name", "Acme"), ("days", "10")]),
        "/tenants/{id}/deletion/undo" => {
            let begin = home.strip_suffix("/undo").unwrap();
            owner
                .post(begin, &[("name", "Acme"), ("days", "10")])
                .expect(303);
            did(&owner, &home, &[])
        }
        "/tenants/{id}/move" => did(&owner, &home, &[("to", "schema"), ("keep_days", "7")]),
        "/tenants/{id}/moves/{move}/stop"
        | "/tenants/{id}/moves/{move}/undo"
        | "/tenants/{id}/moves/{move}/discard" => {
            let (moves, deed) = home.split_once("s/{move}/").unwrap();
            let form = [("to", "schema"), ("keep_days", "7")];
            let asked = owner.post(moves, &form).expect(303);
            if deed != "stop" {
                app.run_jobs();
            }
            did(
                &owner,
                &format!("{}/{deed}", asked.location().unwrap()),
                &[],
            )
        }
        "/rollouts/drift" | "/health/look" => did(&owner, path, &[]),
        "/rollouts/back" => {
            app.has(&[goods()]).unwrap();
            owner.post("/rollouts", &ROLLOUT).expect(303);
            app.run_jobs();
            did(
                &owner,
                path,
                &[("version", "none"), ("confirm", "take back")],
            )
        }
        "/rollouts" => {
            app.has(&[goods()]).unwrap();
            did(&owner, path, &ROLLOUT)
        }
        "/rollouts/{id}/pause" | "/rollouts/{id}/resume" | "/rollouts/{id}/cancel" => {
            app.has(&[goods()]).unwrap();
            let one = owner
                .post("/rollouts", &ROLLOUT)
                .expect(303)
                .location()
                .unwrap();
            if path.ends_with("resume") {
                owner.post(&format!("{one}/pause"), &[]).expect(303);
            }
            did(
                &owner,
                &format!("{one}/{}", path.rsplit('/').next().unwrap()),
                &[],
            )
        }
        "/rollouts/{id}/retry" => {
            let mut one = String::new();
            app.failed_rollout(|| {
                one = owner
                    .post("/rollouts", &ROLLOUT)
                    .expect(303)
                    .location()
                    .unwrap()
            });
            did(&owner, &format!("{one}/retry"), &[])
        }
        "/nodes/{node}/test" | "/nodes/{node}/cordon" => {
            did(&owner, &path.replace("{node}", "main"), &[])
        }
        "/nodes/{node}/opening" => {
            owner.post("/nodes/main/cordon", &[]).expect(303);
            did(&owner, "/nodes/main/opening", &[])
        }
        "/nodes/{node}/room" => did(&owner, "/nodes/main/room", &[("room", "40")]),
        "/tenants/{id}/health" => did(&owner, &home, &[]),
        "/tenants/{id}/visits" => {
            let form = [("reason", "Ticket 4711"), ("hours", "2"), ("reach", "read")];
            did(&owner, &home, &form)
        }
        "/tenants/{id}/visits/{visit}/entry" | "/tenants/{id}/visits/{visit}/end" => {
            let visit = visit(app, &owner);
            did(&owner, &home.replace("{visit}", &visit), &[])
        }
        "/jobs/retry" => {
            given_up(app);
            did(&owner, path, &[("kind", "jobs.prune")])
        }
        "/jobs/{id}/retry" | "/jobs/{id}/removal" => {
            let job = given_up(app).to_string();
            did(&owner, &path.replace("{id}", &job), &[])
        }
        "/staff/{id}/role" => {
            let path = path.replace("{id}", &analyst.to_string());
            did(&owner, &path, &[("role", "operator")])
        }
        "/staff/{id}/suspension" | "/staff/{id}/removal" => {
            did(&owner, &path.replace("{id}", &analyst.to_string()), &[])
        }
        "/staff/{id}/restoration" => {
            let path = path.replace("{id}", &analyst.to_string());
            let suspension = path.replace("restoration", "suspension");
            owner.post(&suspension, &[]).expect(303);
            did(&owner, &path, &[])
        }
        _ => panic!("what does a POST of {path} change? Say it here, or in ELSEWHERE why not."),
    }
}

fn all_is_told(app: &App) {
    let people = "catalogue.audit_entries e where e.actor_kind <> 'system'";
    traces::all_is_told(app, people, &["tnp_", "tnt_"]);
}

#[test]
fn aud_01_every_route_of_the_platform_that_changes_something_leaves_its_entries() {
    let posts = routes::platform::ALL.iter();
    let posts = posts.filter(|route| route.method == "post");
    let table = traces::table(
        "# What each route of the platform that changes something leaves in the platform's log (and acme's) when it is used once.\n\
         # Generated by tests/it/trace_platform.rs and reviewed; a new POST has to say there how it is used.\n",
        posts.map(|route| route.path),
        &Excused {
            elsewhere: ELSEWHERE,
            silent: SILENT,
        },
        deed,
        all_is_told,
    );
    reviewed("trace_platform.txt", &table);
}

#[test]
fn aud_01_every_refusal_to_staff_leaves_one_entry() {
    let app = app::start();
    app.leaves_jobs();
    let things = StaffThings::of(&app);
    let mut refused = 0;
    for route in routes::platform::ALL {
        let StaffNeeds::Permission(needed) = route.needs else {
            continue;
        };
        for role in [StaffRole::Analyst, StaffRole::Operator] {
            if role.permissions().allow(needed) {
                continue;
            }
            let from = app.platform_audit().len();
            things.ask(&app.staff(role), route).expect(403);
            let line = format!(
                "refused access.refused by {} of the platform: {} {}",
                role.name(),
                route.method.to_uppercase(),
                route.path
            );
            assert_eq!(app.platform_audit().split_off(from), [line]);
            refused += 1;
        }
    }
    assert!(refused > 30, "{refused}");
    all_is_told(&app);
}
