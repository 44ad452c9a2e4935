//! Secrets stay where they belong: not in a log, not in the audit log, not in events or jobs; and what is
//! mailed is built from the catalogue and never from a request.

use chrono::TimeDelta;
use diesel::prelude::*;
use diesel::sql_types::Text;

use crate::support::app::{self, App};
use crate::support::cast::{ACME, PASSWORD};
use crate::support::lines;
use crate::support::postgres::query;

/// The path of the first link in the last letter to somebody of acme.
fn mailed_path(app: &App, who: &str) -> String {
    let letter = app.mailer().last_to(&ACME.email(who)).expect("no letter");
    let base = format!("http://{}/", ACME.host());
    let at = letter
        .text
        .find(&base)
        .unwrap_or_else(|| panic!("no link: {}", letter.text));
    let link = letter.text[at..].split_whitespace().next().unwrap();
    format!("/{}", &link[base.len()..])
}

#[test]
fn ses_09_links_in_letters_come_from_the_catalogue() {
    let app = app::start_with(&[("proxies.trusted", "127.0.0.0/8")]);
    let people = ["owner", "admin", "manager", "analyst", "member", "viewer"];
    let forged = [
        ("X-Forwarded-Host", "acme.localhost:6666"),
        ("X-Forwarded-Proto", "https"),
        ("X-Forwarded-Port", "6666"),
        ("Forwarded", "for=1.2.3.4;host=evil.example;proto=https"),
        ("Referer", "http://evil.example/"),
        ("Origin", "http://acme.localhost:6666"),
        ("X-Original-Host", "evil.example"),
        ("X-Host", "evil.example"),
        ("X-Forwarded-Prefix", "/evil"),
        ("X-Original-URL", "http://evil.example/"),
        ("Host", "acme.localhost:6666"),
        ("Host", "ACME.localhost."),
    ];
    for (n, (name, value)) in forged.into_iter().enumerate() {
        let who = people[n % people.len()];
        let visitor = app.visitor();
        let ask = visitor.ask("POST", "/password-reset").header(name, value);
        ask.form(&[("email", &ACME.email(who))]).send().expect(200);
        app.run_jobs();
        let letter = app.mailer().last_to(&ACME.email(who)).unwrap();
        for text in [&letter.text, &letter.html] {
            assert!(
                text.contains("http://acme.localhost/password-reset/"),
                "{name}: {text}"
            );
            for wrong in ["evil", "6666", "https://acme", "ACME.localhost"] {
                assert!(!text.contains(wrong), "{name}: {wrong} in {text}");
            }
        }
        app.mailer().clear();
        app.clock.advance(TimeDelta::minutes(16));
    }
}

#[test]
fn ses_11_planted_secrets_are_in_no_log_and_no_record() {
    let lines = lines::kept();
    let app = app::start();
    let (wrong, second, third) = (
        "planted-wrong-harbour-77",
        "planted-second-lantern-78",
        "planted-third-orchid-79",
    );
    let email = ACME.email("member");
    let browser = app.visitor();
    // The cast's sessions are made past the door; this one is not.
    browser
        .post("/sign-in", &[("email", &email), ("password", wrong)])
        .expect(401)
        .hides(wrong);
    browser
        .post("/sign-in", &[("email", &email), ("password", PASSWORD)])
        .expect(303);
    let session = browser.cookie("__Host-session").unwrap();
    let device = browser.cookie("__Host-device").unwrap();
    browser.get("/me").expect(200).shows(&email);
    browser
        .post(
            "/me/password",
            &[("current_password", PASSWORD), ("new_password", second)],
        )
        .expect(303);
    let other = app.visitor();
    other
        .post("/password-reset", &[("email", &email)])
        .expect(200);
    app.run_jobs();
    let path = mailed_path(&app, "member");
    other.get(&path).expect(200);
    other.post(&path, &[("password", third)]).expect(303);
    app.run_jobs();
    let again = app.visitor();
    again
        .post("/sign-in", &[("email", &email), ("password", third)])
        .expect(303);
    again
        .get(&format!("/nowhere?token={}", "planted-in-a-query"))
        .expect(404);
    let token = path.rsplit('/').next().unwrap();
    let secrets = [
        PASSWORD,
        wrong,
        second,
        third,
        token,
        &session,
        &device,
        &again.cookie("__Host-session").unwrap(),
        "planted-in-a-query",
        app::SECRET,
    ];
    let logged = lines.text();
    assert!(logged.contains("/sign-in"), "requests are logged: {logged}");
    let kept = records(&app);
    for secret in secrets {
        assert!(!logged.contains(secret), "{secret} is in the log");
        assert!(!kept.contains(secret), "{secret} is in a record");
    }
    assert!(!logged.contains(&email), "an address of mail is in the log");
}

/// Everything that was written down about what happened: audit entries, events, jobs, sent letters' rows.
fn records(app: &App) -> String {
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = Text)]
        text: String,
    }
    let tables = [
        "shared.audit_entries",
        "shared.events",
        "shared.letters",
        "node.jobs",
        "shared.sessions",
        "shared.links",
        "shared.throttles",
        "shared.known_devices",
    ];
    let mut all = String::new();
    for table in tables {
        let mut rows = Vec::new();
        for mut place in app.places() {
            let there = query(&format!("select t::text as text from {table} t"));
            let there: Vec<Row> = there.load(&mut place).unwrap();
            rows.extend(there);
        }
        assert!(
            table == "node.jobs" || table == "shared.throttles" || !rows.is_empty(),
            "{table} is empty"
        );
        all.extend(rows.into_iter().map(|row| row.text));
    }
    all
}
