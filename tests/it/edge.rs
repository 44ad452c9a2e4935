//! What every request meets before any page does: headers, bodies too large or too odd, forwarded
//! addresses, too many at once, and a database that is away.

use std::sync::mpsc;
use std::time::{Duration, Instant};

use diesel::connection::SimpleConnection;
use domain::PlacementKind;
use tenantry::routes;

use crate::support::app::{self, App};
use crate::support::cast::{ACME, PASSWORD, placement};
use crate::support::client::{Answer, exchange};
use crate::support::paths::Things;

const ALWAYS: [(&str, &str); 5] = [
    ("x-content-type-options", "nosniff"),
    ("referrer-policy", "same-origin"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
    ("x-request-id", ""),
];

fn dressed(told: &str, answer: &Answer) {
    for (name, value) in ALWAYS {
        let found = answer.header(name);
        assert!(
            found.is_some_and(|found| value.is_empty() || found == value),
            "{told}: {name}: {answer}"
        );
    }
    let policy = answer.header("content-security-policy").unwrap_or_default();
    for part in [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
        "form-action 'self'",
    ] {
        assert!(policy.contains(part), "{told}: {part}: {policy}");
    }
    assert!(
        !policy.contains("unsafe") && !policy.contains('*') && !policy.contains("http:"),
        "{told}: {policy}"
    );
    for name in ["server", "x-powered-by", "access-control-allow-origin"] {
        assert_eq!(answer.header(name), None, "{told}: {answer}");
    }
    if !answer.body.is_empty() {
        let kind = answer.header("content-type").unwrap_or_default();
        assert!(
            kind.contains('/'),
            "{told}: content-type {kind:?}: {answer}"
        );
        assert_eq!(
            kind.starts_with("text/html"),
            answer.text().trim_start().starts_with('<') && !answer.has("<svg xmlns"),
            "{told}: {kind}: {answer}"
        );
        assert!(
            !kind.starts_with("text/html") || kind == "text/html; charset=utf-8",
            "{told}: {kind}"
        );
    }
}

#[test]
fn ses_08_every_answer_is_dressed() {
    let app = app::start();
    app.leaves_jobs();
    let own = Things::of(&app, ACME);
    for route in routes::anywhere::ALL.iter().chain(routes::ALL) {
        for (who, browser) in [
            ("visitor", app.visitor()),
            ("viewer", app.viewer()),
            ("owner", app.owner()),
        ] {
            let things = if route.method == "get" {
                own.clone()
            } else {
                Things::nowhere()
            };
            let answer = things.ask(&browser, route);
            dressed(
                &format!("{} {} as {who}", route.method, route.path),
                &answer,
            );
            assert_eq!(answer.header("strict-transport-security"), None);
        }
    }
    let visitor = app.visitor();
    for (told, status, answer) in [
        ("nowhere", 404, visitor.get("/nowhere")),
        (
            "unknown host",
            404,
            app.visitor_at("nobody.localhost").get("/sign-in"),
        ),
        (
            "no host of ours",
            400,
            exchange(
                app.port,
                b"GET / HTTP/1.1\r\nHost: acme_.localhost\r\nConnection: close\r\n\r\n",
            ),
        ),
        (
            "foreign write",
            403,
            visitor
                .ask("POST", "/sign-in")
                .header("Sec-Fetch-Site", "same-site")
                .form(&[])
                .send(),
        ),
        (
            "too large",
            413,
            visitor
                .ask("POST", "/sign-in")
                .body("application/x-www-form-urlencoded", vec![b'a'; 300 * 1024])
                .send(),
        ),
        ("wrong method", 404, visitor.ask("PUT", "/sign-in").send()),
        (
            "unknown field",
            400,
            visitor.post("/sign-in", &[("nonsense", "1")]),
        ),
        (
            "no form",
            415,
            visitor
                .ask("POST", "/sign-in")
                .body("application/json", "{}")
                .send(),
        ),
        (
            "compressed",
            415,
            visitor
                .ask("POST", "/sign-in")
                .header("Content-Encoding", "gzip")
                .body("application/x-www-form-urlencoded", "x")
                .send(),
        ),
    ] {
        assert_eq!(answer.status, status, "{told}: {answer}");
        dressed(told, &answer);
    }
}

#[test]
fn ses_08_a_secure_connection_is_asked_to_stay_secure() {
    let app = app::start_with(&[("proxies.trusted", "127.0.0.0/8")]);
    let secure = app
        .visitor()
        .ask("GET", "/sign-in")
        .header("X-Forwarded-Proto", "https")
        .send();
    assert!(
        secure.header("strict-transport-security").is_some(),
        "{secure}"
    );
    let plain = app.visitor().get("/sign-in");
    assert_eq!(plain.header("strict-transport-security"), None);
}

/// How long something may take that a machine with nothing else to do has done in less than two seconds.
const PATIENCE: Duration = Duration::from_secs(20);

/// Each is answered by a status of these.
fn refused(told: &str, right: &[u16], ask: impl FnOnce() -> Answer) {
    let answer = ask();
    assert!(right.contains(&answer.status), "{told}: {answer}");
}

fn raw(app: &App, path: &str, headers: &str, body: &[u8]) -> Answer {
    let head = format!(
        "POST {path} HTTP/1.1\r\nHost: acme.localhost\r\nConnection: close\r\n{headers}\r\n"
    );
    exchange(app.port, &[head.as_bytes(), body].concat())
}

#[test]
fn inp_05_a_body_that_is_too_much_is_refused_at_once() {
    const FORM: &str = "application/x-www-form-urlencoded";
    let app = app::start();
    let visitor = app.visitor();
    visitor.get("/sign-in").expect(200);
    let large = vec![b'a'; 2 * 1024 * 1024];
    refused("large", &[413], || {
        visitor
            .ask("POST", "/sign-in")
            .body(FORM, large.clone())
            .send()
    });
    refused("said to be large", &[413], || {
        raw(
            &app,
            "/sign-in",
            &format!("Content-Type: {FORM}\r\nContent-Length: 9999999999\r\n"),
            b"email=",
        )
    });
    let endless: Vec<u8> = b"10000\r\n"
        .iter()
        .chain(&vec![b'a'; 0x10000])
        .chain(b"\r\n")
        .copied()
        .collect::<Vec<u8>>()
        .repeat(16);
    refused("endless chunks", &[413], || {
        raw(
            &app,
            "/sign-in",
            &format!("Content-Type: {FORM}\r\nTransfer-Encoding: chunked\r\n"),
            &endless,
        )
    });
    refused("two lengths", &[400], || {
        raw(
            &app,
            "/sign-in",
            &format!("Content-Type: {FORM}\r\nContent-Length: 1\r\nContent-Length: 2\r\n"),
            b"ab",
        )
    });
    refused("length and chunks", &[400], || {
        raw(
            &app,
            "/sign-in",
            &format!("Content-Type: {FORM}\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n"),
            b"0\r\n\r\n",
        )
    });
    // A bomb of 1:1000 is not even opened.
    refused("bomb", &[415], || {
        visitor
            .ask("POST", "/sign-in")
            .header("Content-Encoding", "gzip")
            .body(FORM, vec![0x1f, 0x8b, 8, 0])
            .send()
    });
    refused("deep JSON", &[415], || {
        visitor
            .ask("POST", "/sign-in")
            .body("application/json", "[".repeat(10_000))
            .send()
    });
    let keys: String = (0..20_000).map(|n| format!("k{n}=&")).collect();
    refused("many keys", &[400, 413], || {
        visitor.ask("POST", "/sign-in").body(FORM, keys).send()
    });
    refused("many equal keys", &[400, 413], || {
        visitor
            .ask("POST", "/sign-in")
            .body(FORM, "email=a&".repeat(20_000))
            .send()
    });
    let parts: String = (0..10_000)
        .map(|n| format!("--x\r\nContent-Disposition: form-data; name=\"p{n}\"\r\n\r\n1\r\n"))
        .collect();
    refused("many parts", &[400, 413, 415], || {
        visitor
            .ask("POST", "/sign-in")
            .body(
                "multipart/form-data; boundary=x",
                format!("{parts}--x--\r\n"),
            )
            .send()
    });
    // And somebody else is served as before.
    visitor.get("/sign-in").expect(200);
}

#[test]
fn ovl_07_a_client_cannot_choose_its_own_address() {
    let from = |app: &App, n: usize, headers: &[(&str, String)]| {
        let (visitor, email) = (app.visitor(), format!("nobody{n}@example.com"));
        let mut ask = visitor.ask("POST", "/sign-in");
        for (name, value) in headers {
            ask = ask.header(name, value);
        }
        ask.form(&[("email", email.as_str()), ("password", "x")])
            .send()
            .status
    };
    // Nobody stands before us: what the client says of its address is not heard.
    let app = app::start_with(&[("sign_in.tries_per_network", "3")]);
    let statuses: Vec<u16> = (0..6)
        .map(|n| {
            let address = format!("198.51.{n}.7");
            from(
                &app,
                n,
                &[
                    ("X-Forwarded-For", address.clone()),
                    ("X-Real-IP", address.clone()),
                    ("Forwarded", format!("for={address}")),
                ],
            )
        })
        .collect();
    assert_eq!(statuses, [401, 401, 401, 429, 429, 429]);
    drop(app);
    // A proxy of ours does: the last hop that is not ours counts, whatever stands left of it.
    let app = app::start_with(&[
        ("sign_in.tries_per_network", "3"),
        ("proxies.trusted", "127.0.0.0/8"),
    ]);
    let statuses: Vec<u16> = (0..5)
        .map(|n| {
            from(
                &app,
                n,
                &[("X-Forwarded-For", format!("198.51.{n}.7, 203.0.113.9"))],
            )
        })
        .collect();
    assert_eq!(statuses, [401, 401, 401, 429, 429]);
    assert_eq!(
        from(
            &app,
            9,
            &[("X-Forwarded-For", "203.0.113.9, 198.51.100.7".to_owned())]
        ),
        401
    );
}

#[test]
fn ovl_02_when_many_sign_in_at_once_the_rest_is_told_to_come_back() {
    let app = app::start_with(&[
        ("passwords.permits", "1"),
        ("sign_in.tries_per_account", "1000"),
        ("sign_in.tries_per_network", "1000"),
    ]);
    let (email, form) = (ACME.email("member"), ("password", PASSWORD));
    let answers: Vec<Answer> = std::thread::scope(|scope| {
        // More than one thread hashes in the time that a turn is waited for.
        let asking: Vec<_> = (0..240)
            .map(|_| {
                scope.spawn(|| {
                    app.visitor()
                        .post("/sign-in", &[("email", email.as_str()), form])
                })
            })
            .collect();
        // It is answered while most of them still wait.
        app.visitor().get("/livez").expect(200);
        assert!(asking.iter().any(|one| !one.is_finished()));
        asking.into_iter().map(|one| one.join().unwrap()).collect()
    });
    let busy: Vec<&Answer> = answers
        .iter()
        .filter(|answer| answer.status == 503)
        .collect();
    assert!(!busy.is_empty(), "all of them found room");
    for answer in busy {
        assert!(answer.header("retry-after").is_some(), "{answer}");
    }
    assert!(
        answers.iter().any(|answer| answer.status == 303),
        "nobody came in"
    );
    assert!(
        answers
            .iter()
            .all(|answer| [303, 401, 429, 503].contains(&answer.status))
    );
}

#[test]
fn dbf_03_of_two_hundred_clients_before_four_connections_the_rest_is_told_to_come_back() {
    const BUSY: usize = 190;
    let app = app::start();
    let owner = app.owner();
    owner.get("/users").expect(200);
    let mut locking = app.sql_of(ACME);
    locking
        .batch_execute("begin; lock table shared.users in access exclusive mode")
        .unwrap();
    let (told, tells) = mpsc::channel();
    let answers: Vec<Answer> = std::thread::scope(|scope| {
        for _ in 0..200 {
            let (owner, told) = (owner.carried_to(owner.host.clone()), told.clone());
            scope.spawn(move || told.send(owner.get("/users")).unwrap());
        }
        // Meanwhile the process says that it lives, and sends nobody away who needs no database.
        for path in ["/livez", "/theme.css"] {
            app.visitor().get(path).expect(200);
        }
        // They hear it while the table is still locked: nobody waits for what the database does.
        let hears = || tells.recv_timeout(PATIENCE).expect("an answer meanwhile");
        let mut answers: Vec<_> = std::iter::repeat_with(hears).take(BUSY).collect();
        locking.batch_execute("rollback").unwrap();
        answers.extend(std::iter::repeat_with(hears).take(200 - BUSY));
        answers
    });
    owner.get("/users").expect(200);
    let mut busy = 0;
    for answer in &answers {
        assert!([200, 503].contains(&answer.status), "{answer}");
        if answer.status == 503 {
            busy += 1;
            assert!(answer.header("retry-after").is_some(), "{answer}");
        }
    }
    assert!(busy >= BUSY, "{busy} of 200 were told to come back");
}

#[test]
fn ovl_09_a_database_that_is_away_shows_and_passes() {
    let app = app::start();
    let _watch = app.watch();
    let owner = app.owner();
    owner.get("/me").expect(200);
    let database = app.database();
    let mut admin = app.server();
    admin
        .batch_execute(&format!(
            "alter database {database} allow_connections false; \
             select pg_terminate_backend(pid) from pg_stat_activity where datname = '{database}'"
        ))
        .unwrap();
    app.visitor().get("/livez").expect(200);
    let ready = app.visitor();
    let begin = Instant::now();
    while ready.get("/readyz").status != 503 {
        assert!(begin.elapsed() < PATIENCE, "still ready");
        std::thread::sleep(Duration::from_millis(50));
    }
    let ready = ready.get("/readyz");
    dressed("not ready", &ready);
    assert!(
        ready.text().len() < 200 && !ready.has("postgres"),
        "{ready}"
    );
    if placement() == PlacementKind::Database {
        // Who has a database of its own goes on without the catalogue's.
        owner.get("/me").expect(200);
    } else {
        let page = owner.get("/me").expect(503);
        dressed("away", &page);
        assert!(page.header("retry-after").is_some(), "{page}");
        assert!(
            !page.has("postgres") && !page.has("connection to server"),
            "{page}"
        );
    }
    admin
        .batch_execute(&format!("alter database {database} allow_connections true"))
        .unwrap();
    let begin = Instant::now();
    while owner.get("/me").status != 200 {
        assert!(begin.elapsed() < PATIENCE, "not back");
        std::thread::sleep(Duration::from_millis(50));
    }
    while app.visitor().get("/readyz").status != 200 {
        assert!(begin.elapsed() < PATIENCE, "not ready");
        std::thread::sleep(Duration::from_millis(50));
    }
}
