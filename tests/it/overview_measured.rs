//! The overview's measured figures: the same as the API's, each only for whom its page is there, and of nobody else.

use chrono::NaiveDate;
use diesel::RunQueryDsl;
use diesel::connection::SimpleConnection;
use diesel::sql_types::BigInt;
use domain::permission::Permission;
use serde_json::{Value as Json, json};
use services::StoreError;
use services::jobs::{self, JobKind, NewJob};

use crate::support::app::{self, App};
use crate::support::cast::{ACME, GLOBEX, World};
use crate::support::client::Answer;
use crate::support::keys::Program;
use crate::support::postgres::query;

const CAME: [&str; 3] = ["owner", "admin", "manager"];

/// Writes sixty days into a tenant: calls that grow, errors, who came, what was stored.
fn world(app: &App, of: World, times: i64) {
    let (tenant, today) = (of.id().uuid(), app.clock.now().date_naive());
    let mut text = format!("select catalogue.keep_usage('{today}'::date - 61, '{today}'::date);");
    let mut add = |meter: &str, day: i64, amount: i64| {
        text += &format!(
            "insert into catalogue.usage_days (tenant_id, meter, day, amount) values ('{tenant}', '{meter}', '{today}'::date - {day}, {amount});"
        );
    };
    for day in 0..60 {
        add("api.calls", day, times * (1_000 - 10 * day));
        add("api.micros", day, times * (1_000 - 10 * day) * 23_000);
        add("api.errors", day, times * if day < 30 { 3 } else { 9 });
        add("storage.bytes", day, times * 1_000_000 * (60 - day));
        add("users", day, 40 - day / 6);
    }
    add("db.slow", 0, 4 * times);
    for (place, name) in (0..).zip(CAME) {
        let who = of.person(name);
        for day in [0, 31 + place] {
            text += &format!(
                "insert into catalogue.usage_shares (tenant_id, day, meter, kind, who, amount) \
                 values ('{tenant}', '{today}'::date - {day}, 'page.views', 'user', '{who}', 3);"
            );
        }
    }
    app.sql().batch_execute(&text).unwrap();
}

fn read(program: &Program, path: &str) -> Json {
    program.get(path).expect(200).json()["data"].clone()
}

/// A number of the strip as it is written.
fn value(page: &Answer, label: &str) -> String {
    let text = page.text();
    let (_, after) = text.split_once(&format!("<dt>{label}</dt>")).unwrap();
    let (_, after) = after.split_once("<span class=\"value\">").unwrap();
    after.split('<').next().unwrap().to_owned()
}

fn thousands(number: i64) -> String {
    match number {
        number if number < 1_000 => number.to_string(),
        number => format!("{},{:03}", number / 1_000, number % 1_000),
    }
}

fn limit_of_calls(app: &App, limit: i64) {
    let text = format!(
        "update shared.limits set hard = {limit} where resource = 'api_calls_per_day' and tenant_id = '{}'",
        ACME.id().uuid()
    );
    app.sql_of(ACME).batch_execute(&text).unwrap();
}

#[test]
fn the_numbers_are_those_of_the_api_and_of_nobody_else() {
    let app = app::start_with(&[("api.usage_per_minute", "1000")]);
    world(&app, ACME, 1);
    world(&app, GLOBEX, 7);
    for (of, browser) in [
        (ACME, app.owner()),
        (GLOBEX, app.signed_in(GLOBEX, "owner")),
    ] {
        let program = app.program(&app.key(of, Permission::ALL));
        for period in ["7d", "30d"] {
            let page = browser.get(&format!("/?period={period}")).expect(200);
            let told =
                read(&program, &format!("/tenants/me/analytics?period={period}"))["analytics"]
                    .clone();
            let (users, usage) = (&told["user_metrics"], &told["usage_metrics"]);
            let calls = usage["api_calls_total"].as_i64().unwrap();
            assert_eq!(value(&page, "API calls"), thousands(calls), "{told:#}");
            let active = users["active_users"].as_i64().unwrap();
            assert_eq!(value(&page, "Active people"), active.to_string());
            let rate = told["performance_metrics"]["error_rate"].as_f64().unwrap();
            assert_eq!(value(&page, "Error rate"), format!("{:.2}", rate * 100.0));
            assert_eq!(usage["avg_response_time_ms"], 23.0);
            assert_eq!(value(&page, "Average answer"), "23");
        }
        let month = browser
            .get("/")
            .expect(200)
            .shows("API calls per day")
            .shows("href=\"/usage.csv?period=30d\"");
        let told = read(
            &program,
            "/tenants/me/usage?period=30d&include_projections=true",
        );
        let limits = told["limits"].as_array().unwrap();
        let mut seen = 0;
        for limit in limits {
            if let (Some(used), Some(most)) = (limit["current"].as_i64(), limit["limit"].as_i64()) {
                let words = format!("{} of {}", thousands(used), grouped(most));
                assert!(month.text().contains(&words), "{words}");
                seen += 1;
            }
        }
        assert!(seen >= 2, "{told:#}");
        let people = told["projections"]["users_30d_estimate"].as_f64().unwrap();
        assert!(
            month
                .text()
                .contains(&format!("{people:.0} expected in 30 days")),
            "{told:#}"
        );
        // All three who came before came again.
        assert!(month.text().contains("<b class=\"tnum\">100\u{a0}%</b>"));
    }
}

