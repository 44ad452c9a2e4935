//! What tenants use, measured: each request once, whose it was, written down once however often it is tried, and no word
//! of one tenant beside another's.

use chrono::{DateTime, Utc};
use diesel::connection::SimpleConnection;
use domain::permission::Permission;
use domain::{Meter, StaffPermission, StaffPermissions, TenantId};
use serde_json::{Value as Json, json};
use services::StoreError;
use services::jobs::{self, JobKind, NewJob};
use uuid::Uuid;

use crate::support::app::{self, App};
use crate::support::cast::{ACME, GLOBEX};
use crate::support::keys::Program;

fn usage(program: &Program, path: &str) -> Json {
    program.get(path).expect(200).json()["data"].clone()
}

fn ask_for(app: &App, kind: JobKind) {
    let job = NewJob::now(kind, json!({}));
    let store = &app.inner().store;
    let asked =
        store.platform::<_, StoreError>(app.clock.now(), |tx| jobs::enqueue_for_platform(tx, &job));
    asked.unwrap();
}

fn platform(app: &App) -> Program {
    app.program(&app.platform_key(StaffPermissions::of(StaffPermission::ALL)))
}

#[test]
fn each_request_of_a_tenant_is_measured_once_and_by_nobody_elses_name() {
    let app = app::start();
    let acme = app.program(&app.key(ACME, Permission::ALL));
    let globex = app.program(&app.key(GLOBEX, Permission::ALL));
    for _ in 0..7 {
        acme.get("/tenants/me/users").expect(200);
    }
    globex.get("/tenants/me/users").expect(200);
    acme.get("/tenants/me/users/nobody").expect(404);
    let mut wrong = acme.key.clone().unwrap();
    wrong.truncate(wrong.len() - 4);
    let stranger = app.program_at("localhost", Some(&format!("{wrong}AAAA")));
    stranger.get("/tenants/me/users").expect(401);
    let owner = app.signed_in(ACME, "owner");
    for path in ["/users", "/usage", "/users"] {
        owner.get(path).expect(200);
    }
    app.write_down_usage();
    let told = usage(&acme, "/tenants/me/usage?period=24h");
    assert_eq!(told["usage"]["api"]["calls"], 8, "{told:#}");
    assert_eq!(told["usage"]["api"]["errors"], 0);
    assert_eq!(told["usage"]["pages"]["views"], 3);
    assert_eq!(told["usage"]["api"]["unique_users"], 0);
    assert_eq!(told["usage"]["pages"]["unique_users"], 1);
    assert!(
        told["usage"]["api"]["p95_response_time_ms"]
            .as_f64()
            .unwrap()
            > 0.0
    );
    assert!(told["usage"]["traffic"]["bytes_out"].as_i64().unwrap() > 1_000);
    let by_endpoint = &told["shares"]["api_by_endpoint"];
    assert_eq!(by_endpoint[0]["name"], "/api/v1/tenants/{tenant_id}/users");
    assert_eq!(by_endpoint[0]["amount"], 7);
    assert_eq!(told["shares"]["api_by_key"][0]["amount"], 8);
    let other = usage(&globex, "/tenants/me/usage?period=24h");
    assert_eq!(other["usage"]["api"]["calls"], 1, "{other:#}");
    assert_eq!(other["usage"]["pages"]["views"], 0);
    // The platform reads the same, and asking as the platform is no use of the tenant's.
    let seen = usage(&platform(&app), "/tenants/acme/usage?period=24h");
    assert_eq!(seen["usage"]["api"]["calls"], 8);
    app.write_down_usage();
    let again = usage(&platform(&app), "/tenants/acme/usage?period=24h");
    assert_eq!(
        again["usage"]["api"]["calls"], 9,
        "the reading itself was a call"
    );
}

