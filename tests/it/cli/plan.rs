//! Plans from the command line: what they give is the operator's to say.

use diesel::RunQueryDsl;

use crate::support::app;
use crate::support::postgres::query;

#[test]
fn an_operator_sets_what_a_plan_gives_and_moves_its_tenants_to_it() {
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
            "--more",
            "users=1:6.50",
            "--more",
            "storage_gb=none",
            "--note",
            "Prices of 2027",
            "--json",
        ])
        .ends(0)
        .json();
    assert_eq!(changed["limits"]["users"], 12, "{changed}");
    assert_eq!(changed["limits"]["storage_gb"], 10, "{changed}");
    assert_eq!(changed["price_cents"], 3550, "{changed}");
    assert_eq!(changed["features"]["custom_domains"], true, "{changed}");
    assert_eq!(changed["extras"]["users"]["price_cents"], 650, "{changed}");
    assert!(changed["extras"]["storage_gb"].is_null(), "{changed}");
    assert_eq!(changed["version"], 2, "{changed}");
    app.run_jobs();
    let moved = "shared.limits where resource = 'users' and hard = 12";
    assert_eq!(app.count(moved), 0, "tenants stay on theirs");
    let versions = app.tenantry(&["plan", "versions", "starter"]).ends(0);
    let newest = versions.line("2 ");
    assert!(newest.contains("Users: 12 instead of 5"), "{newest}");
    assert!(newest.contains("Prices of 2027"), "{newest}");

    // One is moved at once, the others by a job.
    app.tenantry(&["plan", "move", "starter", "acme"]).ends(0);
    app.run_jobs();
    assert_eq!(app.count(moved), 1);
    let all = ["plan", "move", "starter", "--yes", "--json"];
    let told = app.tenantry(&all).ends(0).json();
    assert_eq!(told["tenants"], 1, "{told}");
    app.run_jobs();
    assert_eq!(app.count(moved), 2);
    assert_eq!(app.tenantry(&all).ends(0).json()["tenants"], 0);
    let letters = app.letters();
    let letter = letters
        .iter()
        .find(|letter| letter.subject == "The plan of Acme has new terms")
        .unwrap();
    assert!(
        letter.text.contains("Users: 12 instead of 5"),
        "{}",
        letter.text
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
    app.tenantry(&["plan", "change", "starter", "--more", "users=0:1.00"])
        .ends(65);
}

#[test]
fn a_plan_is_added_put_in_its_place_and_retired() {
    let app = app::start();
    let add = [
        "plan",
        "add",
        "team",
        "--name",
        "Team",
        "--limit",
        "users=20",
        "--price",
        "99",
        "--place",
        "2",
        "--offered",
        "yes",
        "--json",
    ];
    let added = app.tenantry(&add).ends(0).json();
    assert_eq!(added["version"], 1, "{added}");
    app.tenantry(&add).ends(65);
    app.tenantry(&["plan", "add", "Team!", "--name", "Team"])
        .ends(65);
    let keys = || {
        let plans = app.tenantry(&["plan", "list", "--json"]).ends(0).json();
        let keys: Vec<String> = plans["plans"]
            .as_array()
            .unwrap()
            .iter()
            .map(|plan| plan["key"].as_str().unwrap().to_owned())
            .collect();
        keys.join(" ")
    };
    assert_eq!(keys(), "starter team professional enterprise");
    app.tenantry(&["tenant", "plan", "acme", "team", "--no-trial"])
        .ends(0);
    app.tenantry(&["plan", "retire", "team"]).ends(0);
    assert_eq!(keys(), "starter professional enterprise team");
    // Who is on it stays; nobody else comes.
    app.tenantry(&["tenant", "plan", "globex", "team"]).ends(65);
    app.tenantry(&["plan", "change", "team", "--offered", "yes"])
        .ends(65);
    app.run_jobs();
    assert_eq!(
        app.count("shared.limits where resource = 'users' and hard = 20"),
        1
    );
    app.tenantry(&["plan", "retire", "team", "--undo"]).ends(0);
    app.tenantry(&["tenant", "plan", "globex", "team"]).ends(0);
    app.run_jobs();
}
