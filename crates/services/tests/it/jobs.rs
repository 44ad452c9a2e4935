//! The queue: nothing lost, nothing twice, nobody delayed, whatever happens to a worker.

use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::{Duration, Instant};

use chrono::TimeDelta;
use serde_json::json;
use services::events::{self, EventKind};
use services::jobs::{self, JobKind, NewJob};
use services::worker::schedule::{self, Schedule};
use services::worker::{Bench, Outcome, Work, Worker, WorkerSettings};
use services::{StoreError, VerbError};
use store::claims::{self, End, Turn};
use uuid::Uuid;

use crate::bench::{self, Place, brisk, later, place};
use crate::helper::Helper;

const LONG: Duration = Duration::from_secs(60);

fn ask(place: &Place, tenant: &services::TenantEntry, kind: JobKind, times: usize) {
    place
        .inside(tenant, |tx| {
            for number in 0..times {
                jobs::enqueue(tx, &NewJob::now(kind, json!({ "number": number })))?;
            }
            Ok::<_, StoreError>(())
        })
        .unwrap();
}

/// The effect is an event that names the job: two of them would show.
fn leave_an_event(work: &Work<'_>) -> Outcome {
    let id = work.id().uuid();
    work.conclude(|tx| {
        Ok(events::emit(
            tx,
            EventKind::UserUpdated,
            Some(id),
            &json!({}),
        )?)
    })
    .map_or_else(Outcome::from, |()| Outcome::Done)
}

const ONE_EVENT_A_JOB: &str = "(select count(*) from shared.events e join node.jobs j on j.id = e.subject_id and j.tenant_id = e.tenant_id)
    = (select count(*) from node.jobs where tenant_id is not null) and (select count(distinct subject_id) from shared.events) = (select count(*) from shared.events)";

#[test]
fn job_02_a_job_stands_or_falls_with_its_transaction() {
    let place = place();
    let kind = NewJob::now(JobKind::SignInSweep, json!({}));
    for _ in 0..500 {
        let undone = place.inside(&place.acme, |tx| {
            jobs::enqueue(tx, &kind)?;
            Err::<(), _>(VerbError::Stale)
        });
        assert!(undone.is_err());
    }
    assert_eq!(place.count("select count(*) from node.jobs"), 0);
    for _ in 0..500 {
        ask(&place, &place.acme, JobKind::SignInSweep, 1);
    }
    let worker = place.worker(leave_an_event);
    place.wait_until(
        LONG,
        "(select count(*) from node.jobs where tenant_id is not null and state = 'done') = 500",
    );
    worker.stop(LONG);
    assert_eq!(
        place.count(&format!("case when {ONE_EVENT_A_JOB} then 1 else 0 end")),
        1
    );
    let acme = place.acme.scope.tenant().uuid();
    assert_eq!(
        place.count(&format!(
            "select count(*) from shared.events where tenant_id = '{acme}'"
        )),
        500
    );
}

/// What a child process of the next test does: it enqueues until it is killed, and says so after each commit.
#[test]
#[ignore = "a process that job_02 starts"]
fn helper_that_enqueues() {
    let Some(place) = Helper::of_environment() else {
        return;
    };
    let tenant = place.store.resolve_tenant(place.tenant).unwrap().unwrap();
    for number in 0.. {
        let kind = NewJob::now(JobKind::SignInSweep, json!({ "number": number }));
        let undo = number % 3 == 0;
        let outcome = place.store.tenant::<domain::permission::System, _, _>(
            &tenant.scope,
            services::Credential::System("test"),
            &bench::request(),
            |tx| {
                jobs::enqueue(tx, &kind)?;
                if undo { Err(VerbError::Stale) } else { Ok(()) }
            },
        );
        if outcome.is_ok() {
            place.tell(&number.to_string());
        }
    }
}