#[test]
fn the_clocks_look_measures_what_is_stored_and_the_connections() {
    let app = app::start();
    app.leaves_jobs();
    let acme = app.program(&app.key(ACME, Permission::ALL));
    acme.get("/tenants/me/users").expect(200);
    app.write_down_usage();
    ask_for(&app, JobKind::LimitsCheckAll);
    app.run_jobs();
    app.write_down_usage();
    let told = usage(&acme, "/tenants/me/usage?metrics=storage,limits");
    let bytes = told["usage"]["storage"]["used_bytes"].as_i64().unwrap();
    assert!(bytes > 10_000, "{told:#}");
    assert!(told["usage"].get("api").is_none_or(Json::is_null));
    let limits = told["limits"].as_array().unwrap();
    let of = |name: &str| limits.iter().find(|one| one["resource"] == name).unwrap();
    assert_eq!(of("storage_gb")["current"], 0);
    assert!(
        of("database_connections")["current"].as_i64().unwrap() >= 1,
        "{told:#}"
    );
    assert!(of("storage_gb")["measured_at"].is_string());
    ask_for(&app, JobKind::UsageGather);
    app.run_jobs();
    let recent = "catalogue.usage_recent where days = 30 and meter in ('api.calls', 'storage.bytes', 'users') and amount > 0";
    // Calls of one tenant; storage and people of both.
    assert_eq!(app.count(recent), 5);
}

#[test]
fn a_flush_counts_once_however_often_it_is_tried_and_a_death_is_told() {
    let app = app::start();
    let acme = app.program(&app.key(ACME, Permission::ALL));
    for _ in 0..3 {
        acme.get("/tenants/me/users").expect(200);
    }
    app.write_down_usage();
    // As if the answer to the commit had been lost: the same number, tried again.
    let process = "update catalogue.usage_processes set flushes = flushes + 1";
    app.sql().batch_execute(process).unwrap();
    acme.get("/tenants/me/users").expect(200);
    app.write_down_usage();
    let told = usage(&acme, "/tenants/me/usage?metrics=api");
    assert_eq!(
        told["usage"]["api"]["calls"], 3,
        "the flush of that number was there already"
    );
    app.write_down_usage();
    let told = usage(&acme, "/tenants/me/usage?metrics=api");
    assert_eq!(told["usage"]["api"]["calls"], 4, "and the next one counts");
    assert_eq!(told["gaps"].as_array().unwrap().len(), 0);
    app.clock.advance(chrono::TimeDelta::seconds(90));
    let told = usage(&acme, "/tenants/me/usage?metrics=api");
    assert_eq!(told["gaps"].as_array().unwrap().len(), 1, "{told:#}");
    // It was only slow: what it says next ends the gap.
    app.write_down_usage();
    let told = usage(&acme, "/tenants/me/usage?metrics=api");
    assert_eq!(told["gaps"].as_array().unwrap().len(), 0);
}

#[test]
fn what_comes_is_told_from_whole_days_and_with_the_day_of_the_limit() {
    let app = app::start();
    let acme = app.program(&app.key(ACME, Permission::ALL));
    let asked = "/tenants/me/usage?period=30d&include_projections=true";
    assert!(
        usage(&acme, asked)["projections"].is_null(),
        "nothing was measured yet"
    );
    let (tenant, today) = (ACME.id().uuid(), app.clock.now().date_naive());
    // Forty days, each with a hundred calls more: the limit of 100,000 is 960 days away for the first, and for people
    // 8 of 50 with one more each day 42 days.
    let grown = format!(
        "select catalogue.keep_usage('{today}'::date - 45, '{today}'::date);
         insert into catalogue.usage_days (tenant_id, meter, day, amount)
             select '{tenant}', 'api.calls', '{today}'::date - d, 100 * (41 - d) from generate_series(1, 40) d;
         insert into catalogue.usage_days (tenant_id, meter, day, amount)
             select '{tenant}', 'users', '{today}'::date - d, 41 - d from generate_series(1, 40) d"
    );
    app.sql().batch_execute(&grown).unwrap();
    let told = usage(&acme, asked)["projections"].clone();
    // Days 41 to 70 of a line through 100 a day: 30 of them, 5,550 on average.
    assert_eq!(told["api_calls_30d_estimate"], 166_500.0, "{told:#}");
    assert_eq!(told["users_30d_estimate"], 70.0);
    assert!(told["storage_30d_estimate_gb"].is_null());
    let details = told["details"].as_array().unwrap();
    let of = |name: &str| details.iter().find(|one| one["metric"] == name).unwrap();
    assert_eq!(of("api.calls")["days_known"], 40);
    assert!(of("api.calls")["reaches_limit_on"].is_null());
    let limit = of("users")["limit"].as_i64().unwrap();
    let day = today + chrono::TimeDelta::days(limit - 41);
    assert_eq!(of("users")["reaches_limit_on"], day.to_string());
    let page = app.owner().get("/usage?period=30d").expect(200);
    page.shows("If it goes on so, the limit is reached on")
        .shows("Estimate")
        .shows("4,100 expected by midnight")
        .shows("Peak 4,000 in a day")
        .shows("70 expected in 30 days");
}

