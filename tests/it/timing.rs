//! What the time of an answer tells of who has an account: nothing, as far as a thousand answers can show.

use std::cmp::Ordering;
use std::time::Instant;

use diesel::connection::SimpleConnection;

use crate::support::app::{self, App};
use crate::support::cast::{ACME, GLOBEX, PASSWORD};
use crate::support::client::{Answer, settled};

/// Tries of each kind.
const TRIES: usize = 500;
const WRONG: &str = "nobody uses this one";

/// One way to ask: the n-th time, from a network of its own.
type Ask<'a> = Box<dyn Fn(&App, usize) -> Answer + 'a>;

/// The n-th of those whom [`crowded`] added.
fn one_of_many(kind: &str, n: usize) -> String {
    format!("{kind}{n}@acme.test")
}

/// A portal with 500 more people of two kinds, all with the cast's password.
fn crowded() -> App {
    let app = app::start_with(&[
        ("proxies.trusted", "127.0.0.0/8"),
        ("sign_in.tries_per_account", "1000"),
        ("sign_in.tries_per_network", "1000000"),
        ("sign_up.enabled", "yes"),
    ]);
    for (kind, like) in [("member", "member"), ("suspended", "suspended")] {
        let text = format!(
            "with new as (select u.*, n, gen_random_uuid() as fresh from shared.users u, generate_series(0, {TRIES} * 2) n
                where u.email = '{like}@acme.test'),
             people as (insert into shared.users
                select (jsonb_populate_record(u, jsonb_build_object('id', new.fresh, 'email', '{kind}' || n || '@acme.test',
                    'email_folded', '{kind}' || n || '@acme.test'))).*
                from new join shared.users u using (tenant_id, id))
             insert into shared.credentials (tenant_id, user_id, password_hash, changed_at)
                select c.tenant_id, new.fresh, c.password_hash, c.changed_at
                from new join shared.credentials c on c.tenant_id = new.tenant_id and c.user_id = new.id;"
        );
        app.sql().batch_execute(&text).unwrap();
    }
    app.sql().batch_execute("analyze").unwrap();
    app
}

fn post(app: &App, host: &str, path: &str, n: usize, fields: &[(&str, &str)]) -> Answer {
    let browser = app.visitor_at(host);
    let from = format!("10.{}.{}.7", n / 250, n % 250);
    let ask = browser.ask("POST", path).header("X-Forwarded-For", &from);
    ask.form(fields).send()
}

fn sign_in<'a>(email: impl Fn(usize) -> String + 'a, password: &'a str) -> Ask<'a> {
    Box::new(move |app, n| {
        let email = email(n);
        let fields = [("email", email.as_str()), ("password", password)];
        let answer = post(app, &ACME.host(), "/sign-in", n, &fields);
        without(answer, &email)
    })
}

fn reset<'a>(email: impl Fn(usize) -> String + 'a) -> Ask<'a> {
    Box::new(move |app, n| {
        let email = email(n);
        let fields = [("email", email.as_str())];
        without(
            post(app, &ACME.host(), "/password-reset", n, &fields),
            &email,
        )
    })
}

fn sign_up<'a>(slug: &'a str, email: impl Fn(usize) -> String + 'a) -> Ask<'a> {
    Box::new(move |app, n| {
        let (slug, email) = (format!("{slug}-{n:04}"), email(n));
        let fields = [
            ("organisation", "Hooli"),
            ("slug", slug.as_str()),
            ("name", "Gavin Belson"),
            ("email", email.as_str()),
            ("timezone", "Europe/Berlin"),
        ];
        let answer = post(app, "localhost", "/signup", n, &fields);
        without(without(answer, &email), &slug)
    })
}

/// The answer without what was typed.
fn without(answer: Answer, typed: &str) -> Answer {
    let body = answer.text().replace(typed, "TYPED").into_bytes();
    settled(&Answer { body, ..answer })
}

/// Two samples, taken in turn, in an order that favours neither; and what was answered, which must be the same.
fn samples(app: &App, from: usize, one: &Ask<'_>, other: &Ask<'_>) -> (Vec<f64>, Vec<f64>) {
    let timed = |ask: &Ask<'_>, n| {
        let began = Instant::now();
        let answer = ask(app, n);
        (began.elapsed().as_secs_f64(), answer)
    };
    let (mut ones, mut others) = (Vec::new(), Vec::new());
    for n in from..from + TRIES {
        // Each turn is another network, so that no row of a throttle is older than the other.
        let ((one_took, first), (other_took, second)) = if n % 2 == 0 {
            let first = timed(one, n);
            (first, timed(other, n))
        } else {
            let second = timed(other, n);
            (timed(one, n), second)
        };
        assert_eq!(first, second);
        ones.push(one_took);
        others.push(other_took);
    }
    (ones, others)
}

