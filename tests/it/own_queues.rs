//! The queues of tenants' own databases, seen and mended with the catalogue's as one; and work of the platform's for such a
//! tenant that was given up.

use std::time::Duration;

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use domain::staff::StaffPermission;
use domain::{JobId, StaffPermissions, StaffRole};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::own_databases::{go_on, made, stop, there};
use crate::support::app::{self, App};
use crate::support::client::Browser;
use crate::support::keys::Program;
use crate::support::postgres::{count, query};
use crate::tenant_processes::until;

const KIND: &str = "sign_in.sweep";

/// A job that was given up so many minutes ago, or waits for so many.
fn job(queue: &mut PgConnection, app: &App, kind: &str, state: &str, minutes: i64) -> JobId {
    let id = Uuid::new_v4();
    let tenant: Tenant = query("select tenant_id as id from catalogue.databases")
        .get_result(&mut app.sql())
        .unwrap();
    let finished = match state {
        "dead" => format!("now() - interval '{minutes} minutes'"),
        _ => "null".to_owned(),
    };
    query(&format!(
        "insert into node.jobs (id, tenant_id, kind, state, run_at, attempts, last_error, created_at, finished_at) \
         values ('{id}', '{}', '{kind}', '{state}', now() + interval '{minutes} minutes', 8, 'no <ada@umbrella.test>', now(), {finished})",
        tenant.id
    ))
    .execute(queue)
    .unwrap();
    JobId::from_uuid(id)
}

#[derive(QueryableByName)]
struct Tenant {
    #[diesel(sql_type = diesel::sql_types::Uuid)]
    id: Uuid,
}

/// The look of each minute.
fn look(app: &App) {
    query(
        "insert into node.jobs (id, kind, run_at, created_at) \
         values (gen_random_uuid(), 'places.settle', now() - interval '1 day', now())",
    )
    .execute(&mut app.sql())
    .unwrap();
    app.run_jobs();
}

fn program(app: &App) -> Program {
    app.program(&app.platform_key(StaffPermissions::of(StaffPermission::ALL)))
}

fn ids(answer: &Value) -> Vec<String> {
    let jobs = answer["data"]["jobs"].as_array().unwrap().iter();
    jobs.map(|job| job["id"].as_str().unwrap().to_owned())
        .collect()
}

/// The world of these tests: Umbrella Works in a database of its own, and jobs by turns in its queue and at home.
fn by_turns(app: &App, state: &str) -> (Browser, Vec<String>) {
    let operator = app.staff(StaffRole::Operator);
    made(app, &operator);
    let (mut home, mut there) = (app.sql(), there(app));
    let jobs = (1..=7).map(|minutes| match minutes % 2 {
        0 => job(&mut home, app, KIND, state, minutes),
        _ => job(&mut there, app, KIND, state, minutes),
    });
    let jobs = jobs.map(|id| id.to_string()).collect();
    look(app);
    (operator, jobs)
}

#[test]
fn all_queues_are_read_as_one_page_by_page_and_from_place_to_place() {
    for state in ["dead", "queued"] {
        let app = app::start_with(&[("metrics.port", "0")]);
        app.leaves_jobs();
        let (operator, jobs) = by_turns(&app, state);
        let program = program(&app);
        let mut leafed = Vec::new();
        for page in 1..=4 {
            let path = format!("/jobs?state={state}&kind={KIND}&page_size=2&page={page}");
            let answer = program.get(&path).expect(200).json();
            assert_eq!(answer["data"]["pagination"]["total_count"], 7, "{answer}");
            assert_eq!(answer["data"]["missing"], json!([]));
            leafed.extend(ids(&answer));
        }
        assert_eq!(leafed, jobs, "{state}, by pages");
        let past = format!("/jobs?state={state}&kind={KIND}&page_size=2&page=99");
        assert_eq!(ids(&program.get(&past).expect(200).json()), jobs[6..]);
        let (mut walked, mut cursor) = (Vec::new(), String::new());
        loop {
            let path = format!("/jobs?state={state}&kind={KIND}&page_size=3&cursor={cursor}");
            let answer = program.get(&path).expect(200).json();
            walked.extend(ids(&answer));
            match answer["data"]["next_cursor"].as_str() {
                Some(next) => cursor = next.to_owned(),
                None => break,
            }
        }
        assert_eq!(walked, jobs, "{state}, from place to place");
        let found = format!("/jobs?state={state}&q=umbrella&kind={KIND}");
        operator
            .get(&found)
            .expect(200)
            .shows("Umbrella Works")
            .shows("1–7 of 7");
        operator
            .get(&format!("/jobs?state={state}&q=acme&kind={KIND}"))
            .expect(200)
            .hides("Umbrella Works");
        // Nobody's address, and what the collector is told.
        operator.get(&found).hides("ada@umbrella.test");
        let collector = Browser::new("127.0.0.1", app.metrics.unwrap());
        let figures = collector.get("/metrics").expect(200).text();
        let told = match state {
            "dead" => "dead",
            _ => "scheduled",
        };
        let line = format!("tenantry_jobs{{kind=\"{KIND}\",state=\"{told}\"}} 7");
        assert!(figures.contains(&line), "{line} in\n{figures}");
        if state == "dead" {
            let home = operator.get("/").expect(200).text();
            let at = home.find("Jobs given up").unwrap();
            assert!(home[at..].contains("class=\"value\">7<"), "{home}");
        }
    }
}

