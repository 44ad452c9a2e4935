//! The last days of all tenants, added up: the plain sums, whole or not at all.

use diesel::connection::SimpleConnection;
use serde_json::json;
use services::StoreError;
use services::jobs::{self, JobKind, NewJob};

use crate::support::app::{self, App};
use crate::support::cast::{ACME, GLOBEX, World};

/// How much more the second uses than the first.
const TENANTS: [(World, i64); 2] = [(ACME, 1), (GLOBEX, 3)];

/// On the day so many days ago this many calls.
fn calls(day: i64, of: i64, factor: i64) -> i64 {
    factor * of * (day + 1)
}

fn fill(app: &App, factor: i64) {
    let today = app.clock.now().date_naive();
    let mut sql = format!(
        "select catalogue.keep_usage('{today}'::date - 60, '{today}'::date); delete from catalogue.usage_days;"
    );
    for (world, of) in TENANTS {
        for day in 0..50 {
            let (tenant, amount) = (world.id().uuid(), calls(day, of, factor));
            sql += &format!(
                "insert into catalogue.usage_days (tenant_id, meter, day, amount) values ('{tenant}', 'api.calls', '{today}'::date - {day}, {amount});"
            );
        }
    }
    app.sql().batch_execute(&sql).unwrap();
}

/// Whether both tables say so of both tenants and both spans.
fn is_told(app: &App, factor: i64) -> bool {
    TENANTS.iter().all(|(world, of)| {
        [7, 30].iter().all(|days| {
            let sum: i64 = (0..*days).map(|day| calls(day, *of, factor)).sum();
            let tenant = world.id().uuid();
            let whose = format!("tenant_id = '{tenant}' and days = {days}");
            let recent = format!(
                "catalogue.usage_recent where {whose} and meter = 'api.calls' and amount = {sum}"
            );
            let compared = format!("catalogue.usage_compared where {whose} and calls = {sum}");
            app.count(&recent) == 1 && app.count(&compared) == 1
        })
    })
}

fn gather(app: &App) {
    let job = NewJob::now(JobKind::UsageGather, json!({}));
    let asked = app
        .inner()
        .store
        .platform::<_, StoreError>(app.clock.now(), |tx| jobs::enqueue_for_platform(tx, &job));
    asked.unwrap();
    app.run_jobs();
}

#[test]
fn the_last_days_are_added_up_whole_or_not_at_all_however_often_it_is_killed() {
    let app = app::start();
    app.leaves_jobs();
    fill(&app, 1);
    gather(&app);
    assert!(is_told(&app, 1));
    fill(&app, 2);
    for table in ["usage_recent", "usage_compared"] {
        let mut holder = app.sql();
        let hold = format!("begin; lock table catalogue.{table} in exclusive mode");
        holder.batch_execute(&hold).unwrap();
        std::thread::scope(|scope| {
            let work = scope.spawn(|| gather(&app));
            let waiting =
                "pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'";
            while app.count(waiting) == 0 {
                assert!(!work.is_finished(), "it waits for {table}");
                std::thread::sleep(std::time::Duration::from_millis(20));
            }
            let kill = format!("select pg_terminate_backend(pid) from {waiting}");
            app.sql().batch_execute(&kill).unwrap();
            // Whether the worker itself goes on is looked at elsewhere.
            let _ = work.join();
        });
        holder.batch_execute("rollback").unwrap();
        assert!(is_told(&app, 1), "nothing of it stays, killed at {table}");
    }
    app.clock.advance(chrono::TimeDelta::hours(1));
    for _ in 0..2 {
        gather(&app);
        assert!(is_told(&app, 2), "once more is the same");
    }
}
