//! Analytics: numbers against a plain count of a small world, nobody else's among them, and only where the plan has them.

use diesel::connection::SimpleConnection;
use domain::permission::Permission;
use domain::{StaffPermission, StaffPermissions, StaffRole};
use serde_json::{Value as Json, json};
use services::StoreError;
use services::jobs::{self, JobKind, NewJob};

use crate::support::app::{self, App};
use crate::support::cast::{ACME, GLOBEX, World};
use crate::support::keys::Program;

fn asked(program: &Program, path: &str) -> Json {
    program.get(path).expect(200).json()["data"].clone()
}

/// Whether a person used pages on a day, by a rule that anybody can work out: with a number from 0 on, on each day that it divides.
fn came(person: i64, day: i64) -> bool {
    day % (person + 1) == 0
}

const CAST: [&str; 4] = ["owner", "admin", "manager", "analyst"];

/// Writes sixty days into a tenant: calls, errors, who came, what was stored.
fn world(app: &App, of: World, times: i64) {
    let (tenant, today) = (of.id().uuid(), app.clock.now().date_naive());
    let mut text = format!("select catalogue.keep_usage('{today}'::date - 61, '{today}'::date);");
    let mut add = |meter: &str, day: i64, amount: i64| {
        text += &format!(
            "insert into catalogue.usage_days (tenant_id, meter, day, amount) values ('{tenant}', '{meter}', '{today}'::date - {day}, {amount});"
        );
    };
    for day in 0..60 {
        add("api.calls", day, times * (100 - day));
        add("api.micros", day, times * (100 - day) * 20_000);
        add("api.errors", day, times);
        add("storage.bytes", day, times * 1_000_000 * (60 - day));
        add("db.runs", day, 10);
        add("db.micros", day, 30_000);
        add("people.at_once", day, times + day % 3);
        add("people.stays", day, 2);
        add("people.seconds", day, 1_200);
    }
    for (number, name) in (0..).zip(CAST) {
        let who = of.person(name);
        for day in (0..60).filter(|day| came(number, *day)) {
            text += &format!(
                "insert into catalogue.usage_shares (tenant_id, day, meter, kind, who, amount) \
                 values ('{tenant}', '{today}'::date - {day}, 'page.views', 'user', '{who}', 3);"
            );
        }
    }
    app.sql().batch_execute(&text).unwrap();
}

#[test]
fn figures_are_what_a_plain_count_of_the_same_days_gives() {
    let app = app::start_with(&[("api.usage_per_minute", "1000")]);
    world(&app, ACME, 1);
    world(&app, GLOBEX, 7);
    let acme = app.program(&app.key(ACME, Permission::ALL));
    for (period, days) in [("7d", 7_i64), ("30d", 30)] {
        let path = format!("/tenants/me/analytics?period={period}");
        let told = asked(&acme, &path);
        let (users, usage) = (
            &told["analytics"]["user_metrics"],
            &told["analytics"]["usage_metrics"],
        );
        let calls: i64 = (0..days).map(|day| 100 - day).sum();
        assert_eq!(usage["api_calls_total"], calls, "{told:#}");
        let mean = (f64::from(i32::try_from(calls).unwrap())
            / f64::from(i32::try_from(days).unwrap())
            * 10.0)
            .round()
            / 10.0;
        assert_eq!(usage["api_calls_per_day_avg"], mean);
        assert_eq!(usage["avg_response_time_ms"], 20.0);
        assert_eq!(usage["peak_concurrent_users"], 3);
        assert_eq!(
            usage["storage_growth_gb"],
            f64::from(i32::try_from(days - 1).unwrap()) / 1e3
        );
        let active = |from: i64, until: i64| -> Vec<i64> {
            let people = 0..i64::try_from(CAST.len()).unwrap();
            people
                .filter(|person| (from..until).any(|day| came(*person, day)))
                .collect()
        };
        let (now, before) = (active(0, days), active(days, 2 * days));
        assert_eq!(users["active_users"], now.len(), "{told:#}");
        assert_eq!(users["active_users_30d"], active(0, 30).len());
        let again = before.iter().filter(|one| now.contains(one)).count();
        assert_eq!(again, before.len());
        assert_eq!(users["user_retention_rate"], 1.0);
        assert_eq!(users["avg_session_duration_minutes"], 10.0);
        let errors = told["analytics"]["performance_metrics"]["error_rate"].as_f64();
        let rate =
            f64::from(i32::try_from(days).unwrap()) / f64::from(i32::try_from(calls).unwrap());
        assert!((errors.unwrap() - rate).abs() < 1e-4);
        assert_eq!(
            told["analytics"]["performance_metrics"]["database_query_avg_ms"],
            3.0
        );
    }
    let told = asked(&acme, "/tenants/me/analytics");
    assert_eq!(told["period"], "30d");
    assert_eq!(told["trends"]["api_usage"], "increasing", "{told:#}");
    assert_eq!(told["trends"]["storage_usage"], "increasing");
    assert_eq!(told["trends"]["error_rate"], "decreasing");
    // What is not known is null and says why.
    for name in ["uptime_percentage", "cache_hit_rate"] {
        assert!(told["analytics"]["performance_metrics"][name].is_null());
        assert!(told["absent"][format!("performance_metrics.{name}")].is_string());
    }
    let other = asked(
        &app.program(&app.key(GLOBEX, Permission::ALL)),
        "/tenants/me/analytics",
    );
    let calls: i64 = (0..30).map(|day| 7 * (100 - day)).sum();
    assert_eq!(
        other["analytics"]["usage_metrics"]["api_calls_total"],
        calls
    );
}