#[test]
fn what_lies_in_a_database_of_its_own_is_tried_again_and_dropped_there() {
    let app = app::start();
    let operator = app.staff(StaffRole::Operator);
    let page = made(&app, &operator);
    let mut there = there(&app);
    let [alone, first, second, cleared] =
        [1, 2, 3, 4].map(|minutes| job(&mut there, &app, KIND, "dead", minutes));
    let letter = job(&mut there, &app, "letter.send", "dead", 5);
    let waits = job(&mut there, &app, KIND, "queued", 6);
    look(&app);
    let stands = |id: JobId| {
        format!(
            "select count(*) as count from node.jobs where id = '{}'",
            id.uuid()
        )
    };
    operator
        .post(&format!("/jobs/{alone}/retry"), &[])
        .leads_to("/jobs?state=queued");
    // Counted anew with the deed, before the next look of the minute.
    assert_eq!(
        app.count(
            "catalogue.own_queues where state = 'dead' and kind = 'sign_in.sweep' and jobs = 3"
        ),
        1
    );
    assert_eq!(app.run_jobs(), 1);
    let done = format!("{} and state = 'done'", stands(alone));
    assert_eq!(count(&mut there, &done), 1);
    operator
        .post(&format!("/jobs/{alone}/retry"), &[])
        .expect(404);
    operator
        .post(&format!("/jobs/{letter}/retry"), &[])
        .expect(409);
    operator
        .get(&format!("/jobs/{cleared}/removal"))
        .expect(200)
        .shows("Umbrella Works");
    operator
        .post(&format!("/jobs/{cleared}/removal"), &[])
        .leads_to("/jobs");
    assert_eq!(count(&mut there, &stands(cleared)), 0);
    operator
        .post("/jobs/retry", &[("kind", KIND)])
        .leads_to("/jobs?state=queued");
    assert_eq!(app.run_jobs(), 2);
    for id in [first, second] {
        assert_eq!(
            count(&mut there, &format!("{} and state = 'done'", stands(id))),
            1
        );
    }
    // One that waits is given up by the worker, is listed at once, and can be tried after all.
    let program = program(&app);
    let path = format!("/jobs/{waits}");
    assert_eq!(
        program.get(&path).expect(200).json()["data"]["job"]["state"],
        "queued"
    );
    let dropped = program.ask("DELETE", &path, &[], None).expect(200).json();
    assert_eq!(dropped["data"]["dropped"], "given_up");
    assert_eq!(app.run_jobs(), 1);
    operator
        .get("/jobs")
        .expect(200)
        .shows("dropped by those who run the platform");
    let again = program
        .send("POST", &format!("{path}/retry"), &json!({}))
        .expect(200)
        .json();
    assert_eq!(again["data"]["job"]["state"], "queued", "{again}");
    assert_eq!(app.run_jobs(), 1);
    let log = app.platform_audit();
    for (line, times) in [
        (
            "done job.retried by Operator of the platform: sign_in.sweep",
            1,
        ),
        (
            "done jobs.retried by Operator of the platform: sign_in.sweep",
            1,
        ),
        (
            "done job.dropped by Operator of the platform: sign_in.sweep",
            1,
        ),
    ] {
        assert_eq!(
            log.iter().filter(|one| *one == line).count(),
            times,
            "{line} in {log:#?}"
        );
    }
    operator.get(&page).expect(200).shows("retried all of");
}

