//! Who runs the platform, by its keys: invited, changed, shut out, let in again and removed, by the rules of the page.

use domain::{StaffPermission, StaffPermissions, StaffRole};
use serde_json::json;

use crate::support::app::{self, App};
use crate::support::cast;
use crate::support::keys::Program;

fn platform(app: &App) -> Program {
    app.program(&app.platform_key(StaffPermissions::of(StaffPermission::ALL)))
}

#[test]
fn a_program_runs_the_staff() {
    let app = app::start();
    let program = platform(&app);
    let all = program.get("/staff").expect(200).json();
    let all = all["data"]["staff"].as_array().unwrap();
    assert_eq!(all.len(), 3);
    assert!(
        all.iter()
            .any(|one| one["role"] == "owner" && one["status"] == "active")
    );
    let ana = json!({ "email": "ana@platform.test", "name": "Ana", "role": "analyst" });
    let made = program.send("POST", "/staff", &ana).expect(201).json();
    let made = &made["data"]["staff"];
    assert_eq!(
        (&made["status"], &made["role"]),
        (&json!("invited"), &json!("analyst"))
    );
    app.run_jobs();
    let first = app.letters().pop().unwrap();
    assert!(
        first.text.contains("http://admin.localhost/invitations/"),
        "{}",
        first.text
    );
    let path = format!("/staff/{}", made["id"].as_str().unwrap());
    assert_eq!(
        &program.get(&path).expect(200).json()["data"]["staff"],
        made
    );
    // Whoever has not come yet gets another letter, and cannot be suspended.
    program
        .ask("POST", &format!("{path}/invitation"), &[], None)
        .expect(200);
    app.run_jobs();
    assert_ne!(app.letters().pop().unwrap().text, first.text);
    program
        .ask("POST", &format!("{path}/suspension"), &[], None)
        .expect(409);
    // The address is somebody's; what is wrong is named, and what nobody asked for.
    for (field, body) in [
        ("email", ana.clone()),
        (
            "email",
            json!({ "email": "x", "name": "Ana", "role": "analyst" }),
        ),
        (
            "name",
            json!({ "email": "bo@platform.test", "name": "", "role": "analyst" }),
        ),
        (
            "role",
            json!({ "email": "bo@platform.test", "name": "Bo", "role": "admin" }),
        ),
        (
            "status",
            json!({ "email": "b@p.test", "name": "Bo", "role": "analyst", "status": "active" }),
        ),
        (
            "name",
            json!({ "email": "bo@platform.test", "role": "analyst" }),
        ),
    ] {
        let answer = program.send("POST", "/staff", &body).expect(422).json();
        let fields = &answer["error"]["details"]["fields"];
        assert!(fields[field].is_string(), "{field}: {answer}");
    }
    let removed = program.ask("DELETE", &path, &[], None).expect(200).json();
    assert_eq!(removed["data"]["removed"], true);
    program.get(&path).expect(404);
    let log = app.platform_audit();
    for line in [
        "done staff.invited by Test key: Ana",
        "done staff.invitation_resent by Test key: Ana",
        "done staff.removed by Test key: Ana",
    ] {
        assert!(log.iter().any(|one| one == line), "{line}: {log:#?}");
    }
}

#[test]
fn a_program_shuts_out_at_once_and_an_owner_always_stays() {
    let app = app::start();
    let program = platform(&app);
    let operator = app.staff(StaffRole::Operator);
    operator.get("/tenants").expect(200);
    let path = format!("/staff/{}", app.staff_id(StaffRole::Operator));
    let reason = json!({ "reason": "On leave" });
    let shut = program
        .send("POST", &format!("{path}/suspension"), &reason)
        .expect(200)
        .json();
    assert_eq!(shut["data"]["staff"]["status"], "suspended");
    operator.get("/tenants").expect(303);
    program
        .send("POST", &format!("{path}/suspension"), &reason)
        .expect(409);
    program
        .ask("POST", &format!("{path}/restoration"), &[], None)
        .expect(200);
    let role = json!({ "role": "analyst" });
    let given = program
        .send("PUT", &format!("{path}/role"), &role)
        .expect(200)
        .json();
    assert_eq!(given["data"]["staff"]["role"], "analyst");
    program
        .send("PUT", &format!("{path}/role"), &json!({ "role": "king" }))
        .expect(422);
    let owner = format!("/staff/{}", app.staff_id(StaffRole::Owner));
    for (method, path, body) in [
        ("POST", format!("{owner}/suspension"), reason),
        ("PUT", format!("{owner}/role"), role),
        ("DELETE", owner.clone(), json!({})),
    ] {
        let answer = program.send(method, &path, &body).expect(403);
        assert!(answer.has("must always be"), "{method} {path}: {answer}");
    }
    assert_eq!(
        program.get(&owner).expect(200).json()["data"]["staff"]["status"],
        "active"
    );
    app.leaves_jobs();
}

#[test]
fn authz_03_a_key_gives_and_touches_no_more_than_it_holds() {
    let app = app::start();
    let some = StaffPermissions::of(&[StaffPermission::ReadStaff, StaffPermission::ManageStaff]);
    let program = app.program(&app.platform_key(some));
    let body = json!({ "email": "bo@platform.test", "name": "Bo", "role": "analyst" });
    program.send("POST", "/staff", &body).expect(403);
    for role in [StaffRole::Owner, StaffRole::Operator, StaffRole::Analyst] {
        let path = format!("/staff/{}", app.staff_id(role));
        program
            .get(&path)
            .expect(200)
            .shows(&cast::staff_email(role));
        for method in ["POST", "DELETE"] {
            let path = match method {
                "POST" => format!("{path}/suspension"),
                _ => path.clone(),
            };
            program.ask(method, &path, &[], None).expect(403);
        }
    }
    app.leaves_jobs();
}

#[test]
fn job_06_an_invitation_that_is_sent_twice_is_one() {
    let app = app::start();
    let program = platform(&app);
    let body = json!({ "email": "ana@platform.test", "name": "Ana", "role": "analyst" });
    let body = body.to_string();
    let once = [("Idempotency-Key", "invite-ana")];
    let ask = || program.ask("POST", "/staff", &once, Some(body.as_bytes()));
    let first = ask().expect(201);
    let again = ask().expect(201);
    assert_eq!(first.json()["data"], again.json()["data"]);
    assert_eq!(again.header("idempotency-replayed"), Some("true"));
    app.run_jobs();
    assert_eq!(app.letters().len(), 1);
}
