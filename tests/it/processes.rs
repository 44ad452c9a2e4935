//! The binary as an operator runs it: what it refuses to start on, signals, and a database that comes and goes.

use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use outside::postgres::{Cluster, Durability, Settings};
use rustix::process::Signal;
use services::boot;

use crate::support::cast::ACME;
use crate::support::postgres::{Database, context_key, count, run};
use crate::support::process::{Process, fetch};

#[test]
fn iso_10_upg_03_each_refusal_is_one_sentence_and_an_exit_code_of_its_own() {
    let database = Database::unaudited();
    let platform = database.platform_url();
    let (bypasses, owns) = (
        format!("bypass_{}", database.name),
        format!("own_{}", database.name),
    );
    run(
        &database.owner_url(),
        &format!(
            "create role {bypasses} login bypassrls; create role {owns} login; grant tnt_owner to {owns}; \
             grant connect on database {} to {bypasses}, {owns}",
            database.name
        ),
    );
    let refused = |app_url: &str, code: i32, words: &str| {
        let (status, said) = Process::started(app_url, &platform).ended(Duration::from_secs(20));
        assert_eq!(status.code(), Some(code), "{said}");
        let sentences: Vec<&str> = said
            .lines()
            .filter(|line| line.starts_with("tenantry: "))
            .collect();
        assert!(
            sentences.len() == 1 && sentences[0].contains(words),
            "{said}"
        );
    };
    refused(&database.owner_url(), 80, "is a superuser");
    refused(
        &database.url_of(&owns),
        81,
        "owns the tables or may become their owner",
    );
    refused(
        &database.url_of(&bypasses),
        82,
        "bypasses row-level security",
    );
    refused(&platform, 83, "is not a member of tnt_tenant");
    run(
        &database.owner_url(),
        "alter table shared.users no force row level security",
    );
    refused(
        &database.app_url(),
        84,
        "shared.users lacks forced row-level security",
    );
    run(
        &database.owner_url(),
        "alter table shared.users force row level security",
    );
    run(
        &database.owner_url(),
        "insert into node.__diesel_schema_migrations (version) values ('20990101000000')",
    );
    refused(&database.app_url(), 86, "migrated by a newer Tenantry");
    run(
        &database.owner_url(),
        "delete from node.__diesel_schema_migrations where version = '20990101000000'",
    );
    boot::revert(&database.owner_url()).unwrap();
    refused(&database.app_url(), 87, "run `tenantry migrate`");
    run(
        &database.owner_url(),
        &format!(
            "drop owned by {owns}; drop owned by {bypasses}; drop role {owns}; drop role {bypasses}"
        ),
    );
}

#[test]
fn shd_01_a_told_process_finishes_what_it_began() {
    let database = Database::peopled();
    let process = Process::of(&database);
    let port = process.port;
    let stop = Arc::new(AtomicBool::new(false));
    let clients: Vec<_> = (0..8)
        .map(|_| {
            let stop = Arc::clone(&stop);
            std::thread::spawn(move || {
                let (mut served, mut lost) = (0, Vec::new());
                while !stop.load(Ordering::Relaxed) {
                    match fetch(port, "/sign-in") {
                        Ok((200, text)) if text.contains("</html>") => served += 1,
                        Ok((status, _)) => panic!("answered {status}"),
                        Err(error) if is_never_begun(&error) => break,
                        Err(error) => lost.push(error),
                    }
                }
                (served, lost)
            })
        })
        .collect();
    std::thread::sleep(Duration::from_millis(700));
    process.signal(Signal::TERM);
    process.becomes(Duration::from_millis(500), "/readyz", 503);
    assert_eq!(
        process.get("/sign-in").unwrap().0,
        200,
        "still served while others are told"
    );
    // Told twice is told once.
    process.signal(Signal::TERM);
    let (status, words) = process.ended(Duration::from_secs(25));
    assert_eq!(status.code(), Some(0), "{words}");
    stop.store(true, Ordering::Relaxed);
    let (served, lost): (Vec<usize>, Vec<Vec<io::Error>>) = clients
        .into_iter()
        .map(|client| client.join().unwrap())
        .unzip();
    let served = served.iter().sum::<usize>();
    assert!(served > 0);
    let lost: Vec<io::Error> = lost.into_iter().flatten().collect();
    assert!(lost.is_empty(), "of {served}: {lost:?}");
    // Each of them was measured and written down, with the one in between, and the process said that it ended.
    let measured = "select coalesce(sum(amount), 0)::bigint as count from catalogue.usage_hours where meter = 'page.views'";
    let measured = count(&mut database.superuser(), measured);
    assert_eq!(usize::try_from(measured).unwrap(), served + 1);
    let ended =
        "select count(*) as count from catalogue.usage_processes where ended_at is not null";
    assert_eq!(count(&mut database.superuser(), ended), 1);
}

#[test]
fn a_process_that_is_killed_loses_no_more_than_it_had_not_written_down() {
    let database = Database::peopled();
    let process = Process::of(&database);
    for _ in 0..20 {
        assert_eq!(process.get("/sign-in").unwrap().0, 200);
    }
    let measured = "select coalesce(sum(amount), 0)::bigint as count from catalogue.usage_hours where meter = 'page.views'";
    let started = Instant::now();
    while count(&mut database.superuser(), measured) < 20 {
        assert!(
            started.elapsed() < Duration::from_secs(30),
            "nothing is written down"
        );
        std::thread::sleep(Duration::from_millis(100));
    }
    process.signal(Signal::KILL);
    process.ended(Duration::from_secs(20));
    assert_eq!(count(&mut database.superuser(), measured), 20);
    let silent = "select count(*) as count from catalogue.usage_processes where ended_at is null";
    assert_eq!(
        count(&mut database.superuser(), silent),
        1,
        "nobody would be told of the gap"
    );
}

