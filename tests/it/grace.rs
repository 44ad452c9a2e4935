//! The days of grace that the operator sets bound each way to a deletion: the platform's page, the owner's own,
//! the API and the command.

use chrono::{DateTime, TimeDelta, Utc};
use domain::{StaffPermission, StaffPermissions, StaffRole};
use serde_json::Value as Json;

use crate::support::app::{self, App};
use crate::support::cast::ACME;

const GRACE: [(&str, &str); 3] = [
    ("deletion.least_days", "3"),
    ("deletion.usual_days", "5"),
    ("deletion.most_days", "9"),
];

/// The whole days from the app's now until this moment of its JSON, rounded.
fn days_until(app: &App, moment: &Json) -> i64 {
    let moment: DateTime<Utc> = moment.as_str().unwrap().parse().unwrap();
    (moment - app.clock.now() + TimeDelta::hours(12)).num_days()
}

#[test]
fn the_page_of_the_platform_offers_what_the_operator_allows() {
    let app = app::start_with(&GRACE);
    let staff = app.staff(StaffRole::Owner);
    let path = format!("/tenants/{}/deletion", ACME.id());
    let asked = staff.get(&path).expect(200).shows("3 to 9.");
    assert_eq!(asked.input("days").as_deref(), Some("5"));
    for days in ["2", "10"] {
        staff
            .post(&path, &[("name", "Acme"), ("days", days)])
            .expect(422)
            .shows("Choose 3 to 9 days.");
    }
    staff
        .post(&path, &[("name", "Acme"), ("days", "")])
        .expect(303);
    let within = "catalogue.tenants where slug = 'acme' and delete_at - status_changed_at = interval '5 days'";
    assert_eq!(app.count(within), 1);
    app.leaves_jobs();
}

#[test]
fn an_owner_who_closes_has_the_usual_days() {
    let app = app::start_with(&GRACE);
    let owner = app.owner();
    let last = (app.clock.now() + TimeDelta::days(5)).date_naive();
    owner
        .get("/settings/closing")
        .expect(200)
        .shows(&last.format("%Y").to_string());
    owner
        .post("/settings/closing", &[("name", "Acme")])
        .leads_to("/sign-in");
    let within = "catalogue.tenants where slug = 'acme' and delete_at - status_changed_at = interval '5 days'";
    assert_eq!(app.count(within), 1);
    app.leaves_jobs();
}

#[test]
fn the_api_takes_the_days_that_the_operator_allows() {
    let app = app::start_with(&GRACE);
    let key = app.platform_key(StaffPermissions::of(StaffPermission::ALL));
    let program = app.program_at("admin.localhost", Some(key.reveal()));
    let path = |rest: &str| {
        let id = ACME.id();
        format!("/tenants/{id}?confirmation=DELETE_PERMANENTLY{rest}")
    };
    for days in ["2", "10"] {
        let answer = program.ask(
            "DELETE",
            &path(&format!("&grace_period_days={days}")),
            &[],
            None,
        );
        answer.expect(422).shows("3 to 9 days");
    }
    let done = program.ask("DELETE", &path(""), &[], None).expect(200);
    let done = done.json()["data"].clone();
    assert_eq!(days_until(&app, &done["final_deletion_date"]), 5, "{done}");
    app.leaves_jobs();
}

#[test]
fn the_command_takes_the_days_that_the_operator_allows() {
    let app = app::start();
    let set = [
        ("TENANTRY_DELETION_LEAST_DAYS", "3"),
        ("TENANTRY_DELETION_USUAL_DAYS", "5"),
        ("TENANTRY_DELETION_MOST_DAYS", "9"),
    ];
    let delete = ["tenant", "delete", "acme", "--yes", "--json"];
    let long = [&delete[..], &["--days", "10"]].concat();
    let refused = app.tenantry_with(&long, &set).ends(65);
    assert!(refused.err.contains("3 to 9 days"), "{}", refused.err);
    let closed = app.tenantry_with(&delete, &set).ends(0).json();
    let until = &closed["deletion_scheduled_for"];
    assert_eq!(days_until(&app, until), 5, "{closed}");
    app.leaves_jobs();
}
