//! `EXPLAIN (ANALYZE)` of what the pages really ask, as the role that they ask it with: the server's own
//! `auto_explain` writes every plan down while each list is opened once in the tenant of 100,000 people.

use std::time::Duration;

use crate::world::{BIG, World, page_request};
use crate::{load, report};

/// A list, and whether its limit in milliseconds of database time is set by the product's aims.
const LISTS: &[(&str, &str, Option<f64>)] = &[
    ("people, first page", "/users", None),
    (
        "people by last sign-in",
        "/users?sort=last_sign_in&order=asc",
        None,
    ),
    ("people by address", "/users?sort=email", None),
    ("people, page 2,000", "/users?page=2000&page_size=50", None),
    ("suspended people", "/users?status=suspended", None),
    (
        "people by the beginning of a word",
        "/users?search=amar",
        Some(20.0),
    ),
    (
        "people by the beginning of an address",
        "/users?search=person4711",
        Some(20.0),
    ),
    (
        "people by two beginnings",
        "/users?search=amara+nwo",
        Some(20.0),
    ),
    (
        "people by a part of a word",
        "/users?search=ndqvi&anywhere=1",
        Some(200.0),
    ),
    ("roles", "/roles", None),
    ("audit log", "/audit", None),
    ("overview", "/", None),
];

pub(crate) fn run(world: &World) {
    let cookie = world.sign_in(BIG);
    let get = |path: &str| load::once(world.address, &page_request(BIG, path, &cookie)).0;
    for (_, path, _) in LISTS {
        assert_eq!(get(path), 200, "{path}");
    }
    explain(world, "0");
    report::head(
        "Database time of each list, one tenant of 100,000 people",
        &[
            "list",
            "ms in the database",
            "aim",
            "statements",
            "slowest node",
        ],
    );
    for (name, path, aim) in LISTS {
        let from = log(world).len();
        assert_eq!(get(path), 200);
        std::thread::sleep(Duration::from_millis(200));
        let log = log(world);
        let plans = Plans::read(&log[from..]);
        report::line(&[
            format!("{name} (`{path}`)"),
            format!("{:.1}", plans.ms),
            aim.map_or_else(String::new, |aim| format!("{aim:.0}")),
            plans.statements.to_string(),
            plans.slowest,
        ]);
    }
    explain(world, "-1");
}

/// Switches the plans in the log on or off, for connections that are made from now on.
pub(crate) fn explain(world: &World, threshold: &str) {
    world.superuser_do(&format!(
        "alter database tenantry set auto_explain.log_min_duration = '{threshold}';
         alter database tenantry set auto_explain.log_analyze = on;
         select pg_terminate_backend(pid) from pg_stat_activity where usename like 'tnt%';"
    ));
}

pub(crate) fn log(world: &World) -> String {
    std::fs::read_to_string(world.cluster.folder().join("postgres.log")).unwrap()
}

pub(crate) struct Plans {
    pub(crate) ms: f64,
    pub(crate) statements: usize,
    pub(crate) slowest: String,
}

impl Plans {
    pub(crate) fn read(log: &str) -> Self {
        let mut plans = Self {
            ms: 0.0,
            statements: 0,
            slowest: String::new(),
        };
        let mut longest = 0.0;
        for entry in log.split("duration: ").skip(1) {
            let ms: f64 = entry.split(' ').next().unwrap().parse().unwrap();
            plans.ms += ms;
            plans.statements += 1;
            if ms > longest {
                longest = ms;
                plans.slowest = scan(entry).to_owned();
            }
        }
        plans
    }
}

/// The first node of a plan that reads a table.
fn scan(plan: &str) -> &str {
    let line = plan.lines().find(|line| line.contains(" Scan"));
    let line = line
        .unwrap_or("no table")
        .trim()
        .trim_start_matches("->")
        .trim();
    line.split("  (").next().unwrap_or(line)
}
