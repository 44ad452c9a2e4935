//! Tenants and real processes: one that is suspended in one process is refused by the other, and a process that
//! is killed in the middle of a tenant's making leaves nothing half-made.

use std::process::Command;
use std::time::{Duration, Instant};

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use domain::ids::uuid_of;
use domain::permission::Permission;
use domain::{StaffRole, TenantId};
use rustix::process::Signal;
use uuid::Uuid;

use crate::support::app::{self, App};
use crate::support::cast::{ACME, GLOBEX, World};
use crate::support::client::Browser;
use crate::support::postgres::count;
use crate::support::process::{Process, free_port};

/// `tenantry serve` beside the app, on its database, with so many workers.
fn process(app: &App, workers: &str) -> Process {
    process_with(app, workers, &[])
}

/// The same with more in its environment.
pub(crate) fn process_with(app: &App, workers: &str, more: &[(&str, &str)]) -> Process {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tenantry"));
    command.arg("serve");
    let settings = [
        ("TENANTRY_JOBS_WORKERS", workers),
        ("TENANTRY_JOBS_LEASE", "60s"),
        ("TENANTRY_JOBS_POLL", "50ms"),
        ("TENANTRY_DATABASE_POOL", "16"),
        ("TENANTRY_DATABASE_STATEMENT_TIMEOUT", "60s"),
        ("TENANTRY_DATABASE_PLATFORM_POOL", "16"),
        ("TENANTRY_LOG_FILTER", "warn"),
    ];
    let settings = [&settings, more].concat();
    let (tenants, platform) = (app.url_as("tnt_app"), app.url_as("tnt_platform_app"));
    let process = Process::run(command, &tenants, &platform, free_port(), &settings);
    process.becomes(Duration::from_secs(60), "/readyz", 200);
    process
}

/// The same browser at a process's own port.
pub(crate) fn through(process: &Process, mut browser: Browser) -> Browser {
    browser.port = process.port;
    browser
}

/// Waits until it holds.
pub(crate) fn until(what: &str, within: Duration, mut holds: impl FnMut() -> bool) -> Duration {
    let began = Instant::now();
    while !holds() {
        assert!(began.elapsed() < within, "{what}: not within {within:?}");
        std::thread::sleep(Duration::from_millis(20));
    }
    began.elapsed()
}

/// A job of this tenant's that is due.
fn job(app: &App, world: World) {
    app.sql_of(world)
        .batch_execute(&format!(
            "insert into node.jobs (id, tenant_id, kind, payload, state, run_at, max_attempts, created_at) \
             values (gen_random_uuid(), '{}', 'sign_in.sweep', '{{}}', 'queued', now() - interval '1 minute', 8, now())",
            world.id().uuid()
        ))
        .unwrap();
}

fn waiting(app: &App, world: World) -> i64 {
    app.count(&format!(
        "node.jobs where tenant_id = '{}' and kind = 'sign_in.sweep' and state <> 'done'",
        world.id().uuid()
    ))
}