#[test]
fn job_02_what_was_committed_before_a_crash_runs_and_nothing_else_does() {
    let place = place();
    let worker = place.worker(leave_an_event);
    for round in 0..8 {
        let before = place.count("select count(*) from node.jobs where tenant_id is not null");
        let child = Helper::start("jobs::helper_that_enqueues", &place, &place.acme);
        while child.told().len() < 20 + round {
            std::thread::sleep(Duration::from_millis(3));
        }
        let told = child.killed();
        let made =
            place.count("select count(*) from node.jobs where tenant_id is not null") - before;
        // One may have been committed and not told any more.
        let told = i64::try_from(told.len()).unwrap();
        assert!(
            (told..=told + 1).contains(&made),
            "{made} jobs, {told} told"
        );
        let undone = place.count(
            "select count(*) from node.jobs where tenant_id is not null and (payload->>'number')::int % 3 = 0",
        );
        assert_eq!(undone, 0);
    }
    place.wait_until(
        LONG,
        "not exists (select from node.jobs where tenant_id is not null and state <> 'done')",
    );
    worker.stop(LONG);
    assert_eq!(
        place.count(&format!("case when {ONE_EVENT_A_JOB} then 1 else 0 end")),
        1
    );
}

#[test]
fn job_03_a_poison_job_is_tried_eight_times_and_given_up_with_its_reason() {
    let place = place();
    ask(&place, &place.acme, JobKind::JobsPrune, 1);
    ask(&place, &place.globex, JobKind::SignInSweep, 20);
    let worker = place.worker(|work| match work.kind() {
        Some(JobKind::JobsPrune) if work.tenant().is_some() => panic!("poison"),
        Some(JobKind::SignInSweep) => leave_an_event(work),
        _ => Outcome::Done,
    });
    let poison =
        "(select state from node.jobs where kind = 'jobs.prune' and tenant_id is not null)";
    place.wait_until(
        LONG,
        "(select count(*) from node.jobs where kind = 'sign_in.sweep' and state = 'done') = 20",
    );
    // The waits are real and long: the test lets them pass at once, and sees that they grew.
    let mut waits = Vec::new();
    for attempt in 1..8 {
        place.wait_until(LONG, &format!("(select attempts = {attempt} and state = 'queued' from node.jobs where kind = 'jobs.prune' and tenant_id is not null)"));
        waits.push(place.count("select extract(epoch from run_at - now()) * 1000 from node.jobs where kind = 'jobs.prune' and tenant_id is not null"));
        place.force("update node.jobs set run_at = now() where kind = 'jobs.prune' and tenant_id is not null");
    }
    place.wait_until(LONG, &format!("{poison} = 'dead'"));
    worker.stop(LONG);
    // Between half and the whole of 5, 10, 20 … seconds.
    for (doubled, wait) in waits.iter().enumerate() {
        let whole = 5000 << doubled;
        assert!((whole / 2 - 2500..=whole).contains(wait), "{waits:?}");
    }
    let facts = place
        .text("select attempts || ' ' || last_error from node.jobs where state = 'dead'")
        .unwrap();
    assert_eq!(facts, "8 the job panicked");
    let told = place.text("select action || ' ' || outcome || ' ' || (after->>'reason') from shared.audit_entries").unwrap();
    assert_eq!(told, "job.given_up refused the job panicked");
}

