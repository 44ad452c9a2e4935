//! A tenant's making that stops: the step that failed is named on the page and in the API, nobody reaches the
//! tenant, and a new try goes on where it stopped.

use diesel::connection::SimpleConnection;
use domain::staff::StaffPermission;
use domain::{StaffPermissions, StaffRole};
use serde_json::json;

use crate::support::app::{self, App};
use crate::support::umbrella::umbrella;

/// Takes away what the step of the colours needs, or gives it back.
fn brands_are(app: &App, there: bool) {
    let (from, to) = if there {
        ("brands_away", "brands")
    } else {
        ("brands", "brands_away")
    };
    app.sql()
        .batch_execute(&format!("alter table shared.{from} rename to {to}"))
        .unwrap();
    app.inner().directory.forget();
}

fn nobody_reaches_it(app: &App) {
    for path in ["/sign-in", "/", "/users", "/password-reset"] {
        let answer = app.visitor_at("umbrella.localhost").get(path);
        assert!([404, 503].contains(&answer.status), "{path}: {answer}");
    }
}

#[test]
fn a_step_that_fails_is_named_on_its_page_and_a_retry_goes_on_there() {
    let app = app::start();
    let (operator, analyst) = (
        app.staff(StaffRole::Operator),
        app.staff(StaffRole::Analyst),
    );
    let steps = operator
        .post("/tenants", &umbrella(&[("slug", "umbrella")]))
        .expect(303);
    let steps = steps.location().unwrap();
    let home = steps.strip_suffix("/provisioning").unwrap().to_owned();
    brands_are(&app, false);
    app.run_jobs();
    nobody_reaches_it(&app);
    let page = operator.get(&steps).expect(200);
    page.shows("4 of 6 steps")
        .shows("Set the look<span class=\"sr\">: ")
        .shows("data-state=\"failed\"")
        .shows("Nobody can reach the tenant.")
        .shows("Retry")
        .hides("brands")
        .hides("every 1s");
    operator
        .get(&home)
        .expect(200)
        .shows("It could not be made.")
        .shows(&steps);
    operator.get("/").expect(200).shows("Failed");
    // Who only looks sees it and cannot try again.
    analyst.get(&steps).expect(200).hides("Retry");
    analyst.post(&format!("{steps}/retry"), &[]).expect(403);
    // It stops there again as long as nothing changed.
    operator
        .post(&format!("{steps}/retry"), &[])
        .leads_to(&steps);
    app.run_jobs();
    operator.get(&steps).expect(200).shows("Retry");
    nobody_reaches_it(&app);
    brands_are(&app, true);
    operator
        .post(&format!("{steps}/retry"), &[])
        .leads_to(&steps);
    operator.post(&format!("{steps}/retry"), &[]).expect(409);
    app.run_jobs();
    app.inner().directory.forget();
    operator
        .get(&steps)
        .expect(200)
        .shows("Umbrella Works is ready")
        .shows("6 of 6 steps");
    app.visitor_at("umbrella.localhost")
        .get("/sign-in")
        .expect(200);
    assert_eq!(
        app.letters().len(),
        1,
        "one welcome letter, however often it was tried"
    );
    let log = app.platform_audit();
    let told = |action: &str| log.iter().filter(|line| line.contains(action)).count();
    assert_eq!(
        (
            told("tenant.provision_failed"),
            told("tenant.provision_retried")
        ),
        (2, 2),
        "{log:#?}"
    );
}

#[test]
fn a_step_that_fails_is_named_in_the_api_and_a_retry_goes_on_there() {
    let app = app::start();
    let program = app.program(&app.platform_key(StaffPermissions::of(StaffPermission::ALL)));
    let body = json!({ "tenant": {
        "name": "Umbrella Works", "schema_name": "umbrella",
        "admin_user": { "email": "ada@umbrella.test", "name": "Ada Byron" },
        "branding": { "primary_color": "#0a7d55" },
    }});
    let made = program.send("POST", "/tenants", &body);
    assert!([201, 202].contains(&made.status), "{made}");
    let id = made.json()["data"]["tenant"]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let path = format!("/tenants/{id}/provisioning");
    let progress = || program.get(&path).expect(200).json()["data"]["provisioning"].clone();
    assert_eq!(progress()["status"], "in_progress");
    program
        .send("POST", &format!("{path}/retry"), &json!({}))
        .expect(409);
    brands_are(&app, false);
    app.run_jobs();
    let stopped = progress();
    assert_eq!(
        (
            stopped["status"].as_str(),
            stopped["failed_step"]["name"].as_str()
        ),
        (Some("failed"), Some("branding")),
        "{stopped}"
    );
    assert!(
        !stopped.to_string().contains("brands"),
        "no statement is told: {stopped}"
    );
    nobody_reaches_it(&app);
    brands_are(&app, true);
    let analyst = app.program(&app.platform_key(StaffRole::Analyst.permissions()));
    analyst
        .send("POST", &format!("{path}/retry"), &json!({}))
        .expect(403);
    let again = program
        .send("POST", &format!("{path}/retry"), &json!({}))
        .expect(200);
    assert_eq!(
        again.json()["data"]["provisioning"]["status"],
        "in_progress"
    );
    app.run_jobs();
    let whole = progress();
    assert_eq!(
        (
            whole["status"].as_str(),
            whole["steps_remaining"].as_array().map(Vec::len)
        ),
        (Some("completed"), Some(0)),
        "{whole}"
    );
    app.inner().directory.forget();
    app.visitor_at("umbrella.localhost")
        .get("/sign-in")
        .expect(200);
}