#[test]
fn shd_03_a_tenant_suspended_in_one_process_is_refused_by_the_other_within_a_second() {
    const SECOND: Duration = Duration::from_secs(1);
    let app = app::start();
    app.leaves_jobs();
    let (one, two) = (process(&app, "1"), process(&app, "1"));
    let staff = through(&one, app.staff(StaffRole::Operator));
    let (owner, stranger) = (through(&two, app.owner()), through(&two, app.stranger()));
    let (key, theirs) = (
        app.key(ACME, &[Permission::ReadUsers]),
        app.key(GLOBEX, &[Permission::ReadUsers]),
    );
    let at_two = through(&two, app.visitor_at("localhost"));
    let ask = |key: &str| {
        let ask = at_two.ask("GET", "/api/v1/tenants/me/users");
        ask.header("Authorization", &format!("Bearer {key}")).send()
    };
    let everything_works = || {
        owner.get("/users").status == 200
            && ask(key.reveal()).status == 200
            && stranger.get("/users").status == 200
            && ask(theirs.reveal()).status == 200
    };
    assert!(everything_works());

    let home = format!("/tenants/{}", ACME.id());
    let reason = [("reason", "The invoice of May is open")];
    staff
        .post(&format!("{home}/suspension"), &reason)
        .leads_to(&home);
    let took = until("refused", SECOND, || {
        owner.get("/users").status == 403 && ask(key.reveal()).status == 403
    });
    eprintln!("refused by the other process after {took:?}");
    owner
        .get("/sign-in")
        .expect(403)
        .shows("The invoice of May is open");
    let refused = ask(key.reveal()).expect(403);
    assert_eq!(refused.code(), "tenant_access_denied", "{refused}");
    stranger.get("/users").expect(200);
    ask(theirs.reveal()).expect(200);
    // Both processes do jobs; neither does one of a tenant that rests, and nobody waits for it.
    for world in [ACME, GLOBEX] {
        job(&app, world);
    }
    until("globex's job", 5 * SECOND, || waiting(&app, GLOBEX) == 0);
    std::thread::sleep(SECOND);
    assert_eq!(waiting(&app, ACME), 1, "jobs of a suspended tenant wait");

    staff
        .post(&format!("{home}/reactivation"), &[])
        .leads_to(&home);
    until("open again", SECOND, everything_works);
    until("acme's job", 5 * SECOND, || waiting(&app, ACME) == 0);
}

/// Where a process can be caught: the table whose row a step writes, and the step.
const MIDDLES: [(&str, &str); 5] = [
    ("placement", "node.placements"),
    ("defaults", "shared.limits"),
    ("admin_user", "shared.users"),
    ("branding", "shared.brands"),
    ("welcome_mail", "shared.letters"),
];

fn new_tenant(slug: &str) -> [(&str, &str); 12] {
    [
        ("name", "Umbrella Works"),
        ("slug", slug),
        ("suggested", ""),
        ("plan", "professional"),
        ("trial", "none"),
        ("admin_name", "Ada Byron"),
        ("admin_email", "ada@umbrella.test"),
        ("locale", "de-DE"),
        ("timezone", "Europe/Berlin"),
        ("currency", "EUR"),
        ("primary_color", "#0a7d55"),
        ("seats", "7"),
    ]
}

/// The id of a tenant that is asked for and not made yet.
fn asked_for(staff: &Browser, slug: &str) -> Uuid {
    let answer = staff.post("/tenants", &new_tenant(slug)).expect(303);
    let path = answer.location().unwrap();
    uuid_of(TenantId::PREFIX, path.split('/').nth(2).unwrap()).unwrap()
}

/// Holds whoever writes this until the gate opens.
fn hold(sql: &mut PgConnection, name: &str, when: &str) {
    let name = name.replace('-', "_");
    sql.batch_execute(&format!(
        "create trigger hold_{name} before {when} execute function public.hold()"
    ))
    .unwrap();
}

/// Two tenants a step, one to be caught while the step writes and one when it wrote and that is not noted yet;
/// one more to be caught when all is done and it only has to be opened. Answers their slugs.
fn caught_everywhere(sql: &mut PgConnection, staff: &Browser) -> Vec<String> {
    let mut slugs = Vec::new();
    for (step, table) in MIDDLES {
        let slug = format!("during-{}", step.replace('_', "-"));
        let id = asked_for(staff, &slug);
        hold(
            sql,
            &slug,
            &format!("insert or update on {table} for each row when (new.tenant_id = '{id}')"),
        );
        slugs.push(slug);
        let slug = format!("behind-{}", step.replace('_', "-"));
        let id = asked_for(staff, &slug);
        hold(
            sql,
            &slug,
            &format!(
                "update on catalogue.provisioning_steps for each row \
                 when (new.tenant_id = '{id}' and new.step = '{step}' and new.state = 'done')"
            ),
        );
        slugs.push(slug);
    }
    let slug = "before-opening".to_owned();
    let id = asked_for(staff, &slug);
    hold(
        sql,
        &slug,
        &format!(
            "update on catalogue.tenants for each row when (new.id = '{id}' and new.status = 'active')"
        ),
    );
    slugs.push(slug);
    slugs
}

