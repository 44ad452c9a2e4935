//! The page of the queue: what is shown of a job, and what can be done about it.

use diesel::RunQueryDsl;
use domain::{JobId, StaffRole};
use uuid::Uuid;

use crate::support::app::{self, App};
use crate::support::cast::{ACME, World};
use crate::support::postgres::query;

/// A job as a worker would have left it.
fn job(app: &App, world: Option<World>, kind: &str, state: &str, error: &str) -> JobId {
    let id = Uuid::new_v4();
    let tenant = world.map_or("null".to_owned(), |world| {
        format!("'{}'", world.id().uuid())
    });
    let finished = if state == "dead" { "now()" } else { "null" };
    let lease = if state == "running" {
        "gen_random_uuid(), now() + interval '1 hour'"
    } else {
        "null, null"
    };
    query(&format!(
        "insert into node.jobs (id, tenant_id, kind, payload, state, run_at, attempts, lease_token, lease_until, last_error, created_at, finished_at) \
         values ('{id}', {tenant}, '{kind}', '{{\"secret\": \"of-acme\"}}', '{state}', now() + interval '1 hour', 8, {lease}, '{error}', now(), {finished})"
    ))
    .execute(&mut world.map_or_else(|| app.sql(), |world| app.sql_of(world)))
    .unwrap();
    app.settle();
    JobId::from_uuid(id)
}

#[test]
fn the_queue_shows_whose_job_it_is_and_nothing_of_what_it_carries() {
    let app = app::start();
    app.leaves_jobs();
    job(
        &app,
        Some(ACME),
        "letter.send",
        "dead",
        "550 <ada@acme.test>: user unknown",
    );
    job(&app, None, "jobs.prune", "dead", "the worker was lost");
    job(&app, Some(ACME), "sign_in.sweep", "queued", "");
    job(&app, None, "sign_in.sweep_all", "running", "");
    let analyst = app.staff(StaffRole::Analyst);
    let failed = analyst.get("/jobs").expect(200);
    let failed = failed
        .shows("\"tag\">letter.send<")
        .shows("Acme")
        .shows("8 of 8");
    let failed = failed.shows("user unknown").hides("ada@acme.test");
    failed
        .hides("of-acme")
        .hides("\"tag\">sign_in.sweep<")
        .hides("/retry");
    analyst
        .get("/jobs?kind=jobs.prune")
        .shows("the worker was lost")
        .hides(">Acme<");
    analyst
        .get("/jobs?q=acm")
        .shows(">Acme<")
        .hides("the worker was lost");
    analyst.get("/jobs?q=nobody").shows("No job matches");
    analyst
        .get("/jobs?state=queued")
        .shows("\"tag\">sign_in.sweep<")
        .hides("the worker was lost");
    analyst
        .get("/jobs?state=running")
        .shows("\"tag\">sign_in.sweep_all<");
    analyst
        .get("/jobs?state=nonsense&page=99")
        .expect(200)
        .shows("\"tag\">letter.send<");
}

#[test]
fn a_failed_job_is_tried_again_alone_and_with_its_kind() {
    let app = app::start();
    let operator = app.staff(StaffRole::Operator);
    let one = job(&app, Some(ACME), "sign_in.sweep", "dead", "away");
    let (_, _) = (
        job(&app, Some(ACME), "sign_in.sweep", "dead", "away"),
        job(&app, None, "jobs.prune", "dead", "away"),
    );
    let letter = job(&app, Some(ACME), "letter.send", "dead", "away");
    let analyst = app.staff(StaffRole::Analyst);
    analyst.post(&format!("/jobs/{one}/retry"), &[]).expect(403);
    operator
        .post(&format!("/jobs/{one}/retry"), &[])
        .leads_to("/jobs?state=queued");
    assert_eq!(app.run_jobs(), 1);
    let again = [("kind", "sign_in.sweep")];
    operator
        .post("/jobs/retry", &again)
        .leads_to("/jobs?state=queued");
    assert_eq!(app.run_jobs(), 1);
    operator
        .post("/jobs/retry", &[("kind", "no.such")])
        .expect(404);
    // A letter that was given up is empty.
    operator
        .post(&format!("/jobs/{letter}/retry"), &[])
        .expect(409);
    operator
        .post("/jobs/retry", &[("kind", "letter.send")])
        .expect(409);
    assert_eq!(app.count("node.jobs where state = 'dead'"), 2);
    let log = app.platform_audit();
    assert!(
        log.contains(&"done job.retried by Operator of the platform: sign_in.sweep".to_owned()),
        "{log:?}"
    );
    assert!(
        log.contains(&"done jobs.retried by Operator of the platform: sign_in.sweep".to_owned()),
        "{log:?}"
    );
}

#[test]
fn a_job_is_dropped_after_a_question_and_its_tenant_is_told() {
    let app = app::start();
    let operator = app.staff(StaffRole::Operator);
    let failed = job(&app, None, "jobs.prune", "dead", "away");
    let waits = job(&app, Some(ACME), "sign_in.sweep", "queued", "");
    let runs = job(&app, None, "sign_in.sweep_all", "running", "");
    operator
        .get(&format!("/jobs/{failed}/removal"))
        .expect(200)
        .shows("jobs.prune");
    operator
        .post(&format!("/jobs/{failed}/removal"), &[])
        .leads_to("/jobs");
    operator
        .post(&format!("/jobs/{failed}/removal"), &[])
        .expect(404);
    operator
        .post(&format!("/jobs/{runs}/removal"), &[])
        .expect(409);
    operator
        .post(&format!("/jobs/{runs}/retry"), &[])
        .expect(409);
    operator
        .post(&format!("/jobs/{waits}/removal"), &[])
        .leads_to("/jobs");
    assert_eq!(app.run_jobs(), 1);
    operator
        .get("/jobs")
        .shows("dropped by those who run the platform");
    let told = app.audit();
    assert_eq!(
        told.last().unwrap(),
        "refused job.given_up by sign_in.sweep: sign_in.sweep"
    );
    // Dropped and tried after all.
    operator
        .post(&format!("/jobs/{waits}/retry"), &[])
        .leads_to("/jobs?state=queued");
    assert_eq!(app.run_jobs(), 1);
    assert_eq!(app.count("node.jobs where state = 'dead'"), 0);
    app.leaves_jobs();
}