#[test]
fn the_command_line_reaches_them_too() {
    let app = app::start();
    made(&app, &app.staff(StaffRole::Operator));
    let mut there = there(&app);
    let id = job(&mut there, &app, KIND, "dead", 1).to_string();
    look(&app);
    let listed = app.tenantry(&["job", "list"]).ends(0);
    assert!(
        listed.line(&id).contains("Umbrella Works"),
        "{}",
        listed.out
    );
    app.tenantry(&["job", "show", &id]).ends(0);
    app.tenantry(&["job", "retry", &id]).ends(0);
    app.tenantry(&["job", "drop", &id, "--yes"]).ends(0);
    assert_eq!(app.run_jobs(), 1);
    app.tenantry(&["job", "drop", &id, "--yes"]).ends(0);
    assert_eq!(
        count(
            &mut there,
            "select count(*) as count from node.jobs where state = 'dead'"
        ),
        0
    );
}

#[test]
fn a_database_that_does_not_answer_breaks_no_page() {
    let app = app::start();
    app.leaves_jobs();
    let operator = app.staff(StaffRole::Operator);
    made(&app, &operator);
    let id = job(&mut there(&app), &app, KIND, "dead", 1);
    let here = job(&mut app.sql(), &app, KIND, "dead", 2);
    look(&app);
    let words = "The database of Umbrella Works does not answer: its jobs are not shown.";
    operator.get("/jobs").expect(200).hides(words);
    stop(&app);
    // By the page itself, and by the look of the minute, after which it is not even asked.
    for _ in 0..2 {
        operator
            .get("/jobs")
            .expect(200)
            .shows(words)
            .shows(&here.to_string());
        look(&app);
    }
    assert_eq!(
        app.count("catalogue.databases where silent_since is not null"),
        1
    );
    let told = program(&app).get("/jobs").expect(200).json();
    assert_eq!(told["data"]["missing"], json!([words]));
    operator
        .get("/")
        .expect(200)
        .shows("Not every database answers: Umbrella Works.");
    operator.get("/jobs?q=acme").expect(200).hides(words);
    // Nothing is said to be done that was not.
    operator.post(&format!("/jobs/{id}/retry"), &[]).expect(503);
    let tried = operator.post("/jobs/retry", &[("kind", KIND)]);
    operator
        .follow(&tried)
        .shows("1 job is tried again")
        .shows("Those of Umbrella Works are as they were");
    go_on(&app);
    until("the database answers", Duration::from_secs(60), || {
        look(&app);
        app.count("catalogue.databases where silent_since is not null") == 0
    });
    operator
        .post(&format!("/jobs/{id}/retry"), &[])
        .leads_to("/jobs?state=queued");
}

#[test]
fn a_note_of_the_platforms_that_was_given_up_is_told_once_when_it_is_tried_again() {
    let app = app::start();
    let operator = app.staff(StaffRole::Operator);
    let page = made(&app, &operator);
    let mut there = there(&app);
    // Its log takes everything but this.
    there
        .batch_execute(
            "alter table shared.audit_entries add constraint no check (action <> 'tenant.suspended') not valid",
        )
        .unwrap();
    operator
        .post(&format!("{page}/suspension"), &[("reason", "Unpaid")])
        .expect(303);
    let mut home = app.sql();
    let of = "select count(*) as count from node.jobs where kind = 'tenant.note'";
    let note: Tenant =
        query("select id from node.jobs where kind = 'tenant.note' and state = 'queued'")
            .get_result(&mut home)
            .unwrap();
    home.batch_execute(
        "update node.jobs set max_attempts = 1 where kind = 'tenant.note' and state = 'queued'",
    )
    .unwrap();
    app.run_jobs();
    let told =
        "select count(*) as count from shared.audit_entries where action = 'tenant.suspended'";
    assert_eq!(count(&mut home, &format!("{of} and state = 'dead'")), 1);
    assert_eq!(count(&mut there, told), 0);
    there
        .batch_execute("alter table shared.audit_entries drop constraint no")
        .unwrap();
    let job = JobId::from_uuid(note.id);
    operator
        .get("/jobs")
        .expect(200)
        .shows("tenant.note")
        .shows("Umbrella Works");
    operator
        .post(&format!("/jobs/{job}/retry"), &[])
        .leads_to("/jobs?state=queued");
    app.run_jobs();
    let done = format!("{of} and id = '{}' and state = 'done'", note.id);
    assert_eq!(count(&mut there, told), 1);
    assert_eq!(
        (count(&mut home, &done), count(&mut there, &done)),
        (1, 1),
        "in both queues"
    );
    // The process ended between the two commits: the effect is there, and its job was given up for it.
    home.batch_execute(&format!(
        "update node.jobs set state = 'dead', finished_at = now() where id = '{}'",
        note.id
    ))
    .unwrap();
    operator
        .post(&format!("/jobs/{job}/retry"), &[])
        .leads_to("/jobs?state=queued");
    app.run_jobs();
    assert_eq!(count(&mut there, told), 1);
    assert_eq!(count(&mut home, &done), 1);
}
