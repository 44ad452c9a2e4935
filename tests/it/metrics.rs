//! Figures for a collector: what they tell, whom they leave out, and where they are not to be had.

use std::collections::BTreeSet;

use diesel::connection::SimpleConnection;

use crate::support::app::{self, App};
use crate::support::cast::{ACME, GLOBEX, PASSWORD};
use crate::support::client::Browser;

fn collect(app: &App) -> String {
    let collector = Browser::new("127.0.0.1", app.metrics.unwrap());
    collector.get("/metrics").expect(200).text()
}

/// The value of the one line that begins so.
fn value(text: &str, series: &str) -> f64 {
    let line = text.lines().find(|line| line.starts_with(series));
    let line = line.unwrap_or_else(|| panic!("no {series} in\n{text}"));
    line.rsplit(' ').next().unwrap().parse().unwrap()
}

/// Names with their labels, without their values.
fn series(text: &str) -> BTreeSet<&str> {
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    lines.map(|line| line.rsplit_once(' ').unwrap().0).collect()
}

#[test]
fn a_collector_is_told_what_goes_on() {
    let app = app::start_with(&[("metrics.port", "0")]);
    let visitor = app.visitor();
    visitor.get("/sign-in").expect(200);
    visitor.get("/users").expect(303);
    let email = ACME.email("member");
    for (password, status) in [("not-this-one-at-all", 401), (PASSWORD, 303)] {
        let typed = [("email", email.as_str()), ("password", password)];
        visitor.post("/sign-in", &typed).expect(status);
    }
    app.visitor().post("/password-reset", &[("email", &email)]);
    app.settle();
    let answer = Browser::new("127.0.0.1", app.metrics.unwrap()).get("/metrics");
    let form = answer.header("content-type").unwrap();
    assert!(form.starts_with("application/openmetrics-text"), "{form}");
    let text = answer.text();
    for (line, expected) in [
        (
            r#"tenantry_requests_total{route="/sign-in",method="GET",status="2xx"}"#,
            1.0,
        ),
        (
            r#"tenantry_requests_total{route="/sign-in",method="POST",status="4xx"}"#,
            1.0,
        ),
        // A route that the platform's host does not have.
        (
            r#"tenantry_requests_total{route="/users",method="GET",status="3xx"}"#,
            1.0,
        ),
        (
            r#"tenantry_sign_ins_total{door="tenant",outcome="admitted"}"#,
            1.0,
        ),
        (
            r#"tenantry_sign_ins_total{door="tenant",outcome="refused"}"#,
            1.0,
        ),
        (
            r#"tenantry_request_duration_seconds_count{route="/sign-in",method="POST"}"#,
            2.0,
        ),
        (
            r#"tenantry_jobs{kind="password_reset.issue",state="due"}"#,
            1.0,
        ),
        (
            r#"tenantry_pool_connections{pool="tenants",state="size"}"#,
            4.0,
        ),
        (
            r#"tenantry_pool_connections{pool="platform",state="waiting"}"#,
            0.0,
        ),
        (
            r#"tenantry_pool_connections{pool="dedicated",state="open"}"#,
            0.0,
        ),
        ("tenantry_dedicated_pools", 0.0),
        (r#"tenantry_gate{state="places"}"#, 4.0),
        (r#"tenantry_password_lane{state="threads"}"#, 1.0),
        ("tenantry_gate_turned_away_total", 0.0),
        ("tenantry_requests_in_flight", 0.0),
        ("tenantry_ready", 1.0),
    ] {
        assert!(
            (value(&text, line) - expected).abs() < 1e-9,
            "{line}\n{text}"
        );
    }
    assert!(
        value(
            &text,
            r#"tenantry_pool_connections{pool="tenants",state="open"}"#
        ) >= 1.0
    );
    assert!(value(&text, "tenantry_password_hash_seconds") > 0.0);
    assert!(
        value(
            &text,
            r#"tenantry_jobs_oldest_due_age_seconds{kind="password_reset.issue"}"#
        ) >= 0.0
    );
    assert!(text.ends_with("# EOF\n"), "{text}");
    app.run_jobs();
}

#[test]
fn obs_made_up_paths_hosts_and_methods_make_no_new_series() {
    let app = app::start_with(&[("metrics.port", "0")]);
    let owner = app.owner();
    // What each kind of request leaves behind, once.
    let ask = |n: usize| {
        let stranger = app.visitor_at(&format!("tenant-{n}.localhost"));
        stranger
            .get(&format!("/made-up/{n}?secret={n}"))
            .expect(404);
        stranger.get("/sign-in").expect(404);
        app.visitor_at(&format!("{n}.example.com"))
            .get("/")
            .expect(404);
        owner.get(&format!("/users/user_{n}")).expect(404);
        owner.get(&format!("/assets/{n}.css")).expect(404);
        owner.ask(&format!("METHOD{n}"), "/users").send();
    };
    ask(0);
    let before = collect(&app);
    for n in 1..=200 {
        ask(n);
    }
    let after = collect(&app);
    assert_eq!(series(&before), series(&after), "200 times made-up names");
    let made_up = r#"tenantry_requests_total{route="none",method="GET",status="4xx"}"#;
    assert!(value(&after, made_up) >= 200.0, "{after}");
    let lines = after.lines().count();
    assert!(lines < 600, "{lines} lines");
}

#[test]
fn iso_no_tenant_is_named_in_the_figures() {
    let app = app::start_with(&[("metrics.port", "0"), ("metrics.tenants", "0")]);
    for browser in [app.owner(), app.stranger()] {
        browser.get("/users").expect(200);
        browser.post("/password-reset", &[("email", "nobody@example.com")]);
    }
    let text = collect(&app);
    for world in [ACME, GLOBEX] {
        let id = world.id();
        let names = [id.to_string(), id.uuid().to_string(), world.host()];
        for name in names
            .iter()
            .map(String::as_str)
            .chain(["acme", "globex", "example.com"])
        {
            assert!(!text.contains(name), "{name} in\n{text}");
        }
    }
    app.run_jobs();
}

#[test]
fn figures_are_not_on_the_pages_listener_and_nothing_else_is_on_theirs() {
    let app = app::start_with(&[("metrics.port", "0")]);
    app.owner().get("/metrics").expect(404);
    app.visitor_at("127.0.0.1").get("/metrics").expect(404);
    let collector = Browser::new(ACME.host(), app.metrics.unwrap());
    for path in ["/", "/sign-in", "/users", "/livez", "/metrics/"] {
        collector.get(path).expect(404);
    }
    let silent = app::start();
    assert_eq!(silent.metrics, None, "off unless a port is set");
}

/// Traffic of the last 30 days, as the clock's job adds it up.
fn gathered(app: &App, rows: &str) {
    let insert = format!(
        "insert into catalogue.usage_recent (days, tenant_id, meter, amount, before, peak) values {rows}
         on conflict (days, meter, tenant_id) do update set amount = excluded.amount"
    );
    app.sql().batch_execute(&insert).unwrap();
}

#[test]
fn the_greatest_tenants_have_figures_of_their_own_by_id_and_all_others_share_theirs() {
    let app = app::start_with(&[("metrics.port", "0"), ("metrics.tenants", "1")]);
    let (acme, globex) = (ACME.id(), GLOBEX.id());
    gathered(
        &app,
        &format!(
            "(30, '{}', 'api.calls', 90, 0, 9), (30, '{}', 'api.calls', 9, 0, 9)",
            acme.uuid(),
            globex.uuid()
        ),
    );
    collect(&app);
    let typed = [
        ("email", &*ACME.email("member")),
        ("password", "not-this-one-at-all"),
    ];
    app.visitor().post("/sign-in", &typed).expect(401);
    for _ in 0..3 {
        app.stranger().get("/users").expect(200);
    }
    app.settle();
    let text = collect(&app);
    let sign_in =
        format!(r#"tenant_requests_total{{tenant_id="{acme}",endpoint="/sign-in",status="4xx"}}"#);
    assert_eq!(value(&text, &sign_in), 1.0);
    let others = r#"tenant_requests_total{tenant_id="other",endpoint="/users",status="2xx"}"#;
    assert_eq!(value(&text, others), 3.0);
    let auth = format!(r#"tenant_auth_duration_seconds_count{{tenant_id="{acme}"}}"#);
    assert_eq!(value(&text, &auth), 1.0);
    assert_eq!(value(&text, r#"tenant_count{status="active"}"#), 2.0);
    value(&text, "active_tenants_total");
    // Of nobody more than an id, and of whoever is not among the greatest not even that.
    for name in [globex.to_string().as_str(), "acme", "globex", "example"] {
        assert!(!text.contains(name), "{name} in\n{text}");
    }
}

#[test]
fn what_the_greatest_use_is_told_in_the_units_of_their_limits() {
    let app = app::start_with(&[("metrics.port", "0")]);
    let id = ACME.id();
    gathered(
        &app,
        &format!("(30, '{}', 'page.views', 90, 0, 9)", id.uuid()),
    );
    let day = app.clock.now().date_naive();
    let days = format!(
        "insert into catalogue.usage_days (tenant_id, meter, day, amount) values
         ('{0}', 'storage.bytes', '{day}', 2500000000), ('{0}', 'users', '{day}', 7)",
        id.uuid()
    );
    app.sql().batch_execute(&days).unwrap();
    let text = collect(&app);
    let of = |resource: &str| {
        format!(r#"tenant_resource_usage{{tenant_id="{id}",resource_type="{resource}"}}"#)
    };
    assert_eq!(value(&text, &of("storage_gb")), 2.5);
    assert_eq!(value(&text, &of("users")), 7.0);
    let people = format!(r#"tenant_users_total{{tenant_id="{id}"}}"#);
    assert_eq!(value(&text, &people), 7.0);
}

#[test]
fn every_figure_that_the_dashboard_and_the_alerts_ask_for_is_told() {
    let app = app::start_with(&[("metrics.port", "0")]);
    let id = ACME.id().uuid();
    gathered(&app, &format!("(30, '{id}', 'page.views', 90, 0, 9)"));
    let day = app.clock.now().date_naive();
    let people = format!(
        "insert into catalogue.usage_days (tenant_id, meter, day, amount) values ('{id}', 'users', '{day}', 7)"
    );
    app.sql().batch_execute(&people).unwrap();
    let email = ACME.email("member");
    let typed = [("email", email.as_str()), ("password", "not-this-one")];
    app.visitor().post("/sign-in", &typed).expect(401);
    app.visitor().post("/password-reset", &[("email", &email)]);
    app.settle();
    app.leaves_jobs();
    let text = collect(&app);
    let root = env!("CARGO_MANIFEST_DIR");
    let mut names = BTreeSet::new();
    for file in ["grafana/tenantry.json", "prometheus/alerts.yml"] {
        let file = std::fs::read_to_string(format!("{root}/deploy/{file}")).unwrap();
        let words = file.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_'));
        let is_one = |word: &&str| {
            word.contains('_') && (word.starts_with("tenant") || word.starts_with("active_"))
        };
        names.extend(words.filter(is_one).map(str::to_owned));
    }
    names.remove("tenant_id");
    assert!(names.len() > 12, "{names:?}");
    for name in names {
        let ends = ["_bucket", "_sum", "_count", "_total"];
        let plain = ends.iter().find_map(|end| name.strip_suffix(end));
        let told = [Some(name.as_str()), plain];
        let told = told
            .iter()
            .flatten()
            .any(|name| text.contains(&format!("# TYPE {name} ")));
        assert!(told, "{name} is not among\n{text}");
    }
}
