//! The page of the console: asking without a script, an error beside its field, the answer as a file, what is kept, stopping.

use super::start;
use crate::support::app;
use crate::support::cast::ACME;

#[test]
fn an_owner_asks_and_reads_the_answer() {
    let app = start();
    let owner = app.owner();
    let page = owner.get("/console").expect(200);
    page.shows("Ask your organisation")
        .shows("email_folded")
        .hides("password_hash");
    let form = [
        (
            "query",
            "select email, null as nothing from users where role = $1",
        ),
        ("parameters", "owner"),
    ];
    owner
        .post("/console", &form)
        .expect(200)
        .shows("owner@acme.test")
        .shows("1 row in")
        .shows("null")
        .hides("globex");
    let past = owner.get("/console").expect(200);
    let past = past.shows("What you asked").text();
    let start = past.find("/console?run=q_").unwrap();
    let link = &past[start..start + past[start..].find('"').unwrap()];
    owner
        .get(link)
        .expect(200)
        .shows("where role = $1</textarea>");
    // What somebody else asked is theirs.
    app.admin()
        .get("/console")
        .expect(200)
        .hides("What you asked");
    let file = owner.post("/console/result.csv", &form).expect(200);
    assert!(
        file.header("content-disposition")
            .unwrap()
            .contains("acme-console-")
    );
    assert_eq!(file.text(), "email,nothing\nowner@acme.test,\n");
    let formula = [("query", "select '=1+1' as \"=x\"")];
    let file = owner.post("/console/result.csv", &formula).expect(200);
    assert_eq!(file.text(), "'=x\n'=1+1\n");
}

#[test]
fn what_is_wrong_is_told_beside_its_field_and_kept() {
    let app = start();
    let owner = app.owner();
    for (query, values, status, words) in [
        ("choose 1", "", 422, "Syntax error at or near"),
        (
            "select * from credentials",
            "",
            403,
            "not open to the console",
        ),
        ("delete from users", "", 422, "Ask one question"),
        ("select $1::int", "", 422, "Values wanted: 1"),
        ("select $1::int", "one", 422, "nvalid input syntax"),
        ("", "", 422, "Write a question"),
    ] {
        let answer = owner.post("/console", &[("query", query), ("parameters", values)]);
        let page = answer.expect(status).shows(words).shows("-error\"").text();
        assert!(page.contains(&format!("{query}</textarea>")), "{query}");
    }
    owner
        .post("/console/result.csv", &[("query", "choose 1")])
        .expect(422)
        .shows("Syntax error");
}

#[test]
fn questions_are_kept_under_a_name_for_their_owner_alone() {
    let app = start();
    let owner = app.owner();
    let form = [("query", "select 41 + 1"), ("name", "The answer")];
    owner.post("/console/queries", &form).leads_to("/console");
    owner
        .post("/console/queries", &form)
        .expect(422)
        .shows("another question under this name");
    owner
        .post("/console/queries", &[("query", "select 1")])
        .expect(422)
        .shows("Give it a name");
    let page = owner.get("/console").expect(200).shows("The answer").text();
    let admin = app.admin();
    admin.get("/console").expect(200).hides("The answer");
    let start = page.find("/console/queries/saved_").unwrap();
    let removal = &page[start..start + page[start..].find('"').unwrap()];
    admin.post(removal, &[]).expect(404);
    owner.post(removal, &[]).leads_to("/console");
    owner.get("/console").expect(200).hides("The answer");
    let log = app.audit();
    assert!(
        log.contains(&"done console.query_kept by Owner of acme: The answer".to_owned()),
        "{log:?}"
    );
    assert!(
        log.contains(&"done console.query_forgotten by Owner of acme: The answer".to_owned()),
        "{log:?}"
    );
}

#[test]
fn a_question_that_goes_on_is_stopped_from_another_page() {
    let app = super::start_with(&[("console.max_seconds", "60")]);
    let asking = app.owner();
    let slow = "select count(*) from generate_series(1, 100000) a, generate_series(1, 100000) b";
    std::thread::scope(|scope| {
        let asked = scope.spawn(|| asking.post("/console", &[("query", slow)]));
        let other = app.owner();
        let link = loop {
            let page = other.get("/console").expect(200).text();
            let begun = app.count("pg_stat_activity where usename like 'tq_%' and state = 'active' and datname = current_database()");
            if let (Some(start), 1) = (page.find("/console/runs/q_"), begun) {
                break page[start..start + page[start..].find('"').unwrap()].to_owned();
            }
            std::thread::sleep(std::time::Duration::from_millis(50));
        };
        app.admin().post(&link, &[]).expect(404);
        other.post(&link, &[]).leads_to("/console");
        asked.join().unwrap().expect(409).shows("was stopped");
    });
    let runs = app.table(ACME, "console_runs");
    assert_eq!(app.count(&format!("{runs} where state = 'stopped'")), 1);
}

#[test]
fn where_it_is_off_the_page_says_so_and_nothing_leads_to_it() {
    let app = app::start();
    let owner = app.owner();
    owner.get("/").expect(200).hides("href=\"/console\"");
    owner
        .get("/console")
        .expect(200)
        .shows("disabled by the operator")
        .hides("<textarea");
    owner
        .post("/console", &[("query", "select 1")])
        .expect(403)
        .shows("disabled by the operator");
    app.manager().get("/console").expect(403);
    app.stranger().get("/console").expect(200).hides("acme");
}
