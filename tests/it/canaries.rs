//! Acme is full of canaries, in everything that anybody can write there; then globex walks through all it has.

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::Text;
use domain::BuiltInRole;
use tenantry::routes;

use crate::support::app::{self, App};
use crate::support::cast::{ACME, GLOBEX};
use crate::support::client::Answer;
use crate::support::lines;
use crate::support::paths::Things;
use crate::support::postgres::query;

/// In every letter case that the product may fold it to.
const CANARY: &str = "canary-3vbt9";

fn sings(text: &str) -> bool {
    text.to_lowercase().contains(CANARY)
}

fn silent(answer: &Answer, told: &str) {
    let headers: String = answer
        .headers
        .iter()
        .map(|(_, value)| value.as_str())
        .collect();
    assert!(
        !sings(&headers) && !sings(&answer.text()),
        "{told}: {answer}"
    );
}

/// Every text of acme's that is no key, no word of an enumeration and no hash.
fn plant(app: &App) {
    let owner = app.owner();
    let of = |name: &str, deed: &str| format!("/users/{}/{deed}", ACME.person(name));
    let member = app.member();
    let profile = [
        ("version", "1"),
        ("name", "Canary-3vbt9 Nwosu"),
        ("department", "Dept canary-3vbt9"),
        ("location", "Hall canary-3vbt9"),
        ("phone", "+41 44 000 00 00"),
        ("field_name", "canary-3vbt9 desk"),
        ("field_value", "canary-3vbt9 window"),
    ];
    member.post("/me", &profile).expect(303);
    let guest = [
        ("addresses", "Canary-3vbt9 <canary-3vbt9@new.test>"),
        ("role", "member"),
    ];
    owner.post("/users/invitations", &guest).expect(303);
    let role = [
        ("name", "Role canary-3vbt9"),
        ("description", "canary-3vbt9 keeps"),
        ("permissions", "users:read"),
    ];
    owner.post("/roles", &role).expect(303);
    let file = (
        "file",
        "canary-3vbt9.csv",
        &b"email,name\ncanary-3vbt9@import.test,Canary-3vbt9\n"[..],
    );
    owner
        .ask("POST", "/users/import")
        .upload(&[], file)
        .send()
        .expect(303);
    owner
        .post(
            &of("viewer", "suspension"),
            &[("reason", "canary-3vbt9 left")],
        )
        .expect(303);
    app.visitor()
        .post("/password-reset", &[("email", "canary-3vbt9@new.test")])
        .expect(200);
    app.run_jobs();
    let acme = ACME.id().uuid();
    app.sql()
        .batch_execute(&format!(
            "update catalogue.tenants set name = 'Canary-3vbt9 AG' where id = '{acme}'"
        ))
        .unwrap();
    let mut there = app.sql_of(ACME);
    there.batch_execute(&format!(
        "update shared.sessions set device = 'Canary-3vbt9 Browser' where tenant_id = '{acme}';
         update shared.users set name = name || ' Canary-3vbt9', name_folded = name_folded || ' canary-3vbt9',
             department = 'Canary-3vbt9', department_folded = 'canary-3vbt9' where tenant_id = '{acme}'"
    ))
    .unwrap();
    app.inner().directory.forget();
    owner.get("/users").expect(200).shows("Canary-3vbt9");
    owner.get("/audit").expect(200).shows("anary-3vbt9");
}

/// How many tables of acme hold one.
fn planted(app: &App) -> usize {
    #[derive(QueryableByName)]
    struct Table {
        #[diesel(sql_type = Text)]
        name: String,
    }
    let tables: Vec<Table> = query(
        "select format('%I.%I', table_schema, table_name) as name from information_schema.columns \
         where column_name = 'tenant_id' and table_schema = 'shared'",
    )
    .load(&mut app.sql())
    .unwrap();
    let full = |table: &&Table| {
        app.count(&format!(
            "{} t where t::text ilike '%{CANARY}%'",
            table.name
        )) > 0
    };
    tables.iter().filter(full).count()
}

#[test]
fn iso_02_no_canary_of_acme_sings_at_globex() {
    let lines = lines::kept();
    let app = app::start();
    app.leaves_jobs();
    plant(&app);
    assert!(planted(&app) >= 8, "{} tables hold a canary", planted(&app));
    app.mailer().clear();
    let before = lines.text();
    let things = Things::of(&app, GLOBEX);
    for role in BuiltInRole::ALL {
        let browser = app.signed_in(GLOBEX, role.key());
        for route in routes::anywhere::ALL.iter().chain(routes::ALL) {
            if route.path == "/sign-out" || route.method == "post" && *role != BuiltInRole::Owner {
                continue;
            }
            let told = format!("{} {} as {}", route.method, route.path, role.key());
            let answer = things.ask(&browser, route);
            silent(&answer, &told);
            if answer.location().is_some() {
                silent(&browser.follow(&answer), &told);
            }
        }
        for path in [
            "/users?search=canary-3vbt9",
            "/users?search=ary-3vb&anywhere=1",
            "/users?department=canary-3vbt9",
            "/users?sort=department",
            "/palette/people?q=canary-3vbt9",
            "/users.csv?search=canary",
            "/audit?q=canary-3vbt9",
            "/audit.csv",
            "/audit.ndjson",
        ] {
            let answer = browser.get(path);
            // What was asked for stands in the page's own search field; nothing else of it does.
            let text = answer.text().to_lowercase();
            let found = text.matches(CANARY).count();
            let asked = text.matches(&format!("value=\"{CANARY}\"")).count()
                + text.matches(&format!("search={CANARY}")).count()
                + text.matches(&format!("q={CANARY}")).count()
                + text.matches(&format!("department={CANARY}")).count()
                + text.matches(&format!("“{CANARY}”")).count();
            assert!(found <= asked, "{path} as {}: {answer}", role.key());
        }
    }
    app.run_jobs();
    for letter in app
        .letters()
        .iter()
        .filter(|letter| letter.to.as_str().ends_with("@globex.test"))
    {
        let told = [
            &letter.subject,
            &letter.text,
            &letter.html,
            &letter.from_name,
        ];
        assert!(!told.iter().any(|text| sings(text)), "{}", letter.text);
    }
    assert!(!sings(&app.audit_of(GLOBEX).join("\n")));
    let log = lines.text();
    assert!(log.len() > before.len(), "the log is kept");
    let sung: Vec<&str> = log.lines().filter(|line| sings(line)).collect();
    assert!(sung.is_empty(), "{sung:#?}");
}