#[test]
fn people_are_counted_from_the_rows_and_kept_by_the_week_in_which_they_joined() {
    let app = app::start_with(&[("api.usage_per_minute", "1000")]);
    let (tenant, today) = (ACME.id().uuid(), app.clock.now().date_naive());
    // Everybody was there a year ago; two joined this week, of whom one came back today.
    let text = format!(
        "update shared.users set created_at = '{today}'::timestamptz - interval '400 days' where tenant_id = '{tenant}';
         update shared.users set created_at = '{today}'::timestamptz - interval '21 days' where tenant_id = '{tenant}' and id in ('{}', '{}');",
        ACME.person("member").uuid(), ACME.person("viewer").uuid(),
    );
    app.sql_of(ACME).batch_execute(&text).unwrap();
    let shares = format!(
        "select catalogue.keep_usage('{today}'::date - 31, '{today}'::date);
         insert into catalogue.usage_shares (tenant_id, day, meter, kind, who, amount) values
             ('{tenant}', '{today}'::date - 21, 'page.views', 'user', '{one}', 1), ('{tenant}', '{today}'::date - 21, 'page.views', 'user', '{two}', 1),
             ('{tenant}', '{today}', 'page.views', 'user', '{one}', 1)",
        one = ACME.person("member"), two = ACME.person("viewer"),
    );
    app.sql().batch_execute(&shares).unwrap();
    let acme = app.program(&app.key(ACME, Permission::ALL));
    let told = asked(
        &acme,
        "/tenants/me/analytics?metrics=user_metrics&segment=users",
    );
    let users = &told["analytics"]["user_metrics"];
    let there = app.count(&format!(
        "shared.users where tenant_id = '{tenant}' and status <> 'removed'"
    ));
    assert_eq!(users["total_users"], there, "{told:#}");
    assert_eq!(users["new_users_30d"], 2);
    assert_eq!(users["active_users"], 2);
    let cohort = &users["cohorts"][0];
    assert_eq!(cohort["joined"], 2);
    assert_eq!(cohort["came"], json!([2, 0, 0, 1]));
    assert!(told["analytics"].get("usage_metrics").is_none());
    assert!(told.get("trends").is_none());
    let parts = told["segment"]["parts"].as_array().unwrap();
    let all: i64 = parts
        .iter()
        .map(|part| part["amount"].as_i64().unwrap())
        .sum();
    assert_eq!(all, there);
    let week = asked(&acme, "/tenants/me/analytics?period=7d");
    assert_eq!(week["analytics"]["user_metrics"]["new_users"], 0);
    assert_eq!(week["analytics"]["user_metrics"]["new_users_30d"], 2);
    let storage = asked(&acme, "/tenants/me/analytics?segment=storage");
    assert!(!storage["segment"]["parts"].as_array().unwrap().is_empty());
}