fn grouped(number: i64) -> String {
    match number {
        number if number < 1_000_000 => thousands(number),
        number => format!(
            "{},{:03},{:03}",
            number / 1_000_000,
            number / 1_000 % 1_000,
            number % 1_000
        ),
    }
}

#[test]
fn a_limit_that_will_be_reached_is_told_on_the_day_that_the_api_says() {
    let app = app::start_with(&[("api.usage_per_minute", "1000")]);
    world(&app, ACME, 1);
    app.owner().get("/").expect(200).hides("will be reached");
    limit_of_calls(&app, 1_100);
    let acme = app.program(&app.key(ACME, Permission::ALL));
    let told = read(&acme, "/tenants/me/usage?include_projections=true");
    let details = told["projections"]["details"].as_array().unwrap();
    let calls = details.iter().find(|one| one["metric"] == "api.calls");
    let day = calls.unwrap()["reaches_limit_on"].as_str().unwrap();
    let day: NaiveDate = day.parse().unwrap();
    let ahead = (day - app.clock.now().date_naive()).num_days();
    assert!((9..=11).contains(&ahead), "{day}");
    let words = format!(
        "API calls a day: the limit of 1,100 will be reached around {}",
        day.format("%m-%d")
    );
    app.owner()
        .get("/")
        .expect(200)
        .shows(&words)
        .shows("Limit 1,100")
        .shows("href=\"/scalings/new\"");
    // Whoever may not ask for more is led to what is used.
    app.analyst()
        .get("/")
        .expect(200)
        .shows(&words)
        .hides("href=\"/scalings/new\"");
    for nobody in [app.member(), app.stranger()] {
        nobody.get("/").expect(200).hides("will be reached");
    }
    // What is reached already is more pressing.
    let full = format!(
        "update shared.limits set used = hard, began_at = '{}' where resource = 'api_calls_per_day' and tenant_id = '{}'",
        app.clock.now(),
        ACME.id().uuid()
    );
    app.sql_of(ACME).batch_execute(&full).unwrap();
    app.owner()
        .get("/")
        .expect(200)
        .shows("More is refused")
        .hides("will be reached");
}

#[test]
fn hours_days_and_words_that_are_no_period() {
    let app = app::start();
    let (tenant, now) = (ACME.id().uuid(), app.clock.now());
    world(&app, ACME, 1);
    let text = format!(
        "insert into catalogue.usage_hours (tenant_id, meter, hour, amount) values
             ('{tenant}', 'api.calls', date_trunc('hour', '{now}'::timestamptz), 41),
             ('{tenant}', 'api.calls', date_trunc('hour', '{now}'::timestamptz) - interval '23 hours', 2),
             ('{tenant}', 'api.calls', date_trunc('hour', '{now}'::timestamptz) - interval '24 hours', 10)"
    );
    app.sql().batch_execute(&text).unwrap();
    let page = app.owner().get("/?period=24h").expect(200);
    assert_eq!(value(&page, "API calls"), "43");
    page.shows("API calls per hour")
        .shows("330\u{a0}% more than in the 24 hours before")
        .shows("href=\"/?period=24h\" aria-current=\"true\"")
        .shows("so hours are not compared")
        .shows("href=\"/usage.csv?period=24h\"");
    for other in ["/?period=1h", "/?period=long", "/"] {
        app.owner()
            .get(other)
            .expect(200)
            .shows("href=\"/?period=30d\" aria-current=\"true\"");
    }
    app.owner()
        .get("/?period=90d")
        .expect(200)
        .shows("API calls per day");
}

#[test]
fn what_was_not_measured_says_so() {
    let app = app::start();
    app.owner()
        .get("/")
        .expect(200)
        .shows("None measured yet")
        .shows("Nothing was asked for")
        .shows("Nobody used pages")
        .shows("No program has called the API yet")
        .shows("Not measured yet")
        .shows("Not checked")
        .hides("<span class=\"value\">0")
        .hides("What to do first");
}

#[test]
fn parts_are_there_for_those_who_may_see_their_pages() {
    let app = app::start();
    world(&app, ACME, 1);
    let measured = [
        "Error rate",
        "Usage and limits</h2>",
        "Feature adoption",
        "Health</h2>",
    ];
    for browser in [app.owner(), app.admin(), app.manager(), app.analyst()] {
        let page = browser.get("/").expect(200);
        for part in measured {
            assert!(page.text().contains(part), "{part}");
        }
        page.shows("Sign-ins")
            .shows("Recent activity")
            .hides("Your account");
    }
    for browser in [app.member(), app.viewer()] {
        let page = browser.get("/?period=7d").expect(200);
        for part in measured {
            assert!(!page.text().contains(part), "{part}");
        }
        page.shows("Your account").hides("href=\"/?period=");
    }
    // A role of its own that sees what is used, and no log.
    let fields = [
        ("name", "Counter"),
        ("description", ""),
        ("permissions", "overview:read"),
        ("permissions", "usage:read"),
    ];
    let made = app.admin().post("/roles", &fields).expect(303);
    let role = made.location().unwrap();
    let role = role.trim_start_matches("/roles/");
    let member = format!("/users/{}/role", ACME.person("member"));
    app.admin().post(&member, &[("role", role)]).expect(303);
    let page = app.member().get("/").expect(200);
    for part in measured {
        assert!(page.text().contains(part), "{part}");
    }
    page.hides("Sign-ins")
        .hides("Recent activity")
        .hides("href=\"/audit")
        .hides("Invite people");
}

