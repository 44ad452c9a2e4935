//! Pages that are kept up to date while somebody looks at them: told of each change, of nobody else's, for no longer than
//! whoever looks may look.

use chrono::TimeDelta;

use crate::support::app::{self, App};
use crate::support::cast::{ACME, GLOBEX};
use crate::support::client::Browser;
use crate::support::listening::Listening;

const LIVE: &str = "/usage/live?period=24h";

fn listening(browser: &Browser) -> Listening {
    Listening::to(browser.ask("GET", LIVE))
}

/// One more seat is taken.
fn invite(owner: &Browser, name: &str) {
    let fields = [
        ("addresses", &*format!("{name}@new.test")),
        ("role", "member"),
    ];
    owner.post("/users/invitations", &fields).expect(303);
}

/// The number of `5 of 50`, as the page says it.
fn seats(text: &str) -> String {
    let (before, _) = text.split_once(" of 50").expect(text);
    let before = before.strip_suffix("</b>").unwrap_or(before);
    before.rsplit('>').next().unwrap().to_owned()
}

#[test]
fn the_figures_come_again_when_one_changed() {
    let app = app::start();
    app.leaves_jobs();
    let owner = app.owner();
    let mut events = listening(&owner);
    let first = events.next().unwrap();
    assert_eq!(first.name, "");
    let before: i64 = seats(&first.data).parse().unwrap();
    let page = owner.get("/usage").expect(200);
    assert_eq!(seats(&page.text()), before.to_string(), "as the page says");
    assert!(page.has("hx-sse:connect=\"/usage/live?period="), "{page}");
    invite(&owner, "new.one");
    let changed = until(&mut events, |text| seats(text) != before.to_string());
    assert_eq!(seats(&changed), (before + 1).to_string());
    // Pages that were looked at are measured, and written down a moment later.
    app.write_down_usage();
    until(&mut events, |text| !text.contains("Pages</dt><dd>0<"));
}

/// The first that holds.
fn until(events: &mut Listening, holds: impl Fn(&str) -> bool) -> String {
    loop {
        let event = events.next().expect("it goes on");
        if holds(&event.data) {
            return event.data;
        }
    }
}

#[test]
fn nobody_elses_change_is_told() {
    let app = app::start();
    app.leaves_jobs();
    let globex = app.signed_in(GLOBEX, "owner");
    let mut theirs = listening(&globex);
    let first = theirs.next().unwrap();
    invite(&app.owner(), "somebody");
    // The next word is of their own.
    invite(&globex, "new.one");
    let next = theirs.next().unwrap();
    let count = |text: &str| seats(text).parse::<i64>().unwrap();
    assert_eq!(count(&next.data), count(&first.data) + 1);
}

#[test]
fn it_ends_with_the_session() {
    let app = app::start();
    let owner = app.owner();
    let mut events = listening(&owner);
    events.next().unwrap();
    owner.post("/sign-out", &[]).expect(303);
    ends(&mut events);
}

/// Told that it is over, and then it is.
fn ends(events: &mut Listening) {
    while let Some(event) = events.next() {
        if event.name == "ended" {
            assert_eq!(event.data, "");
            assert_eq!(events.next(), None);
            return;
        }
    }
    panic!("it ended without a word");
}

#[test]
fn ses_05_a_page_that_is_left_open_keeps_nobody_signed_in() {
    let app = app::start();
    app.leaves_jobs();
    let owner = app.owner();
    let mut events = listening(&owner);
    events.next().unwrap();
    let seen = |app: &App| app.count("shared.sessions where last_seen_at > created_at");
    app.clock.advance(TimeDelta::minutes(5));
    // A change that it has to look for, after that time.
    invite(&app.admin(), "new.one");
    events.next().unwrap();
    assert_eq!(seen(&app), 0, "what asks by itself is no sign of life");
    owner.get("/usage").expect(200);
    assert_eq!(seen(&app), 1);
    app.clock.advance(TimeDelta::hours(13));
    ends(&mut events);
    drop(events);
    app.write_down_usage();
    let route = |route: &str| app.count(&format!("catalogue.usage_shares where who = '{route}'"));
    assert_eq!(
        (route("/usage"), route("/usage/live")),
        (1, 0),
        "nor a page"
    );
}

#[test]
fn whoever_loses_the_right_is_told_nothing_more() {
    let app = app::start();
    let manager = app.manager();
    let mut events = listening(&manager);
    events.next().unwrap();
    let path = format!("/users/{}/suspension", ACME.person("manager"));
    app.owner().post(&path, &[("reason", "left")]).expect(303);
    ends(&mut events);
}

#[test]
fn who_asks_for_no_events_gets_the_figures_once() {
    let app = app::start();
    let owner = app.owner();
    let once = owner.get(LIVE).expect(200);
    assert!(once.text().starts_with("data: "), "{once}");
    app.member().get(LIVE).expect(403);
    app.visitor().get(LIVE).expect(303);
}