#[test]
fn what_people_do_is_measured_as_stays_and_taken_up_features() {
    let app = app::start_with(&[("api.usage_per_minute", "1000")]);
    let (owner, admin) = (app.owner(), app.admin());
    owner
        .get("/analytics")
        .expect(200)
        .shows("Who came back")
        .shows("Features in use");
    admin.get("/users").expect(200);
    app.clock.advance(chrono::TimeDelta::minutes(4));
    owner.get("/users").expect(200);
    app.clock.advance(chrono::TimeDelta::minutes(6));
    admin.get("/users").expect(200);
    let key = app.key(ACME, Permission::ALL);
    let acme = app.program(&key);
    acme.get("/tenants/me/users").expect(200);
    app.write_down_usage();
    let told = asked(&acme, "/tenants/me/analytics?period=7d");
    let figures = &told["analytics"];
    assert_eq!(
        figures["usage_metrics"]["peak_concurrent_users"], 2,
        "{told:#}"
    );
    // Two stays: four minutes, and ten.
    assert_eq!(figures["user_metrics"]["avg_session_duration_minutes"], 7.0);
    assert_eq!(figures["feature_adoption"]["advanced_analytics"], 0.5);
    let keys = app.count(&format!(
        "shared.api_keys where tenant_id = '{}' and revoked_at is null",
        ACME.id().uuid()
    ));
    let one = (1e4 / f64::from(i32::try_from(keys).unwrap())).round() / 1e4;
    assert_eq!(figures["feature_adoption"]["api_access"], one);
    assert!(figures["feature_adoption"]["priority_support"].is_null());
    let why = "feature_adoption.priority_support";
    assert!(told["absent"][why].is_string());
    assert_eq!(
        told["trends"]["user_growth"].is_null(),
        told["absent"]["trends.user_growth"].is_string()
    );
    let file = owner
        .get("/analytics.csv?period=7d&figure=active")
        .expect(200);
    assert_eq!(file.text().lines().count(), 8, "{}", file.text());
}

#[test]
fn without_the_feature_it_is_refused_and_explained() {
    let app = app::start();
    let acme = app.program(&app.key(ACME, Permission::ALL));
    for change in [
        "update catalogue.plan_versions set features = features - 'advanced_analytics' where plan = 'starter'",
        "update catalogue.tenants set plan = 'starter', features = '{}' where slug = 'acme'",
    ] {
        app.sql().batch_execute(change).unwrap();
    }
    app.inner().directory.forget();
    let refused = acme.get("/tenants/me/analytics").expect(403);
    assert_eq!(refused.code(), "feature_not_available");
    assert_eq!(
        refused.json()["error"]["details"]["feature"],
        "advanced_analytics"
    );
    let reads = app.program(&app.key(ACME, &[Permission::ReadOverview]));
    let denied = reads.get("/tenants/me/analytics").expect(403);
    assert_ne!(denied.code(), "feature_not_available");
    for path in ["/analytics", "/analytics.csv"] {
        app.owner()
            .get(path)
            .expect(403)
            .shows("Advanced analytics is not part of your plan");
    }
    // The platform reads all the same.
    let staff = app.program(&app.platform_key(StaffPermissions::of(StaffPermission::ALL)));
    let told = asked(&staff, "/tenants/acme/analytics");
    assert_eq!(told["tenant_id"], ACME.id().to_string());
    let globex = app.program(&app.key(GLOBEX, Permission::ALL));
    globex.get("/tenants/acme/analytics").expect(403);
    let wrong = ["period=24h", "metrics=everything", "segment=moon"];
    for query in wrong {
        staff
            .get(&format!("/tenants/acme/analytics?{query}"))
            .expect(422);
    }
}

fn ask_for(app: &App, kind: JobKind) {
    let job = NewJob::now(kind, json!({}));
    let store = &app.inner().store;
    let asked =
        store.platform::<_, StoreError>(app.clock.now(), |tx| jobs::enqueue_for_platform(tx, &job));
    asked.unwrap();
}