#[test]
fn without_analytics_the_card_says_why() {
    let app = app::start();
    world(&app, ACME, 1);
    app.owner()
        .get("/")
        .expect(200)
        .shows("Came again")
        .shows("<span>Advanced analytics</span>");
    for change in [
        "update catalogue.plan_versions set features = features - 'advanced_analytics' where plan = 'starter'",
        "update catalogue.tenants set plan = 'starter', plan_version = 1, features = '{}' where slug = 'acme'",
    ] {
        app.sql().batch_execute(change).unwrap();
    }
    app.inner().directory.forget();
    app.owner()
        .get("/")
        .expect(200)
        .shows("Advanced analytics is not part of your plan")
        .shows("See other plans")
        .shows("Starter plan")
        .shows("Error rate")
        .hides("Came again")
        .hides("href=\"/analytics\">Analytics");
    app.analyst()
        .get("/")
        .expect(200)
        .shows("Advanced analytics is not part of your plan")
        .hides("See other plans");
}

#[test]
fn a_new_tenant_is_told_what_to_do_first() {
    let app = app::start();
    let (tenant, owner) = (ACME.id().uuid(), ACME.person("owner").uuid());
    let alone = format!(
        "update shared.users set status = 'removed', removed_at = now() where tenant_id = '{tenant}' and id <> '{owner}';
         update shared.user_counts set active = 1, invited = 0, suspended = 0, inactive = 0 where tenant_id = '{tenant}'"
    );
    app.sql_of(ACME).batch_execute(&alone).unwrap();
    app.owner()
        .get("/")
        .expect(200)
        .shows("What to do first")
        .shows("href=\"/users/invitations/new\"")
        .shows("href=\"/settings\"")
        .shows("href=\"/keys/new\"")
        .shows("Usage and limits</h2>")
        .hides("Error rate")
        .hides("class=\"stats\"");
    world(&app, ACME, 1);
    app.owner()
        .get("/")
        .expect(200)
        .hides("What to do first")
        .shows("Error rate");
}

#[test]
fn health_is_what_the_status_page_says() {
    let app = app::start();
    world(&app, ACME, 1);
    app.clock.advance(chrono::TimeDelta::minutes(5));
    let job = NewJob::now(JobKind::CheckupsRun, json!({}));
    let store = &app.inner().store;
    store
        .platform::<_, StoreError>(app.clock.now(), |tx| jobs::enqueue_for_platform(tx, &job))
        .unwrap();
    app.run_jobs();
    app.write_down_usage();
    let acme = app.program(&app.key(ACME, Permission::ALL));
    let told = read(&acme, "/tenants/me/health");
    let word = match told["status"].as_str() {
        Some("healthy") => "Healthy",
        Some("degraded") => "Degraded",
        other => panic!("{other:?} {told:#}"),
    };
    let page = app.owner().get("/").expect(200);
    let text = page.text();
    let (_, card) = text.split_once("<h2 id=\"health\">").unwrap();
    let (card, _) = card.split_once("</section>").unwrap();
    assert!(card.contains(&format!("data-dot>{word}<")), "{card}");
    assert!(card.contains("<dd>100.0\u{a0}%</dd>"), "{card}");
    assert!(
        card.contains("<dt>Slow queries today</dt><dd>4</dd>"),
        "{card}"
    );
    assert!(card.contains("Last checked"), "{card}");
}

#[derive(diesel::QueryableByName)]
struct Asked {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

/// How many statements the product's logins have asked in the home database.
fn asked(app: &App) -> i64 {
    let found: Asked = query(
        "select coalesce(sum(s.calls), 0)::bigint as count from pg_stat_statements s
         join pg_database d on d.oid = s.dbid and d.datname = current_database()
         join pg_roles r on r.oid = s.userid and r.rolname like 'tnt_%'",
    )
    .get_result(&mut app.sql())
    .unwrap();
    found.count
}

#[test]
fn the_page_asks_few_statements() {
    let app = app::start();
    world(&app, ACME, 1);
    let (owner, member) = (app.owner(), app.member());
    let count = |browser: &crate::support::client::Browser, path: &str| {
        browser.get(path).expect(200);
        let before = asked(&app);
        browser.get(path).expect(200);
        asked(&app) - before
    };
    let (measured, plain) = (count(&owner, "/"), count(&member, "/"));
    assert!(measured <= 28, "{measured} statements");
    assert!(plain < measured, "{plain} of {measured} statements");
}