#[test]
fn calls_that_a_rate_holds_up_are_the_tenants_refused_ones() {
    let app = app::start_with(&[("api.queries_per_minute", "5")]);
    let acme = app.program(&app.key(ACME, Permission::ALL));
    for _ in 0..5 {
        acme.get("/tenants/me/users").expect(200);
    }
    for _ in 0..3 {
        acme.get("/tenants/me/users").expect(429);
    }
    app.write_down_usage();
    let told = usage(&acme, "/tenants/me/usage?metrics=api");
    assert_eq!(told["usage"]["api"]["calls"], 8, "{told:#}");
    assert_eq!(told["usage"]["api"]["rate_limit_hits"], 3);
}

#[test]
fn what_found_no_room_while_the_database_was_away_is_told_with_its_span() {
    /// As much as waits at most.
    const MOST: u128 = 200_000;
    let app = app::start();
    let acme = app.program(&app.key(ACME, Permission::ALL));
    let measured = &app.inner().usage;
    for number in 1..=MOST {
        let nobody = TenantId::from_uuid(Uuid::from_u128(number));
        measured.note(nobody, app.clock.now(), |notes| {
            notes.add(&Meter::API_CALLS, 1);
        });
    }
    let first = app.clock.now();
    acme.get("/tenants/me/users").expect(200);
    app.clock.advance(chrono::TimeDelta::minutes(5));
    let last = app.clock.now();
    acme.get("/tenants/me/users").expect(200);
    app.clock.advance(chrono::TimeDelta::minutes(5));
    let written = app.clock.now();
    app.write_down_usage();
    acme.get("/tenants/me/users").expect(200);
    app.write_down_usage();
    let told = usage(&acme, "/tenants/me/usage?metrics=api");
    assert_eq!(told["usage"]["api"]["calls"], 1, "{told:#}");
    let gaps = told["gaps"].as_array().unwrap();
    assert_eq!(gaps.len(), 1, "{told:#}");
    assert_eq!(gaps[0]["reason"], "database_away");
    let at = |name: &str| gaps[0][name].as_str().unwrap().parse::<DateTime<Utc>>();
    let (since, until) = (at("from").unwrap(), at("until").unwrap());
    // When the first and the last were, not when it was written down.
    assert!(first <= since && since < last, "{told:#}");
    assert!(last <= until && until < written, "{told:#}");
    let page = app.owner().get("/usage").expect(200);
    page.shows("the database was away for so long");
    // Once the process is forgotten, so is this.
    app.sql()
        .batch_execute("delete from catalogue.usage_processes")
        .unwrap();
    assert_eq!(app.count("catalogue.usage_losses"), 0);
}

#[test]
fn a_call_that_a_key_may_not_make_is_measured_and_a_strangers_is_not() {
    let app = app::start();
    let acme = app.program(&app.key(ACME, &[Permission::ReadUsage]));
    for _ in 0..2 {
        acme.get("/tenants/me/users").expect(403);
    }
    let mut wrong = acme.key.clone().unwrap();
    wrong.truncate(wrong.len() - 4);
    let stranger = app.program_at("localhost", Some(&format!("{wrong}AAAA")));
    stranger.get("/tenants/me/users").expect(401);
    app.write_down_usage();
    let told = usage(&acme, "/tenants/me/usage?metrics=api,shares");
    assert_eq!(told["usage"]["api"]["calls"], 2, "{told:#}");
    assert_eq!(told["shares"]["api_by_key"].as_array().unwrap().len(), 0);
}