/// The two-sided p of Mann and Whitney, by the normal approximation, which 500 of each allow.
fn mann_whitney(ones: &[f64], others: &[f64]) -> f64 {
    let mark = |times: &[f64], own: bool| times.iter().map(|time| (*time, own)).collect::<Vec<_>>();
    let mut all = [mark(ones, true), mark(others, false)].concat();
    all.sort_by(|a, b| a.0.partial_cmp(&b.0).unwrap_or(Ordering::Equal));
    let ranks: usize = (1..)
        .zip(&all)
        .filter(|(_, (_, own))| *own)
        .map(|(rank, _)| rank)
        .sum();
    let (n, m) = (ones.len() as f64, others.len() as f64);
    let u = ranks as f64 - n * (n + 1.0) / 2.0;
    let z = (u - n * m / 2.0) / (n * m * (n + m + 1.0) / 12.0).sqrt();
    // Abramowitz and Stegun 7.1.26.
    let x = z.abs() / std::f64::consts::SQRT_2;
    let t = 1.0 / (1.0 + 0.327_591_1 * x);
    let series = [
        0.254_829_592,
        -0.284_496_736,
        1.421_413_741,
        -1.453_152_027,
        1.061_405_429,
    ];
    let sum = series
        .iter()
        .rev()
        .fold(0.0, |sum, factor| (sum + factor) * t);
    sum * (-x * x).exp()
}

fn median(times: &[f64]) -> f64 {
    let mut times = times.to_vec();
    times.sort_by(|a, b| a.partial_cmp(b).unwrap_or(Ordering::Equal));
    times[times.len() / 2] * 1000.0
}

#[test]
fn the_measure_tells_same_from_different() {
    let wave = |shift: f64| -> Vec<f64> {
        let at = |n: usize| ((n * 7919) % 500) as f64 + shift;
        (0..500).map(at).collect()
    };
    assert!(mann_whitney(&wave(0.0), &wave(0.25)) > 0.9);
    assert!(mann_whitney(&wave(0.0), &wave(40.0)) < 0.000_1);
    // By the error function of a library: 0.0279.
    let p = mann_whitney(&wave(0.0), &wave(20.1));
    assert!((0.027..0.029).contains(&p), "{p}");
}

#[test]
#[ignore = "takes minutes: the whole measure of the catalogue, 500 answers of each kind"]
fn authn_03_no_time_tells_who_has_an_account() {
    let app = crowded();
    app.leaves_jobs();
    let known = || sign_in(|n| one_of_many("member", n), WRONG);
    let pairs: [(&str, Ask<'_>, Ask<'_>); 7] = [
        (
            "unknown",
            known(),
            sign_in(|n| one_of_many("nobody", n), WRONG),
        ),
        (
            "suspended, right password",
            known(),
            sign_in(|n| one_of_many("suspended", n), PASSWORD),
        ),
        (
            "suspended, wrong password",
            known(),
            sign_in(|n| one_of_many("suspended", n), WRONG),
        ),
        (
            "no password yet",
            known(),
            sign_in(|_| ACME.email("invited"), WRONG),
        ),
        (
            "another tenant's",
            known(),
            sign_in(|_| GLOBEX.email("member"), PASSWORD),
        ),
        (
            "a letter for nobody",
            reset(|n| one_of_many("member", n)),
            reset(|n| one_of_many("stranger", n)),
        ),
        (
            "signing up as nobody",
            sign_up("one", |n| one_of_many("member", n)),
            sign_up("two", |n| one_of_many("visitor", n)),
        ),
    ];
    let mut told = Vec::new();
    for (name, one, other) in &pairs {
        let mut p = 0.0;
        // One pair in a hundred differs by chance: what differs is measured anew, and must differ again.
        for turn in 0..2 {
            let (ones, others) = samples(&app, turn * TRIES, one, other);
            p = mann_whitney(&ones, &others);
            let (first, second) = (median(&ones), median(&others));
            eprintln!("{name}: {first:.3} ms and {second:.3} ms, p {p:.3}");
            if p > 0.01 {
                break;
            }
        }
        told.push((*name, p));
    }
    assert!(told.iter().all(|(_, p)| *p > 0.01), "{told:?}");
}
