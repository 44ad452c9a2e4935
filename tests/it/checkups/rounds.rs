//! Rounds of looks: many tenants, rounds that were cut, databases that are silent or refuse, and looks that are wrong themselves.

use std::sync::mpsc;
use std::time::Duration;

use chrono::TimeDelta;
use diesel::connection::SimpleConnection;
use domain::{Health, PlacementKind, StaffRole};
use services::StoreError;
use services::checkups::Checkup;

use super::{entries, look, mend_rows, told};
use crate::own_databases::{database, go_on, made, stop, there};
use crate::support::app::{self, App};
use crate::support::cast::{self, ACME, GLOBEX, World};
use crate::support::postgres::{count, superuser_url};
use crate::tenant_processes::until;

/// So many more tenants in shared tables, as rows.
fn crowd(app: &App, tenants: usize) {
    let text = format!(
        "create temporary table crowd as select n, md5('crowd' || n)::uuid as id from generate_series(1, {tenants}) n;
        insert into catalogue.tenants (id, slug, name, status, created_at, updated_at)
            select id, 'crowd-' || n, 'Crowd ' || n, 'active', now(), now() from crowd;
        insert into catalogue.placements (tenant_id, node_id, kind)
            select c.id, n.id, 'shared' from crowd c, catalogue.nodes n;
        insert into catalogue.domains (host, tenant_id, canonical, created_at)
            select 'crowd-' || n || '.localhost', id, true, now() from crowd;
        insert into node.placements (tenant_id, schema_name, role_name, created_at)
            select id, 'shared', 'tnt_tenant', now() from crowd;
        insert into shared.brands (tenant_id, primary_color, updated_at) select id, '#3558e6', now() from crowd;
        insert into shared.limits (tenant_id, resource, used, hard) select id, 'users', 3, 10 from crowd"
    );
    app.sql().batch_execute(&text).unwrap();
}

fn probes(app: &App) -> i64 {
    app.write_down_usage();
    let each = "catalogue.usage_hours u cross join generate_series(1, u.amount) where meter = 'probes.made'";
    app.count(each)
}

fn written(app: &App) -> i64 {
    app.count("catalogue.checkups")
}

/// Who reads the tenant's rows may not read its keys any more, or again.
fn refuse(app: &App, world: World, deed: &str) {
    let (table, tenant) = (app.table(world, "api_keys"), world.id().uuid());
    let text = format!(
        "do $$ declare r text; begin
            for r in select role_name from node.placements where tenant_id = '{tenant}' loop
                execute format('{deed} %I', r);
            end loop;
        end $$"
    );
    let text = text.replace("THE_KEYS", &table);
    app.sql_of(world).batch_execute(&text).unwrap();
}

#[test]
fn more_than_a_slice_is_looked_at_and_a_round_that_was_cut_goes_on() {
    let app = app::start();
    app.leaves_jobs();
    if cast::placement() != PlacementKind::Shared {
        return;
    }
    crowd(&app, 230);
    // The second slice cannot be written down, as where the process is killed before.
    app.sql()
        .batch_execute(
            "create function catalogue.cut() returns trigger language plpgsql as $$ begin \
                if (select count(*) from catalogue.checkups) > 150 then raise exception 'cut'; end if; return null; end $$; \
            create trigger cut after insert on catalogue.checkups for each row execute function catalogue.cut()",
        )
        .unwrap();
    look(&app);
    assert_eq!(written(&app), 100);
    assert_eq!(probes(&app), 100);
    app.sql()
        .batch_execute("drop trigger cut on catalogue.checkups; drop function catalogue.cut()")
        .unwrap();
    app.clock.advance(TimeDelta::minutes(2));
    app.run_jobs();
    assert_eq!(written(&app), 232);
    assert_eq!(probes(&app), 232, "each once");
    assert_eq!(app.count("catalogue.checkups where health <> 'healthy'"), 0);
}

#[test]
fn of_two_who_look_first_at_once_one_has_news() {
    let app = app::start();
    let now = app.clock.now();
    let ill = Checkup {
        health: Health::Degraded,
        since: now,
        checked_at: now,
        milliseconds: Some(1),
        people: None,
        parts: None,
        trouble: None,
    };
    let store = &app.inner().store;
    let note = |then: &dyn Fn()| {
        store
            .platform::<_, StoreError>(now, |tx| {
                let change = tx.note_checkup(ACME.id(), &ill)?;
                then();
                Ok(format!("{change:?}"))
            })
            .unwrap()
    };
    let waits = || {
        let locked =
            "pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()";
        app.count(locked) > 0
    };
    let (one, other) = std::thread::scope(|threads| {
        let (tell, wrote) = mpsc::channel();
        let one = threads.spawn(|| {
            let tell = tell;
            note(&|| {
                tell.send(()).unwrap();
                until("the other one waits", Duration::from_secs(60), waits);
            })
        });
        wrote.recv().unwrap();
        let other = note(&|| ());
        (one.join().unwrap(), other)
    });
    assert_eq!((one.as_str(), other.as_str()), ("First", "Same"));
}

#[test]
fn a_look_that_is_wrong_says_nothing_of_the_tenant() {
    let app = app::start();
    app.leaves_jobs();
    if cast::placement() == PlacementKind::Schema {
        // What gathers the tenants' tables for tests lets no column of one of them have another name.
        return;
    }
    look(&app);
    let (before, news, made) = (told(&app, ACME), entries(&app), probes(&app));
    super::break_rows(&app, ACME);
    look(&app);
    let after = told(&app, ACME);
    assert_eq!(after, before, "it stays as it was found, and due");
    assert_eq!(entries(&app), news);
    let failed = "catalogue.usage_hours where meter = 'probes.failed' and amount > 0";
    let others = match cast::placement() {
        PlacementKind::Shared => 0,
        PlacementKind::Schema | PlacementKind::Database => 1,
    };
    assert_eq!(probes(&app), made + others);
    assert_eq!(app.count(failed), 0);
    mend_rows(&app, ACME);
    look(&app);
    assert_ne!(told(&app, ACME)["last_checked"], before["last_checked"]);
}