#[test]
fn job_04_a_late_worker_commits_nothing() {
    let place = place();
    for round in 0..200 {
        ask(&place, &place.acme, JobKind::SignInSweep, 1);
        let claim = |seconds| {
            place
                .store
                .platform(later(seconds), |tx| {
                    claims::claim(tx, Turn::default(), later(seconds + 30), &[])
                })
                .unwrap()
                .0
        };
        let slow = claim(0).unwrap();
        assert!(claim(0).is_none(), "a job in hand is claimed by nobody");
        place.store.platform(later(31), claims::reclaim).unwrap();
        let quick = claim(31).unwrap();
        assert_eq!((slow.id, quick.attempts), (quick.id, 2));
        let finish = |claim| {
            place.inside(&place.acme, |tx| {
                events::emit(tx, EventKind::UserUpdated, None, &json!({}))?;
                if claims::end_with(tx, claim, End::Done)? {
                    Ok(())
                } else {
                    Err(StoreError::NotFound)
                }
            })
        };
        // Late before or after the other one is done: it does not matter.
        if round % 2 == 0 {
            assert!(finish(&slow).is_err());
            finish(&quick).unwrap();
        } else {
            finish(&quick).unwrap();
            assert!(finish(&slow).is_err());
        }
        let platform =
            |work: &dyn Fn(&mut services::PlatformTx<'_>) -> Result<bool, StoreError>| {
                place.store.platform(later(31), |tx| work(tx)).unwrap()
            };
        assert!(!platform(&|tx| claims::renew(tx, &slow, later(99))));
        assert!(!platform(&|tx| claims::put_back(
            tx,
            &slow,
            later(0),
            "late"
        )));
        assert!(!platform(&|tx| claims::release(tx, &slow)));
        assert!(!platform(&|tx| claims::end(tx, &slow, End::Dead("late"))));
        assert_eq!(place.count("select count(*) from shared.events"), round + 1);
    }
    // Not even the holder of the lease ends a job of another tenant.
    ask(&place, &place.acme, JobKind::SignInSweep, 1);
    let (claim, _) = place
        .store
        .platform(later(0), |tx| {
            claims::claim(tx, Turn::default(), later(30), &[])
        })
        .unwrap();
    let ended = place.inside(&place.globex, |tx| {
        claims::end_with(tx, claim.as_ref().unwrap(), End::Done)
    });
    assert!(!ended.unwrap());
}

#[test]
fn job_04_renewing_keeps_a_long_job() {
    static TRIES: AtomicU32 = AtomicU32::new(0);
    let place = place();
    ask(&place, &place.acme, JobKind::SignInSweep, 1);
    let settings = WorkerSettings {
        lease: Duration::from_millis(600),
        keep_every: Duration::from_millis(100),
        ..brisk()
    };
    let run = |work: &Work<'_>| {
        if work.kind() == Some(JobKind::SignInSweep) {
            TRIES.fetch_add(1, Ordering::Relaxed);
            for _ in 0..10 {
                std::thread::sleep(Duration::from_millis(150));
                if let Err(error) = work.renew() {
                    return error.into();
                }
            }
            return leave_an_event(work);
        }
        Outcome::Done
    };
    let worker = Worker::start(
        Bench {
            run,
            ..place.bench()
        },
        settings,
    )
    .unwrap();
    place.wait_until(
        LONG,
        "exists (select from node.jobs where kind = 'sign_in.sweep' and state = 'done')",
    );
    worker.stop(LONG);
    assert_eq!(TRIES.load(Ordering::Relaxed), 1);
}

#[test]
fn job_05_a_hundred_thousand_of_one_delay_nobody_else() {
    let place = place();
    let acme = place.acme.scope.tenant().uuid();
    place.force(&format!(
        "insert into node.jobs (id, tenant_id, kind, run_at, created_at)
            select gen_random_uuid(), '{acme}', 'users.index', now() - interval '1 hour', now() from generate_series(1, 100000);
         analyze node.jobs"
    ));
    let others: Vec<_> = (0..20)
        .map(|number| bench::tenant(&place.store, &format!("other-{number}")))
        .collect();
    let worker = place.worker(|work| match work.kind() {
        Some(_) => leave_an_event(work),
        None => Outcome::Done,
    });
    std::thread::sleep(Duration::from_millis(300));
    let began = Instant::now();
    for tenant in &others {
        ask(&place, tenant, JobKind::SignInSweep, 3);
    }
    place.wait_until(
        Duration::from_secs(5),
        "(select count(*) from shared.events) >= 60",
    );
    assert!(began.elapsed() < Duration::from_secs(5));
    worker.stop(LONG);
    assert!(
        place.count("select count(*) from node.jobs where state = 'done' and kind = 'users.index'")
            > 0
    );
}

