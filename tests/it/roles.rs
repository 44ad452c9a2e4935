//! Roles by the front door: the matrix, and custom ones.

use std::time::{Duration, Instant};

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::BigInt;

use crate::support::app::{self, App};
use crate::support::cast::ACME;
use crate::support::postgres::query;

#[test]
fn a_role_is_made_given_changed_and_removed() {
    let app = app::start();
    let admin = app.admin();
    admin
        .get("/roles")
        .expect(200)
        .shows("Helpdesk")
        .shows("users:manage");
    admin.get("/roles/new").expect(200);
    let fields = [
        ("name", "Keeper"),
        ("description", "Keeps"),
        ("permissions", "users:read"),
    ];
    let made = admin.post("/roles", &fields).expect(303);
    let role = made.location().unwrap();
    admin.follow(&made).shows("Keeper").shows("See people");
    admin
        .post("/roles", &fields)
        .expect(422)
        .shows("There is a role named “Keeper” already.");
    let id = role.trim_start_matches("/roles/").to_owned();
    let member = format!("/users/{}/role", ACME.person("member"));
    admin.get(&member).expect(200).shows("Keeper");
    admin.post(&member, &[("role", &id)]).expect(303);
    admin
        .get(&format!("{role}/removal"))
        .expect(200)
        .shows("cannot be removed");
    admin
        .post(&format!("{role}/removal"), &[])
        .expect(409)
        .shows("is held by");
    let change = |name: &str| {
        [
            ("version", "1".to_owned()),
            ("name", name.to_owned()),
            ("permissions", "users:read".to_owned()),
        ]
    };
    let post = |fields: &[(&str, String)]| {
        let fields: Vec<_> = fields
            .iter()
            .map(|(name, value)| (*name, value.as_str()))
            .collect();
        admin.post(&role, &fields)
    };
    post(&change("Warden")).expect(303);
    post(&change("Guard"))
        .expect(409)
        .shows("Somebody else changed this")
        .shows("Warden");
    admin.post(&member, &[("role", "member")]).expect(303);
    admin
        .post(&format!("{role}/removal"), &[])
        .leads_to("/roles");
    admin.get(&role).expect(404);
}

#[test]
fn inp_02_a_bad_field_of_a_role_is_explained_and_kept() {
    let app = app::start();
    let admin = app.admin();
    let long = "x".repeat(301);
    for (field, value, words) in [
        ("name", "", "Fill this in."),
        ("name", "admin", "There is a role named “Admin” already."),
        ("name", "a\u{1}", "characters that are no text"),
        (
            "description",
            long.as_str(),
            "Write at most 300 characters.",
        ),
        ("permissions", "users:destroy", "does not exist"),
    ] {
        let mut fields = vec![
            ("name", "Kept"),
            ("description", "Kept too"),
            ("permissions", "users:read"),
        ];
        fields.retain(|(name, _)| *name != field);
        fields.push((field, value));
        let page = admin.post("/roles", &fields).expect(422).shows(words);
        assert!(page.has("Kept"), "{field}");
    }
    admin
        .post("/roles", &[("name", "None")])
        .expect(422)
        .shows("Choose at least one");
    app.manager().get("/roles/new").expect(403);
}

/// How often the index of holders was used, as the server counted.
#[derive(Debug, QueryableByName)]
struct Uses {
    #[diesel(sql_type = BigInt)]
    uses: i64,
}

fn uses(app: &App) -> i64 {
    let found: Uses = query(
        "select sum(idx_scan)::bigint as uses from pg_stat_user_indexes where indexrelname = 'users_role_holders'",
    )
    .get_result(&mut app.sql_of(ACME))
    .unwrap();
    found.uses
}

#[test]
fn holders_are_counted_by_their_index() {
    let app = app::start();
    let people = "insert into shared.users (tenant_id, id, email, email_folded, name, name_folded, status, role, fields, created_at, updated_at)
        select tenant_id, gen_random_uuid(), n || '@new.test', n || '@new.test', 'N' || n, 'n' || n, 'active', 'viewer',
            jsonb_build_object('Note', repeat('x', 500)), now(), now()
        from shared.users, generate_series(1, 20000) n where email in ('owner@acme.test', 'owner@globex.test')";
    app.in_each_place(people);
    app.sql_of(ACME)
        .batch_execute(&format!("vacuum analyze {}", app.table(ACME, "users")))
        .unwrap();
    let owner = app.owner();
    let before = uses(&app);
    owner.get("/roles").expect(200).shows("20,001");
    let began = Instant::now();
    // The server tells what it counted after a while.
    while uses(&app) == before {
        assert!(began.elapsed() < Duration::from_secs(10), "it is not used");
        std::thread::sleep(Duration::from_millis(50));
    }
}