/// Refused, or in the listener's queue when that was closed: then it is reset, at its end or broken,
/// whichever the client came to first, without a byte of an answer.
fn is_never_begun(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::ConnectionRefused
            | io::ErrorKind::ConnectionReset
            | io::ErrorKind::BrokenPipe
            | io::ErrorKind::UnexpectedEof
    )
}

#[test]
fn shd_03_a_process_that_is_killed_or_told_while_it_starts_leaves_nothing_behind() {
    let database = Database::peopled();
    // Whoever is started with SIGINT ignored, as a shell's background is, ignores it until it listens, and so does its child.
    let heard = [Signal::KILL, Signal::TERM, Signal::INT]
        .into_iter()
        .filter(|signal| *signal != Signal::INT || !ignores_interrupts());
    for signal in heard {
        for delay in [0, 5, 30, 120] {
            let process = Process::started(&database.app_url(), &database.platform_url());
            std::thread::sleep(Duration::from_millis(delay));
            process.signal(signal);
            process.ended(Duration::from_secs(60));
        }
    }
    let process = Process::of(&database);
    assert_eq!(process.get("/sign-in").unwrap().0, 200);
}

fn ignores_interrupts() -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let ignored = status
        .lines()
        .find_map(|line| line.strip_prefix("SigIgn:"))
        .and_then(|bits| u64::from_str_radix(bits.trim(), 16).ok());
    ignored.is_some_and(|bits| bits & (1 << (Signal::INT.as_raw() - 1)) != 0)
}

#[test]
fn shd_03_a_changed_tenant_is_known_to_every_process_within_a_second() {
    let database = Database::peopled();
    let both = [Process::of(&database), Process::of(&database)];
    for process in &both {
        assert!(process.get("/sign-in").unwrap().1.contains("Acme"));
    }
    run(
        &database.owner_url(),
        "update catalogue.tenants set name = 'Zenith Works' where slug = 'acme'; select pg_notify('tenantry_catalogue', '')",
    );
    let changed = Instant::now();
    while !both
        .iter()
        .all(|process| process.get("/sign-in").unwrap().1.contains("Zenith Works"))
    {
        assert!(
            changed.elapsed() < Duration::from_secs(1),
            "an old name after a second"
        );
    }
}

/// A server of the test's own, which can be stopped, with the cast's tables but nobody in them.
fn own_server(folder: &std::path::Path) -> Cluster {
    let mut settings = Settings::new(folder, path());
    settings.durability = Durability::Throwaway;
    Cluster::start(settings, &mut |_| {}).unwrap_or_else(|error| panic!("{error}"))
}

#[allow(
    clippy::disallowed_methods,
    reason = "tests have no configuration to read it from"
)]
pub(crate) fn path() -> Vec<PathBuf> {
    std::env::var_os("PATH")
        .map(|path| std::env::split_paths(&path).collect())
        .unwrap_or_default()
}

#[test]
fn the_database_goes_away_and_comes_back() {
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let server = own_server(folder.path());
    boot::create_database(&server.superuser_url("postgres"), "away").unwrap();
    boot::migrate(&server.superuser_url("away")).unwrap();
    boot::give_key(&server.superuser_url("away"), &context_key(), true).unwrap();
    let tenant = ACME.id().uuid();
    run(
        &server.superuser_url("away"),
        &format!(
            "insert into catalogue.nodes values ('{tenant}', 'main', 'postgres', now()); \
             insert into catalogue.tenants (id, slug, name, status, created_at, updated_at) values ('{tenant}', 'acme', 'Acme', 'active', now(), now()); \
             insert into catalogue.placements values ('{tenant}', '{tenant}', 'shared', 1); \
             insert into catalogue.domains values ('acme.localhost', '{tenant}', true, now()); \
             insert into node.placements values ('{tenant}', 'shared', 'tnt_tenant', 1, now())"
        ),
    );
    let (app, platform) = (
        server.login_url(boot::APP_LOGIN, "away"),
        server.login_url(boot::PLATFORM_LOGIN, "away"),
    );
    let process = Process::serving(&app, &platform);
    process.becomes(Duration::from_secs(20), "/sign-in", 200);

    server.stop().unwrap();
    process.becomes(Duration::from_secs(2), "/readyz", 503);
    let (status, page) = process.get("/sign-in").unwrap();
    assert_eq!(status, 503, "{page}");
    assert!(
        page.to_lowercase().contains("retry-after:")
            && page.contains("The database does not answer"),
        "{page}"
    );
    assert_eq!(process.get("/livez").unwrap().0, 200);

    // A process that starts meanwhile says the same, and is there when the database is.
    let late = Process::serving(&app, &platform);
    assert_eq!(late.get("/readyz").unwrap().0, 503);
    assert_eq!(late.get("/sign-in").unwrap().0, 503);

    let server = own_server(folder.path());
    for one in [&process, &late] {
        let took = one.becomes(Duration::from_secs(2), "/sign-in", 200);
        assert!(took < Duration::from_secs(2), "{took:?}");
        one.becomes(Duration::from_secs(2), "/readyz", 200);
    }
    for one in [process, late] {
        one.signal(Signal::TERM);
        assert_eq!(one.ended(Duration::from_secs(25)).0.code(), Some(0));
    }
    server.stop().unwrap();
}