#[test]
fn tenants_are_compared_by_what_was_added_up_and_only_by_the_platform() {
    let app = app::start_with(&[("api.usage_per_minute", "1000")]);
    let staff = app.program(&app.platform_key(StaffPermissions::of(StaffPermission::ALL)));
    let path = "/analytics/cross-tenant";
    let empty = asked(&staff, path);
    assert!(
        empty["aggregated_metrics"]["total_users"].is_null(),
        "{empty:#}"
    );
    assert!(empty["absent"]["aggregated_metrics.total_users"].is_string());
    world(&app, ACME, 1);
    world(&app, GLOBEX, 7);
    let (acme, globex, today) = (
        ACME.id().uuid(),
        GLOBEX.id().uuid(),
        app.clock.now().date_naive(),
    );
    // Acme grew from 20 to 25 people; of globex half are left, and a trial of it ends.
    let people = format!(
        "insert into catalogue.usage_days (tenant_id, meter, day, amount) values
             ('{acme}', 'users', '{today}', 25), ('{acme}', 'users', '{today}'::date - 40, 20),
             ('{globex}', 'users', '{today}', 10), ('{globex}', 'users', '{today}'::date - 40, 20);
         update catalogue.tenants set status = 'trial', trial_ends_at = '{today}'::timestamptz + interval '3 days' where slug = 'globex'"
    );
    app.sql().batch_execute(&people).unwrap();
    // What acme's own application counts.
    let orders = json!({ "key": "orders", "name": "Orders", "unit": "orders", "kind": "counter", "window": "month" });
    staff.send("POST", "/resources", &orders).expect(201);
    let ordered = format!(
        "insert into catalogue.usage_days (tenant_id, meter, day, amount) select '{acme}', 'orders', '{today}'::date - d, 3 from generate_series(0, 59) d"
    );
    app.sql().batch_execute(&ordered).unwrap();
    ask_for(&app, JobKind::UsageGather);
    ask_for(&app, JobKind::UsageKeep);
    app.run_jobs();
    let told = asked(&staff, path);
    let (all, calls) = (&told["aggregated_metrics"], |days: i64| -> i64 {
        (0..days).map(|day| 100 - day).sum()
    });
    assert_eq!(told["tenants_included"], 2, "{told:#}");
    assert_eq!(all["total_users"], 35);
    assert_eq!(all["total_api_calls"], 8 * calls(30));
    assert_eq!(all["total_storage_gb"], 8.0 * 60.0 / 1e3);
    assert_eq!(all["average_response_time_ms"], 20.0);
    assert_eq!(all["active_users"], 8);
    assert!(all["platform_uptime"].is_null());
    let rows = told["tenant_comparison"].as_array().unwrap();
    let of = |name: &str| rows.iter().find(|row| row["tenant_id"] == name).unwrap();
    let (one, other) = (of(&ACME.id().to_string()), of(&GLOBEX.id().to_string()));
    assert_eq!(one["growth_rate"], 0.25);
    assert_eq!(other["growth_rate"], -0.5);
    assert_eq!(other["api_calls"], 7 * calls(30));
    let signs = other["churn_signs"].as_array().unwrap();
    assert!(signs.contains(&json!("trial_ending")), "{told:#}");
    assert_eq!(other["total_revenue_cents"], 0);
    assert_eq!(one["resources"], json!({ "orders": 90 }));
    assert_eq!(other["resources"], json!({}));
    assert_eq!(all["total_resources"], json!({ "orders": 90 }));
    assert!(
        told["platform_health"]["performance_score"]
            .as_f64()
            .unwrap()
            > 50.0
    );
    assert_eq!(told["platform_health"]["overall_status"], "healthy");
    for (period, days) in [("7d", 7), ("90d", 60)] {
        let told = asked(
            &staff,
            &format!("{path}?period={period}&metrics=aggregated_metrics"),
        );
        assert_eq!(
            told["aggregated_metrics"]["total_api_calls"],
            8 * calls(days)
        );
        assert!(told.get("tenant_comparison").is_none());
    }
    let sorted = asked(
        &staff,
        &format!("{path}?sort=growth_rate&order=asc&page_size=1"),
    );
    assert_eq!(sorted["tenant_comparison"].as_array().unwrap().len(), 1);
    assert_eq!(
        sorted["tenant_comparison"][0]["tenant_id"],
        GLOBEX.id().to_string()
    );
    assert_eq!(sorted["pagination"]["total_count"], 2);
    let few = asked(&staff, &format!("{path}?tenant_ids=acme&segment_by=status"));
    assert_eq!(few["tenants_included"], 1);
    assert_eq!(few["segments"][0]["name"], "active");
    assert_eq!(few["segments"][0]["total_users"], 25);
    for query in [
        "tenant_ids=nobody",
        "period=1h",
        "sort=moon",
        "segment_by=moon",
        "metrics=moon",
    ] {
        staff.get(&format!("{path}?{query}")).expect(422);
    }
    // Nobody of a tenant's may ask.
    let own = app.program(&app.key(ACME, Permission::ALL));
    let refused = own.get(path).expect(403);
    assert_eq!(refused.code(), "admin_privileges_required");
    app.owner()
        .get("/analytics?sort=growth_rate")
        .expect(200)
        .hides("May leave");
    let page = app
        .staff(StaffRole::Operator)
        .get("/analytics?by=node&sort=churn_risk")
        .expect(200);
    page.shows("Tenants side by side")
        .shows(">Orders<")
        .shows(">90<")
        .shows("Trial ends within 7 days")
        .shows("-50");
    let file = app
        .staff(StaffRole::Operator)
        .get("/analytics.csv")
        .expect(200);
    let file = file.text();
    assert_eq!(file.lines().count(), 3);
    let column = |line: &str, name: &str| {
        let place = file
            .lines()
            .next()
            .unwrap()
            .split(',')
            .position(|one| one == name);
        line.split(',').nth(place.unwrap()).unwrap().to_owned()
    };
    let of = |tenant: &str| file.lines().find(|line| line.contains(tenant)).unwrap();
    assert_eq!(column(of(&ACME.id().to_string()), "orders"), "90");
    assert_eq!(column(of(&GLOBEX.id().to_string()), "orders"), "");
}