#[test]
fn stopping_puts_back_what_is_not_done() {
    static BEGUN: AtomicBool = AtomicBool::new(false);
    let place = place();
    ask(&place, &place.acme, JobKind::SignInSweep, 1);
    let worker = place.worker(|work| {
        if work.kind() == Some(JobKind::SignInSweep) {
            BEGUN.store(true, Ordering::Relaxed);
            std::thread::sleep(Duration::from_secs(3));
        }
        leave_an_event(work)
    });
    while !BEGUN.load(Ordering::Relaxed) {
        std::thread::sleep(Duration::from_millis(5));
    }
    let began = Instant::now();
    worker.stop(Duration::from_millis(300));
    assert!(began.elapsed() < Duration::from_secs(2));
    let facts = "select state || ' ' || attempts from node.jobs where kind = 'sign_in.sweep'";
    assert_eq!(place.text(facts).unwrap(), "queued 0");
    // The thread comes back to find its lease gone.
    std::thread::sleep(Duration::from_secs(4));
    assert_eq!(place.text(facts).unwrap(), "queued 0");
    assert_eq!(place.count("select count(*) from shared.events e join node.jobs j on j.id = e.subject_id where j.kind = 'sign_in.sweep'"), 0);
}

#[test]
fn job_09_each_slot_is_taken_once_by_all_processes() {
    let place = place();
    let schedules = [Schedule {
        name: "test",
        kind: JobKind::SignInSweepAll,
        ..schedule::OURS[0]
    }];
    let noon = "2026-10-24T12:00:00Z"
        .parse::<chrono::DateTime<chrono::Utc>>()
        .unwrap();
    // Four processes tick through two days at once; one of them has a clock that jumps back and forth.
    std::thread::scope(|scope| {
        for process in 0..4 {
            let (store, schedules) = (place.store.clone(), &schedules);
            scope.spawn(move || {
                for minute in (0..2 * 24 * 60).step_by(5) {
                    let jump = if process == 3 && minute % 35 == 0 {
                        -120
                    } else {
                        0
                    };
                    schedule::tick(&store, noon + TimeDelta::minutes(minute + jump), schedules)
                        .unwrap();
                }
            });
        }
    });
    let taken = place.count("select count(*) from node.jobs where kind = 'sign_in.sweep_all'");
    // At most one a slot; fewer where a slower process found two slots to be one.
    assert!((1..=2 * 24 * 4 + 1).contains(&taken), "{taken}");
    assert_eq!(place.count("select count(*) from (select run_at from node.jobs group by run_at having count(*) > 1) twice"), 0);
    let last = place
        .text("select last_slot at time zone 'UTC' from node.schedules where name = 'test'")
        .unwrap();
    assert_eq!(last, "2026-10-26 11:45:00");
    // A restart after three days off runs once.
    place.force("delete from node.jobs");
    for _ in 0..3 {
        schedule::tick(&place.store, noon + TimeDelta::days(5), &schedules).unwrap();
    }
    assert_eq!(place.count("select count(*) from node.jobs"), 1);
}

#[test]
fn the_clock_s_own_jobs_clear_what_expired() {
    let place = place();
    let (acme, user) = (place.acme.scope.tenant().uuid(), Uuid::now_v7());
    place.force(&format!(
        "insert into shared.users (tenant_id, id, email, email_folded, name, name_folded, status, role, created_at, updated_at)
            values ('{acme}', '{user}', 'a@b.example', 'a@b.example', 'A', 'a', 'active', 'owner', now(), now());
         insert into shared.sessions select '{acme}', gen_random_uuid(), '{user}', sha256(n::text::bytea), 'x', null, false, now(), now(),
            now() + (n - 1500) * interval '1 hour', now() + interval '3000 hours' from generate_series(1, 1600) n;
         insert into shared.throttles select '{acme}', n::text, 1, now() - interval '1 s' from generate_series(1, 30) n;
         insert into node.jobs (id, kind, state, run_at, created_at, finished_at)
            select gen_random_uuid(), 'old', 'done', now(), now(), now() - n * interval '1 day' from generate_series(1, 20) n"
    ));
    let worker = place.worker(services::worker::kinds::run);
    place.wait_until(
        LONG,
        "(select count(*) from node.jobs where kind like 'sign_in%' and state = 'done') = 3",
    );
    place.wait_until(
        LONG,
        "exists (select from node.jobs where kind = 'jobs.prune' and state = 'done')",
    );
    worker.stop(LONG);
    assert_eq!(place.count("select count(*) from shared.sessions"), 100);
    assert_eq!(place.count("select count(*) from shared.throttles"), 0);
    assert_eq!(
        place.count("select count(*) from node.jobs where kind = 'old'"),
        6
    );
    assert_eq!(place.count("select count(*) from shared.users"), 1);
}

