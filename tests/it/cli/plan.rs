//! Plans from the command line: what they give is the operator's to say.

use diesel::RunQueryDsl;

use crate::support::app;
use crate::support::postgres::query;

#[test]
fn an_operator_sets_what_a_plan_gives_and_its_tenants_get_it() {
    let app = app::start();
    query("update catalogue.tenants set plan = 'starter'")
        .execute(&mut app.sql())
        .unwrap();
    let plans = app.tenantry(&["plan", "list", "--json"]).ends(0).json();
    let keys: Vec<&str> = plans["plans"]
        .as_array()
        .unwrap()
        .iter()
        .map(|plan| plan["key"].as_str().unwrap())
        .collect();
    assert_eq!(keys, ["starter", "professional", "enterprise"]);
    // What 002 gives a tenant to begin with.
    let limits = &plans["plans"][0]["limits"];
    assert_eq!(limits["users"], 5);
    assert_eq!(limits["transactions_per_month"], 50_000);
    assert_eq!(limits["storage_gb"], 10);
    assert_eq!(plans["plans"][0]["trial_days"], 14);

    let changed = app
        .tenantry(&[
            "plan",
            "change",
            "starter",
            "--limit",
            "users=12",
            "--feature",
            "custom_domains=yes",
            "--price",
            "35.50",
            "--currency",
            "EUR",
            "--trial-days",
            "30",
            "--json",
        ])
        .ends(0)
        .json();
    assert_eq!(changed["limits"]["users"], 12, "{changed}");
    assert_eq!(changed["limits"]["storage_gb"], 10, "{changed}");
    assert_eq!(changed["price_cents"], 3550, "{changed}");
    assert_eq!(changed["features"]["custom_domains"], true, "{changed}");
    app.run_jobs();
    assert_eq!(
        app.count("shared.limits where resource = 'users' and hard = 12"),
        2
    );
    let line = "done tenant.plan_changed by platform: Acme".to_owned();
    assert!(app.audit().contains(&line), "{:?}", app.audit());
    let line = "done plan.changed by command line: Starter".to_owned();
    assert!(app.platform_audit().contains(&line));

    let line = app.tenantry(&["plan", "list"]).ends(0);
    assert!(line.line("starter").contains("35.50 EUR"), "{}", line.out);
    for wrong in [
        ["--limit", "cakes=3"],
        ["--trial-days", "400"],
        ["--feature", "Big Thing=yes"],
    ] {
        let words = [&["plan", "change", "starter"][..], &wrong].concat();
        app.tenantry(&words).ends(65);
    }
    app.tenantry(&["plan", "change", "nothing", "--limit", "users=3"])
        .ends(66);
    app.tenantry(&["plan", "change", "starter", "--price", "1.234"])
        .ends(64);
}