#[test]
fn shd_03_a_process_that_is_killed_in_any_step_leaves_no_tenant_half_made() {
    let app = app::start();
    app.leaves_jobs();
    let staff = app.staff(StaffRole::Operator);
    let mut gate = app.sql();
    gate.batch_execute(
        "create function public.hold() returns trigger language plpgsql security definer as \
         $$ begin perform pg_catalog.pg_advisory_xact_lock_shared(4711); return new; end $$; \
         select pg_advisory_lock(4711)",
    )
    .unwrap();
    let slugs = caught_everywhere(&mut gate, &staff);
    // The first step is done in the request itself.
    hold(
        &mut gate,
        "record",
        "insert on catalogue.provisioning_steps for each row when (new.step = 'record')",
    );
    let caught = i64::try_from(slugs.len()).unwrap() + 1;

    let killed = process(&app, "11");
    let record = through(&killed, app.staff(StaffRole::Operator));
    let asking =
        std::thread::spawn(move || record.post("/tenants", &new_tenant("during-record")).status);
    until("all of them are caught", Duration::from_secs(60), || {
        count(
            &mut gate,
            "select count(*) as count from pg_locks where locktype = 'advisory' and not granted and database = \
             (select oid from pg_database where datname = current_database())",
        ) == caught
    });
    killed.signal(Signal::KILL);
    killed.ended(Duration::from_secs(30));
    assert!(asking.join().is_err(), "nobody answered");
    gate.batch_execute("select pg_advisory_unlock(4711)")
        .unwrap();
    until("its connections are gone", Duration::from_secs(60), || {
        count(
            &mut gate,
            "select count(*) as count from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'",
        ) == 0
    });

    // Whatever was done of them: none is open to anybody, and the one that was not written down is not there.
    assert_eq!(
        app.count("catalogue.tenants where slug = 'during-record'"),
        0
    );
    assert_eq!(
        app.count("catalogue.tenants where status = 'provisioning'"),
        caught - 1
    );
    app.inner().directory.forget();
    for slug in &slugs {
        app.visitor_at(&format!("{slug}.localhost"))
            .get("/sign-in")
            .expect(503);
    }

    // A minute later its leases are over, and the next process takes its jobs.
    gate.batch_execute(
        "update node.jobs set lease_until = now() - interval '1 second' where state = 'running'",
    )
    .unwrap();
    let again = process(&app, "4");
    until("all of them are made", Duration::from_secs(120), || {
        app.count("catalogue.tenants where status = 'active'") == caught - 1 + 2
    });
    for slug in &slugs {
        let door = through(&again, app.visitor_at(&format!("{slug}.localhost")));
        until("it opens", Duration::from_secs(20), || {
            door.get("/sign-in").status == 200
        });
        let of = |table: &str| {
            app.count(&format!(
                "{table} where tenant_id = (select id from catalogue.tenants where slug = '{slug}')"
            ))
        };
        let whole = [
            ("catalogue.placements", 1),
            ("node.placements", 1),
            ("shared.users", 1),
            ("shared.brands", 1),
            ("shared.letters", 1),
            ("shared.links", 1),
            ("shared.audit_entries", 1),
            ("catalogue.provisioning_steps", 6),
        ];
        for (table, wanted) in whole {
            assert_eq!(of(table), wanted, "{slug}: {table}");
        }
        let seats =
            "shared.limits where resource = 'users' and used = 1 and hard = 7 and tenant_id";
        assert_eq!(
            app.count(&format!(
                "{seats} = (select id from catalogue.tenants where slug = '{slug}')"
            )),
            1,
            "{slug}"
        );
    }
    assert_eq!(
        app.count("catalogue.provisioning_steps where state <> 'done'"),
        0
    );
}
