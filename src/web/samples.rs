//! Renders the parts of a page with samples, so that a broken component is seen before its page is.
//! `cargo test samples` leaves the pages in `target/samples`, to be looked at in a browser.

#![allow(
    clippy::unwrap_used,
    clippy::as_conversions,
    reason = "a failed test should say where"
)]

use std::{fs, path::Path};

use askama::Template;
use chrono::{DateTime, NaiveDate, Utc};
use domain::{
    FieldErrors, Locale, Order, PageRequest, Permissions, TimeZone, Writing, colour::Colour,
};
use serde_json::json;

use super::{
    chart::{Area, Bars, Chart, Meter, Svg, Tone, spark},
    choice::Choice,
    diff::{Line, diff},
    format::Format,
    list::{Address, FilterOption, Pager, Sort, Tab, chosen},
    shell::{Bare, Look, Person, Place, Shell, Toast},
};

#[derive(Template)]
#[template(path = "samples/components.html")]
struct Components {
    shell: Shell,
    spark_one: Svg,
    spark_two: Svg,
    spark_three: Svg,
    spark_four: Svg,
    area: Chart,
    bars: Chart,
    meters: Vec<Meter>,
    errors: FieldErrors,
    typed: String,
    choices: Vec<Choice>,
    changes: Vec<Line>,
}

#[derive(Template)]
#[template(path = "samples/list.html")]
struct List {
    shell: Shell,
    tabs: Vec<Tab>,
    options: Vec<FilterOption>,
    told: String,
    sort: Sort,
    sort_last: Sort,
    names: Vec<(String, &'static str)>,
    pager: Pager,
}

#[derive(Template)]
#[template(path = "samples/sheet.html")]
struct Sheet {
    shell: Shell,
    errors: FieldErrors,
    typed: String,
    choices: Vec<Choice>,
}

#[derive(Template)]
#[template(path = "samples/sign_in.html")]
struct SignIn {
    bare: Bare,
    errors: FieldErrors,
}

fn now() -> DateTime<Utc> {
    "2025-11-21T14:02:11Z".parse().unwrap()
}

fn look() -> Look {
    Look {
        name: "Acme <Corporation>".into(),
        host: "acme.localhost:8080".into(),
        primary: Colour::DEFAULT,
        secondary: None,
    }
}

fn shell(place: Place) -> Shell {
    let person = Person {
        id: "user_1".into(),
        name: "Jane Smith".into(),
        email: "jane.smith@acme.com".into(),
        writing: Writing::of(Locale::EnGb, TimeZone::UTC),
    };
    Shell::new(look(), person, Permissions::all(), place, now())
        .count(Place::Users, 245)
        .role("Owner")
}

fn format() -> Format {
    Format::new(Writing::of(Locale::EnGb, TimeZone::UTC), now())
}

fn wave(days: u32, base: f64) -> Vec<f64> {
    (0..days)
        .map(|day| {
            (base + f64::from(day * 37 % 23) * base / 40.0 + f64::from(day) * base / 90.0).round()
        })
        .collect()
}

fn choices() -> Vec<Choice> {
    vec![
        Choice::new("admin", "Admin"),
        Choice::new("member", "Member"),
    ]
}

fn leave(name: &str, page: &str) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/samples");
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join(name), page).unwrap();
    for forbidden in [
        "style=\"",
        "hx-on",
        "onclick",
        "javascript:",
        "<Corporation>",
    ] {
        assert!(!page.contains(forbidden), "{name} holds {forbidden}");
    }
}