/// What a child process of the next test does: it works until it is killed.
#[test]
#[ignore = "a process that job_01 starts"]
fn helper_worker() {
    let (Ok(app), Ok(platform)) = (std::env::var("TEST_APP"), std::env::var("TEST_PLATFORM"))
    else {
        return;
    };
    let settings = WorkerSettings {
        lease: Duration::from_secs(2),
        ..brisk()
    };
    let slow = |work: &Work<'_>| {
        std::thread::sleep(Duration::from_millis(3));
        leave_an_event(work)
    };
    let bench = Bench {
        run: slow,
        ..bench::bench(bench::open(&app, &platform))
    };
    let _worker = Worker::start(bench, settings).unwrap();
    std::thread::sleep(Duration::from_secs(300));
}

#[test]
fn job_01_workers_and_server_are_killed_and_each_job_is_done_once() {
    each_is_done_once(1_500, 1, Duration::from_secs(120));
}

#[test]
#[ignore = "takes minutes: the whole measure of the catalogue, 10,000 jobs"]
fn job_01_the_same_with_ten_thousand() {
    each_is_done_once(10_000, 5, Duration::from_secs(1_200));
}

/// Four workers do so many jobs; every 200 ms one of them is killed, and five times the server.
fn each_is_done_once(jobs: usize, at_least: usize, at_most: Duration) {
    let mut cluster = bench::start_cluster();
    let place = bench::place_on(&cluster);
    for tenant in [&place.acme, &place.globex] {
        ask(&place, tenant, JobKind::SignInSweep, jobs / 2);
    }
    let child = || {
        std::process::Command::new(std::env::current_exe().unwrap())
            .args(["jobs::helper_worker", "--exact", "--ignored"])
            .env("TEST_APP", &place.app_url)
            .env("TEST_PLATFORM", &place.platform_url)
            .stdout(std::process::Stdio::null())
            .stderr(std::process::Stdio::null())
            .spawn()
            .unwrap()
    };
    let mut workers: Vec<_> = (0..4).map(|_| child()).collect();
    let began = Instant::now();
    let (mut kills, mut restarts) = (0, 0);
    while place
        .try_count("select count(*) from node.jobs where tenant_id is not null and state = 'done'")
        != Some(jobs as i64)
    {
        assert!(
            began.elapsed() < at_most,
            "{kills} kills, {restarts} restarts"
        );
        std::thread::sleep(Duration::from_millis(200));
        let victim = kills % workers.len();
        workers[victim].kill().unwrap();
        workers[victim].wait().unwrap();
        workers[victim] = child();
        kills += 1;
        if kills % 5 == 0 && restarts < 5 {
            bench::crash(&mut cluster);
            restarts += 1;
        }
    }
    for worker in &mut workers {
        worker.kill().unwrap();
        worker.wait().unwrap();
    }
    eprintln!(
        "{jobs} jobs in {:?}, {kills} kills, {restarts} restarts",
        began.elapsed()
    );
    assert!(
        kills >= 5 && restarts >= at_least,
        "{kills} kills, {restarts} restarts"
    );
    assert_eq!(
        place.try_count("select count(*) from shared.events"),
        Some(jobs as i64)
    );
    assert_eq!(
        place.try_count("select count(distinct subject_id) from shared.events"),
        Some(jobs as i64)
    );
}
