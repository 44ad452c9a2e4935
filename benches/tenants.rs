//! The platform's list of tenants at 30,000 more of them: every order, search by beginning and by part, each
//! filter, a late page. Time in the database by the server's own log, time of the whole answer at the socket.

use std::time::{Duration, Instant};

use crate::plans::{Plans, explain, log};
use crate::world::{PASSWORD, World};
use crate::{load, report};

/// What the issue asks of the whole answer, in milliseconds.
const AIM: f64 = 50.0;
const ROUNDS: usize = 21;

/// Each list and its query.
const LISTS: &[(&str, &str)] = &[
    ("first page", ""),
    ("by name, from the end", "sort=name&order=desc"),
    ("by making", "sort=created_at&order=asc"),
    ("by making, the latest first", "sort=created_at&order=desc"),
    ("by people", "sort=people&order=asc"),
    ("by people, the most first", "sort=people&order=desc"),
    ("by plan", "sort=plan&order=asc"),
    ("by plan, from the end", "sort=plan&order=desc"),
    ("by state", "sort=status&order=asc"),
    ("by state, from the end", "sort=status&order=desc"),
    ("by end of trial", "sort=trial_end&order=asc"),
    (
        "by end of trial, the latest first",
        "sort=trial_end&order=desc",
    ),
    ("search by a beginning", "search=kest"),
    ("search by a beginning that many have", "search=l"),
    ("search by two beginnings", "search=kestrel+lab"),
    ("search by an address", "search=ada%40listed-4711"),
    ("search by a part", "search=estre"),
    ("search that finds nothing", "search=zzzz"),
    (
        "search by a beginning, by people",
        "search=kest&sort=people&order=desc",
    ),
    ("one state", "status=suspended"),
    ("two states", "status=suspended&status=trial"),
    ("one plan", "plan=enterprise"),
    ("one placement", "placement=shared"),
    ("nobody's but real ones", "kind=real"),
    ("made since a day", "created_from=2026-06-01"),
    (
        "trials that end until a day",
        "status=trial&trial_ends_until=2030-01-01&sort=trial_end",
    ),
    ("a late page", "page=600&page_size=50"),
    (
        "a late page by people",
        "page=600&page_size=50&sort=people&order=desc",
    ),
];

pub(crate) fn run(world: &World) {
    world.superuser_do(include_str!("tenants.sql"));
    world.superuser_do(
        "insert into catalogue.staff (id, email, email_folded, name, role, status, created_at)
             values (gen_random_uuid(), 'owner@platform.example', 'owner@platform.example', 'Bench', 'owner', 'active', now());
         insert into catalogue.staff_credentials (staff_id, password_hash, changed_at)
             select s.id, (select password_hash from shared.credentials limit 1), now() from catalogue.staff s",
    );
    // Alone: it may not stand in a transaction, and statements sent together are one.
    world.superuser_do("vacuum analyze");
    let cookie = sign_in(world);
    let get = |query: &str| {
        let request = format!(
            "GET /tenants?{query} HTTP/1.1\r\nHost: admin.localhost\r\nCookie: {cookie}\r\n\r\n"
        );
        let begun = Instant::now();
        let (status, _, head) = load::once(world.address, &request);
        assert_eq!(status, 200, "{query}: {head}");
        begun.elapsed()
    };
    let whole: Vec<f64> = LISTS
        .iter()
        .map(|(_, query)| milliseconds(get, query))
        .collect();
    explain(world, "0");
    report::head(
        "The platform's list of 31,001 tenants",
        &[
            "list",
            "ms of the answer, the middle",
            "aim",
            "ms in the database",
            "statements",
            "slowest node",
        ],
    );
    for ((name, query), whole) in LISTS.iter().zip(whole) {
        let from = log(world).len();
        get(query);
        std::thread::sleep(Duration::from_millis(200));
        let log = log(world);
        let plans = Plans::read(&log[from..]);
        report::line(&[
            format!("{name} (`{query}`)"),
            format!("{whole:.1}"),
            format!("{AIM:.0}"),
            format!("{:.1}", plans.ms),
            plans.statements.to_string(),
            plans.slowest,
        ]);
    }
    explain(world, "-1");
}

/// The middle of some answers, one after the other, after one that warms.
fn milliseconds(get: impl Fn(&str) -> Duration, query: &str) -> f64 {
    get(query);
    let rounds = (0..ROUNDS).map(|_| get(query).as_secs_f64() * 1000.0);
    report::median(rounds.collect())
}

/// Signs the platform's owner in, for real, and answers the cookies.
fn sign_in(world: &World) -> String {
    let body = format!("email=owner%40platform.example&password={PASSWORD}&next=%2F");
    let request = format!(
        "POST /sign-in HTTP/1.1\r\nHost: admin.localhost\r\n\
         Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    let (status, _, head) = load::once(world.address, &request);
    assert_eq!(status, 303, "{head}");
    let cookies: Vec<&str> = head
        .lines()
        .filter_map(|line| line.strip_prefix("set-cookie: "))
        .filter_map(|cookie| cookie.split(';').next())
        .collect();
    cookies.join("; ")
}
