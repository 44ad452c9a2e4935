//! The users page against the same SQL and template without guard and session.

use std::net::SocketAddr;
use std::time::Duration;

use crate::load::{self, Outcome, Requests};
use crate::world::{BIG, TENANTS, World, page_request};
use crate::{bare, report};

const ROUNDS: usize = 5;
const TIME: Duration = Duration::from_secs(4);
const CONNECTIONS: usize = 16;
/// Owners who are signed in; each of them asks for the page of the own tenant.
const OWNERS: usize = 100;

/// The real page.
pub(crate) struct Users {
    cookies: Vec<(usize, String)>,
}

impl Users {
    pub(crate) fn of_small_tenants(world: &World) -> Self {
        let cookies = (0..OWNERS).map(|number| 1 + number * (TENANTS / OWNERS));
        Self {
            cookies: cookies
                .map(|tenant| (tenant, world.sign_in(tenant)))
                .collect(),
        }
    }

    fn of_the_big_one(world: &World) -> Self {
        Self {
            cookies: vec![(BIG, world.sign_in(BIG))],
        }
    }
}

impl Requests for Users {
    fn next(&self, connection: usize, number: usize) -> String {
        let (tenant, cookie) = &self.cookies[(connection * 7 + number) % self.cookies.len()];
        page_request(*tenant, "/users", cookie)
    }

    fn status(&self) -> u16 {
        200
    }
}

/// The bare one, for the same tenants.
struct Bare {
    tenants: Vec<uuid::Uuid>,
}

impl Requests for Bare {
    fn next(&self, connection: usize, number: usize) -> String {
        let tenant = self.tenants[(connection * 7 + number) % self.tenants.len()];
        format!("GET /{tenant} HTTP/1.1\r\nHost: bare.localhost\r\n\r\n")
    }

    fn status(&self) -> u16 {
        200
    }
}

pub(crate) fn run(world: &World) {
    let limit = bare::serve(world);
    report::head(
        "The users page, 25 rows, 16 connections",
        &["tenants", "way", "a second", "ratio", "median ms", "p99 ms"],
    );
    compare(
        world,
        limit,
        "1,000 x 1,000",
        &Users::of_small_tenants(world),
    );
    compare(world, limit, "1 x 100,000", &Users::of_the_big_one(world));
}

fn compare(world: &World, limit: SocketAddr, name: &str, page: &Users) {
    let bare = Bare {
        tenants: page
            .cookies
            .iter()
            .map(|(tenant, _)| world.tenant_id(*tenant))
            .collect(),
    };
    let (mut without, mut with, mut ratios) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        let limit = load::run(limit, CONNECTIONS, TIME, &bare);
        let whole = load::run(world.address, CONNECTIONS, TIME, page);
        ratios.push(whole.per_second / limit.per_second);
        without.push(limit);
        with.push(whole);
    }
    line(name, "bare", &without, 1.0);
    line(name, "guarded", &with, report::median(ratios));
}

fn line(tenants: &str, way: &str, rounds: &[Outcome], ratio: f64) {
    let middle = |of: fn(&Outcome) -> f64| report::median(rounds.iter().map(of).collect());
    report::line(&[
        tenants.to_owned(),
        way.to_owned(),
        format!("{:.0}", middle(|round| round.per_second)),
        format!("{ratio:.2}"),
        format!("{:.1}", middle(|round| round.median.as_secs_f64() * 1000.0)),
        format!("{:.1}", middle(|round| round.p99.as_secs_f64() * 1000.0)),
    ]);
}