#[test]
fn components_render() {
    let first = NaiveDate::from_ymd_opt(2025, 10, 26).unwrap();
    let calls = Area {
        unit: "calls".into(),
        values: wave(25, 10_600.0),
        before: wave(25, 8_000.0),
        ahead: wave(9, 13_000.0),
        whole: None,
        limit: Some(20_000.0),
    };
    let bars = Bars {
        unit: "signed in".into(),
        values: wave(14, 120.0),
        bad_unit: "failed".into(),
        bad: vec![
            0.0, 2.0, 3.0, 1.0, 0.0, 4.0, 0.0, 0.0, 1.0, 19.0, 0.0, 2.0, 0.0, 1.0,
        ],
    };
    let page = Components {
        shell: shell(Place::Overview).toasts(vec![
            Toast::done("Hannah Weiss suspended")
                .text("Signed out of 2 devices.")
                .undo("/undo"),
            Toast::failed("Not saved", "Someone changed it first."),
        ]),
        spark_one: spark("one", &wave(20, 140.0), Tone::Brand),
        spark_two: spark("two", &wave(20, 90.0), Tone::Brand),
        spark_three: spark("three", &wave(20, 3.0), Tone::Muted),
        spark_four: spark("four", &[1.0, 1.0, 1.0], Tone::Muted),
        area: Chart::area(
            "api",
            "API calls per day",
            "15,420 a day on average",
            first,
            calls,
            format(),
        ),
        bars: Chart::bars(
            "in",
            "Sign-ins",
            "Last 14 days, failures in red",
            first,
            bars,
            format(),
        ),
        meters: vec![
            Meter::new("Seats", 245, 1000, &format()).expecting(265.0),
            Meter::new("Roles", 4, 5, &format()),
            Meter::new("Imports", 5, 5, &format()),
        ],
        errors: FieldErrors::new().with("email", "Enter an address, like ana@acme.com"),
        typed: "\"><script>".into(),
        choices: choices(),
        changes: diff(
            Some(&json!({"role": "member"})),
            Some(&json!({"role": "admin", "x": [1]})),
        ),
    };
    let page = page.render().unwrap();
    assert!(!page.contains("\"><script>"), "typed text is escaped");
    leave("components.html", &page);
}

#[test]
fn a_list_renders() {
    let address = Address::new("/users", [("role", "admin")]);
    let option = |value: &str, checked| FilterOption {
        value: value.into(),
        label: value.into(),
        checked,
    };
    let options = vec![
        option("owner", true),
        option("admin", true),
        option("member", false),
    ];
    let tab = |label: &str, count: &str, current| Tab {
        label: label.into(),
        href: "/users".into(),
        count: count.into(),
        current,
    };
    let page = List {
        shell: shell(Place::Users),
        tabs: vec![
            tab("Everyone", "245", true),
            tab("Active", "231", false),
            tab("Invited", "6", false),
            tab("Suspended", "3", false),
        ],
        told: chosen(&options),
        options,
        sort: address.sort("name", "name", Order::Ascending),
        sort_last: address.sort("last", "name", Order::Ascending),
        names: [
            "Amara Nwosu",
            "Jane Smith",
            "Tom Okafor",
            "Mia Lindqvist",
            "John Doe",
            "Ravi Patel",
            "Lucía Fernández",
            "Kenji Watanabe",
            "Hannah Weiss",
            "Omar Haddad",
        ]
        .into_iter()
        .enumerate()
        .map(|(index, name)| (format!("menu-{index}"), name))
        .collect(),
        pager: Pager::new(
            &address,
            &PageRequest::new(1, 25).unwrap().answer(245),
            &format(),
        ),
    };
    leave("list.html", &page.render().unwrap());
}

#[test]
fn a_sheet_renders() {
    let errors = FieldErrors::new().with("emails", "Enter at least one address");
    let page = Sheet {
        shell: shell(Place::Users).titled("Invite people"),
        errors,
        typed: String::new(),
        choices: choices(),
    };
    leave("sheet.html", &page.render().unwrap());
}

#[test]
fn sign_in_renders() {
    let page = SignIn {
        bare: Bare::new(look(), "Sign in"),
        errors: FieldErrors::new(),
    };
    leave("sign_in.html", &page.render().unwrap());
}
