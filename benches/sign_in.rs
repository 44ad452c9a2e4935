//! Signing in against the hash alone, and the users page beside 200 people signing in.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use domain::Password;

use crate::load::{self, Requests};
use crate::world::{PASSWORD, TENANTS, World};
use crate::{pages, report};

const ROUNDS: usize = 5;
const TIME: Duration = Duration::from_secs(4);

/// Each sign-in is another tenant's owner from another network, so that no throttle answers.
pub(crate) struct SignIns {
    pub(crate) next: AtomicUsize,
}

impl Requests for SignIns {
    fn next(&self, _: usize, _: usize) -> String {
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        crate::world::sign_in_request(1 + number % TENANTS, number)
    }

    fn status(&self) -> u16 {
        303
    }
}

pub(crate) fn run(world: &World) {
    let requests = SignIns {
        next: AtomicUsize::new(0),
    };
    let (mut alone, mut whole, mut ratios) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        let hashes = hashes_per_second(world);
        world.superuser_do("delete from shared.throttles");
        let signed = load::run(world.address, 4, TIME, &requests).per_second;
        ratios.push(signed / hashes);
        alone.push(hashes);
        whole.push(signed);
    }
    report::head("Sign-in", &["what", "a second", "ratio"]);
    report::line(&[
        "the Argon2id hash alone".to_owned(),
        format!("{:.0}", report::median(alone)),
        "1.00".to_owned(),
    ]);
    report::line(&[
        "signing in over HTTP, 4 connections".to_owned(),
        format!("{:.0}", report::median(whole)),
        format!("{:.2}", report::median(ratios)),
    ]);
    crowd(world);
}

/// The lane with the same threads, compared from as many callers, without anything around it.
fn hashes_per_second(world: &World) -> f64 {
    let lane = world.app.passwords.clone();
    let stored = lane
        .hash_blocking(Password::typed(PASSWORD.to_owned()).unwrap())
        .unwrap();
    let end = Instant::now() + TIME;
    let done = Arc::new(AtomicUsize::new(0));
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                while Instant::now() < end {
                    lane.verify_blocking(
                        Some(stored.clone()),
                        Password::typed(PASSWORD.to_owned()).unwrap(),
                    )
                    .unwrap();
                    done.fetch_add(1, Ordering::Relaxed);
                }
            });
        }
    });
    done.load(Ordering::Relaxed) as f64 / TIME.as_secs_f64()
}

/// Two hundred people sign in as fast as they are let; the users page is read beside them.
fn crowd(world: &World) {
    let page = pages::Users::of_small_tenants(world);
    let quiet = load::run(world.address, 16, TIME, &page).per_second;
    let idle = memory_kib();
    let requests = Crowd {
        next: AtomicUsize::new(1_000_000),
    };
    world.superuser_do("delete from shared.throttles");
    let (beside, peak) = std::thread::scope(|scope| {
        let crowd = scope.spawn(|| load::run(world.address, 200, TIME * 2, &requests));
        std::thread::sleep(Duration::from_millis(500));
        let beside = load::run(world.address, 16, TIME, &page).per_second;
        let peak = memory_kib();
        crowd.join().unwrap();
        (beside, peak)
    });
    report::head(
        "The users page while 200 people sign in",
        &["what", "value"],
    );
    report::line(&["the page alone, a second".to_owned(), format!("{quiet:.0}")]);
    report::line(&[
        "the page beside them, a second".to_owned(),
        format!("{beside:.0}"),
    ]);
    report::line(&["ratio".to_owned(), format!("{:.2}", beside / quiet)]);
    report::line(&[
        "memory above quiet, MiB".to_owned(),
        format!("{:.0}", (peak - idle).max(0.0) / 1024.0),
    ]);
}

/// As above; those for whom the lane has no room are answered 503, which is an answer.
struct Crowd {
    next: AtomicUsize,
}

impl Requests for Crowd {
    fn next(&self, _: usize, _: usize) -> String {
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        crate::world::sign_in_request(1 + number % TENANTS, number)
    }

    fn status(&self) -> u16 {
        0
    }
}

fn memory_kib() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmRSS:"))
        .unwrap();
    line.split_whitespace().next().unwrap().parse().unwrap()
}
