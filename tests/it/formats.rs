//! Dates on a tenant's pages and in its letters: by the tenant's formats, and for whoever chose a language and
//! region by those.

use diesel::RunQueryDsl;

use crate::support::app::{self, App};
use crate::support::cast::ACME;
use crate::support::postgres::query;

fn formatted() -> App {
    let app = app::start();
    query("update catalogue.tenants set date_format = '%d/%m~%Y', time_format = '%Hh%M' where slug = 'acme'")
        .execute(&mut app.sql())
        .unwrap();
    app.inner().directory.forget();
    app
}

#[test]
fn every_page_with_dates_follows_the_tenants_formats() {
    let app = formatted();
    let owner = app.owner();
    let made = [("name", "Sync"), ("permissions", "users:read")];
    let key = owner.post("/keys", &made).expect(303).location().unwrap();
    query(
        "insert into shared.visits (tenant_id, id, staff_id, staff_name, staff_email, staff_role, reason, hours, \
         reach, state, asked_at, expires_at) values ($1, gen_random_uuid(), gen_random_uuid(), 'Sam Reed', \
         'sam@platform.test', 'operator', 'A look', 2, 'read', 'declined', $2, $2)",
    )
    .bind::<diesel::sql_types::Uuid, _>(ACME.id().uuid())
    .bind::<diesel::sql_types::Timestamptz, _>(app.clock.now())
    .execute(&mut app.sql_of(ACME))
    .unwrap();
    let day = app.clock.now().format("%d/%m~%Y").to_string();
    let member = format!("/users/{}", ACME.person("member"));
    for path in [key.as_str(), "/me/sessions", "/audit", "/visits"] {
        owner.get(path).expect(200).shows(&day);
    }
    owner.get(&member).expect(200).shows("~20");
    owner.get("/settings/closing").expect(200).shows("~20");
    app.stranger().get("/me/sessions").expect(200).hides(&day);
    app.run_jobs();
}

#[test]
fn letters_follow_the_tenants_formats_and_their_readers_own_choice() {
    let app = formatted();
    let ask = |name: &str| {
        let email = ACME.email(name);
        app.visitor()
            .post("/password-reset", &[("email", &email)])
            .expect(200);
        app.run_jobs();
        app.letters().pop().unwrap().text
    };
    let day = app.clock.now().format("/%m~%Y, ").to_string();
    assert!(ask("member").contains(&day));
    let form = [("version", "1"), ("locale", "de-DE"), ("timezone", "")];
    app.viewer().post("/me/preferences", &form).expect(303);
    let text = ask("viewer");
    assert!(!text.contains(&day), "{text}");
    assert!(
        text.contains(&app.clock.now().format(".%m.%Y, ").to_string()),
        "{text}"
    );
    // The same on pages.
    let day = app.clock.now().format("%d/%m~%Y").to_string();
    app.viewer().get("/me/sessions").expect(200).hides(&day);
    app.member().get("/me/sessions").expect(200).shows(&day);
}