#[test]
fn tables_that_are_not_as_they_were_made_are_no_wrong_look() {
    let app = app::start();
    app.leaves_jobs();
    if cast::placement() != PlacementKind::Shared {
        return;
    }
    look(&app);
    super::break_rows(&app, ACME);
    let job =
        services::jobs::NewJob::now(services::jobs::JobKind::DriftLook, serde_json::json!({}));
    let store = &app.inner().store;
    store
        .platform::<_, StoreError>(app.clock.now(), |tx| {
            services::jobs::enqueue_for_platform(tx, &job)
        })
        .unwrap();
    app.run_jobs();
    look(&app);
    assert_eq!(told(&app, ACME)["status"], "unhealthy");
    mend_rows(&app, ACME);
}

#[test]
fn a_tenant_whose_rows_cannot_be_read_is_unhealthy_and_whoever_lives_elsewhere_is_not() {
    let app = app::start();
    app.leaves_jobs();
    look(&app);
    let (before, made) = (entries(&app), probes(&app));
    refuse(&app, ACME, "revoke all on THE_KEYS from");
    look(&app);
    look(&app);
    let found = told(&app, ACME);
    assert_eq!(found["status"], "unhealthy", "{found:#}");
    assert!(
        found["error"]
            .as_str()
            .unwrap()
            .contains("permission denied")
    );
    let staff = app.staff(StaffRole::Owner);
    let page = staff.get("/health?health=unhealthy").expect(200);
    page.shows("The database answers, but what is in it cannot be read.");
    // In shared tables both lose what is taken away.
    let ill = match cast::placement() {
        PlacementKind::Shared => 2,
        PlacementKind::Schema | PlacementKind::Database => 1,
    };
    assert_eq!(
        told(&app, GLOBEX)["status"] == "unhealthy",
        ill == 2,
        "only who lives there"
    );
    assert_eq!(entries(&app), before + ill, "told once");
    refuse(
        &app,
        ACME,
        "grant select, insert, update, delete on THE_KEYS to",
    );
    look(&app);
    assert_ne!(told(&app, ACME)["status"], "unhealthy");
    assert_eq!(entries(&app), before + 2 * ill, "and once that it is over");
    assert_eq!(probes(&app), made + 6);
    let failed = "catalogue.usage_hours u cross join generate_series(1, u.amount) where meter = 'probes.failed'";
    assert_eq!(app.count(failed), i64::try_from(2 * ill).unwrap());
}

/// Umbrella Works in a database of its own, beside the cast.
fn umbrella(app: &App) {
    app.leaves_jobs();
    made(app, &app.staff(StaffRole::Operator));
}

const ILL: &str = "catalogue.checkups c join catalogue.tenants t on t.id = c.tenant_id where t.slug = 'umbrella' and c.health = 'unhealthy'";

#[test]
fn a_database_that_refuses_is_down_and_the_others_are_looked_at() {
    let app = app::start();
    umbrella(&app);
    look(&app);
    assert_eq!((written(&app), app.count(ILL)), (3, 0));
    stop(&app);
    let since = app.clock.now();
    look(&app);
    assert_eq!(app.count(ILL), 1);
    let now = format!("catalogue.checkups where checked_at > '{since}'");
    assert_eq!(app.count(&now), 3, "all in this round");
    go_on(&app);
    until("the database answers", Duration::from_secs(60), || {
        look(&app);
        app.count(ILL) == 0
    });
}

#[test]
fn a_database_that_says_nothing_holds_up_nobody_at_home() {
    let app = app::start_with(&[("database.statement_timeout", "60s")]);
    umbrella(&app);
    if cast::placement() == PlacementKind::Database {
        return;
    }
    crowd_if_shared(&app);
    let here = app.count("catalogue.tenants where status in ('trial', 'active')") - 1;
    let mut silent = there(&app);
    silent
        .batch_execute("begin; lock table shared.api_keys in access exclusive mode")
        .unwrap();
    let own = superuser_url(&database(&app));
    let waits = || {
        use diesel::Connection;
        let mut there = diesel::PgConnection::establish(&own).unwrap();
        let of = "select count(*) as count from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()";
        count(&mut there, of) > 0
    };
    std::thread::scope(|threads| {
        let round = threads.spawn(|| look(&app));
        until("home is looked at", Duration::from_secs(50), || {
            written(&app) == here
        });
        assert!(waits() && !round.is_finished(), "while the other is asked");
        silent.batch_execute("rollback").unwrap();
        round.join().unwrap();
    });
    assert_eq!(written(&app), here + 1);
    assert_eq!(app.count(ILL), 0);
}

/// More than one slice at home.
fn crowd_if_shared(app: &App) {
    if cast::placement() == PlacementKind::Shared {
        crowd(app, 120);
    }
}

#[test]
fn a_database_that_says_nothing_for_too_long_is_down() {
    let app = app::start_with(&[("database.statement_timeout", "1s")]);
    umbrella(&app);
    let mut silent = there(&app);
    silent
        .batch_execute("begin; lock table shared.api_keys in access exclusive mode")
        .unwrap();
    look(&app);
    assert_eq!((written(&app), app.count(ILL)), (3, 1));
    silent.batch_execute("rollback").unwrap();
    look(&app);
    assert_eq!(app.count(ILL), 0);
}
