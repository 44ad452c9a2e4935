//! The API against the same SQL and JSON without guard, key and counting; and what these three cost by themselves.

use std::net::SocketAddr;
use std::time::Duration;

use chrono::Utc;
use domain::permission::{ManageKeys, Permission, ReadUsers};
use domain::{Permissions, UserId};
use services::users::list;
use services::{Credential, Request, VerbError, keys};
use uuid::Uuid;

use crate::load::{self, Outcome, Requests};
use crate::world::{TENANTS, World};
use crate::{bare, report};

const ROUNDS: usize = 5;
const TIME: Duration = Duration::from_secs(4);
const CONNECTIONS: usize = 16;
/// Tenants whose keys ask.
const KEYS: usize = 100;

/// What is asked for.
#[derive(Clone, Copy)]
enum What {
    /// 25 people.
    List,
    /// One of them.
    One,
    /// Nothing but the key: counted, proven, and an empty list.
    Key,
}

struct Caller {
    number: usize,
    tenant: Uuid,
    key: String,
    person: Uuid,
}

/// The real API.
struct Api<'c> {
    what: What,
    callers: &'c [Caller],
}

impl Requests for Api<'_> {
    fn next(&self, connection: usize, number: usize) -> String {
        let caller = &self.callers[(connection * 7 + number) % self.callers.len()];
        let path = match self.what {
            What::List => "users?page_size=25".to_owned(),
            What::One => format!("users/{}", UserId::from_uuid(caller.person)),
            What::Key => "jobs?page_size=1".to_owned(),
        };
        // Each from a network of its own, so that no address is used up.
        let (a, b) = (caller.number / 250 % 250, caller.number % 250);
        format!(
            "GET /api/v1/tenants/me/{path} HTTP/1.1\r\nHost: localhost\r\nX-Forwarded-For: 10.{a}.{b}.7\r\n\
             Authorization: Bearer {}\r\n\r\n",
            caller.key
        )
    }

    fn status(&self) -> u16 {
        200
    }
}

/// The bare handlers, for the same tenants.
struct Bare<'c> {
    what: What,
    callers: &'c [Caller],
}

impl Requests for Bare<'_> {
    fn next(&self, connection: usize, number: usize) -> String {
        let caller = &self.callers[(connection * 7 + number) % self.callers.len()];
        let path = match self.what {
            What::One => format!("/api/{}/{}", caller.tenant, caller.person),
            What::List | What::Key => format!("/api/{}", caller.tenant),
        };
        format!("GET {path} HTTP/1.1\r\nHost: bare.localhost\r\n\r\n")
    }

    fn status(&self) -> u16 {
        200
    }
}

pub(crate) fn run(world: &World) {
    let limit = bare::serve(world);
    let callers: Vec<Caller> = (0..KEYS)
        .map(|number| caller(world, 1 + number * (TENANTS / KEYS)))
        .collect();
    report::head(
        "The API, 1,000 x 1,000 people, 16 connections",
        &["route", "way", "a second", "ratio", "median ms", "p99 ms"],
    );
    compare(world, limit, "25 users", What::List, &callers);
    compare(world, limit, "one user", What::One, &callers);
    let key = Api {
        what: What::Key,
        callers: &callers,
    };
    let rounds: Vec<Outcome> = (0..ROUNDS)
        .map(|_| load::run(world.address, CONNECTIONS, TIME, &key))
        .collect();
    line("the key alone", "guarded", &rounds, "");
}

/// A key of this tenant that may read, as its owner would make it.
fn caller(world: &World, number: usize) -> Caller {
    let store = &world.app.store;
    let host = format!("t{number}.localhost");
    let entry = store.resolve_host(&host).unwrap().unwrap();
    let wish = keys::Wish {
        name: "Bench".to_owned(),
        permissions: Permissions::of(&[Permission::ReadUsers, Permission::ReadJobs]),
        lives: None,
    };
    #[allow(clippy::disallowed_methods, reason = "the moment of a bench")]
    let request = Request {
        now: Utc::now(),
        request_id: Uuid::nil(),
        address: None,
        device: "bench".to_owned(),
    };
    let (scope, bench) = (&entry.scope, || Credential::System("bench"));
    let made = store
        .tenant::<ManageKeys, _, VerbError>(scope, bench(), &request, |tx| keys::create(tx, &wish))
        .unwrap();
    let people = store
        .tenant::<ReadUsers, _, VerbError>(scope, bench(), &request, |tx| {
            list::walk(tx, &[], None, 7)
        })
        .unwrap();
    let tenant = scope.tenant();
    Caller {
        number,
        tenant: tenant.uuid(),
        key: made.key.reveal().to_owned(),
        person: people[6].id.uuid(),
    }
}

fn compare(world: &World, limit: SocketAddr, route: &str, what: What, callers: &[Caller]) {
    let (bare, api) = (Bare { what, callers }, Api { what, callers });
    let (mut without, mut with, mut ratios) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        let limit = load::run(limit, CONNECTIONS, TIME, &bare);
        let whole = load::run(world.address, CONNECTIONS, TIME, &api);
        ratios.push(whole.per_second / limit.per_second);
        without.push(limit);
        with.push(whole);
    }
    line(route, "bare", &without, "1.00");
    line(
        route,
        "guarded",
        &with,
        &format!("{:.2}", report::median(ratios)),
    );
}

fn line(route: &str, way: &str, rounds: &[Outcome], ratio: &str) {
    let middle = |of: fn(&Outcome) -> f64| report::median(rounds.iter().map(of).collect());
    report::line(&[
        route.to_owned(),
        way.to_owned(),
        format!("{:.0}", middle(|round| round.per_second)),
        ratio.to_owned(),
        format!("{:.1}", middle(|round| round.median.as_secs_f64() * 1000.0)),
        format!("{:.1}", middle(|round| round.p99.as_secs_f64() * 1000.0)),
    ]);
}
