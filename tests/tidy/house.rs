//! The house's own rules that no compiler keeps: who may name whom, how long a file may be, what it says
//! first, and which words are no names. What is over a limit today is in `excess.txt`, which may only shrink.

#![allow(clippy::unwrap_used, reason = "a failed test should say where")]

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::templates::{files, root};

/// The files of the product in this folder, without their tests.
fn code(folder: &str) -> Vec<(String, String)> {
    files(folder, &["rs"])
        .into_iter()
        .filter(|(name, _)| {
            !name.ends_with("tests.rs")
                && !name.ends_with("samples.rs")
                && !name.contains("/tests/")
        })
        .map(|(name, text)| {
            let own = text
                .split("#[cfg(test)]\nmod ")
                .next()
                .unwrap_or_default()
                .to_owned();
            (name, own)
        })
        .collect()
}

fn everything() -> Vec<(String, String)> {
    [
        "src",
        "crates/domain/src",
        "crates/store/src",
        "crates/outside/src",
        "crates/services/src",
    ]
    .into_iter()
    .flat_map(code)
    .collect()
}

/// The lines that are no comment and hold one of these.
fn lines_with<'t>(text: &'t str, words: &[&str]) -> Vec<&'t str> {
    let is_code = |line: &&str| !line.trim_start().starts_with("//");
    let holds = |line: &&str| words.iter().any(|word| line.contains(word));
    text.lines().filter(is_code).filter(holds).collect()
}

fn none(complaints: &[String]) {
    assert!(complaints.is_empty(), "\n{}", complaints.join("\n"));
}

#[test]
fn the_doors_name_neither_the_store_nor_sql() {
    let mut complaints = Vec::new();
    for (name, text) in code("src") {
        let words = [
            "store::",
            "diesel::",
            "use store",
            "use diesel",
            "sql_query",
            "PgConnection",
        ];
        for line in lines_with(&text, &words) {
            // `app.store` is the guard, which `services` hands on.
            complaints.push(format!("{name}: {}", line.trim()));
        }
    }
    none(&complaints);
}

#[test]
fn the_floors_name_nothing_above_them() {
    let mut complaints = Vec::new();
    for (folder, words) in [
        (
            "crates/domain/src",
            &[
                "store::",
                "outside::",
                "services::",
                "tenantry::",
                "std::env",
                "std::fs",
                "std::net::Tcp",
            ][..],
        ),
        (
            "crates/store/src",
            &["outside::", "services::", "tenantry::", "actix", "std::env"],
        ),
        (
            "crates/outside/src",
            &["store::", "services::", "tenantry::", "actix", "diesel"],
        ),
        (
            "crates/services/src",
            &["tenantry::", "actix", "std::env", "diesel"],
        ),
    ] {
        for (name, text) in code(folder) {
            for line in lines_with(&text, words) {
                complaints.push(format!("{name}: {}", line.trim()));
            }
        }
    }
    none(&complaints);
}

#[test]
fn only_the_store_speaks_sql_and_only_one_of_its_modules_from_text() {
    let mut complaints = Vec::new();
    for (name, text) in code("crates/store/src") {
        if !name.ends_with("store/src/raw.rs") {
            for line in lines_with(&text, &["sql_query("]) {
                complaints.push(format!("{name}: {}", line.trim()));
            }
        }
    }
    none(&complaints);
}

#[test]
fn every_file_says_first_what_lives_in_it() {
    let silent: Vec<String> = everything()
        .into_iter()
        .chain(files("tests", &["rs"]))
        .filter(|(_, text)| !text.starts_with("//!"))
        .map(|(name, _)| name)
        .collect();
    none(&silent);
}

#[test]
fn names_say_what_a_thing_is() {
    let mut complaints = Vec::new();
    for (name, text) in everything() {
        for line in lines_with(
            &text,
            &[
                "fn get_",
                "_manager(",
                "_manager:",
                "mod utils",
                "mod helpers",
                "mod common",
                "struct Manager",
            ],
        ) {
            complaints.push(format!("{name}: {}", line.trim()));
        }
    }
    none(&complaints);
}

#[test]
fn the_table_of_contents_is_the_only_place_with_routes() {
    let mut complaints = Vec::new();
    for (name, text) in code("src") {
        if !["src/routes.rs", "src/route.rs", "src/routes/api.rs"].contains(&name.as_str()) {
            for line in lines_with(
                &text,
                &[
                    "web::resource(",
                    "web::scope(",
                    ".service(",
                    "#[get(",
                    "#[post(",
                ],
            ) {
                complaints.push(format!("{name}: {}", line.trim()));
            }
        }
    }
    none(&complaints);
}

/// Lines that a file of this place may have.
fn limit(name: &str) -> usize {
    if name.starts_with("src/")
        && !name.starts_with("src/config")
        && !name.starts_with("src/routes")
    {
        200
    } else {
        300
    }
}

#[test]
fn no_file_is_longer_than_its_floor_allows() {
    let excess: BTreeMap<String, usize> = everything()
        .into_iter()
        .filter(|(name, _)| !name.contains("/schema/"))
        .map(|(name, text)| (name, text.lines().count()))
        .filter(|(name, lines)| *lines > limit(name))
        .collect();
    let kept = std::fs::read_to_string(root().join("tests/tidy/excess.txt")).unwrap_or_default();
    let known: BTreeMap<&str, usize> = kept
        .lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| line.split_once(' '))
        .filter_map(|(lines, name)| Some((name, lines.parse().ok()?)))
        .collect();
    let mut complaints = String::new();
    for (name, lines) in &excess {
        let most = known
            .get(name.as_str())
            .copied()
            .unwrap_or_else(|| limit(name));
        if *lines > most {
            writeln!(
                complaints,
                "{lines} {name}: at most {most}; split it by naming the operation"
            )
            .unwrap();
        }
    }
    for name in known.keys().filter(|name| !excess.contains_key(**name)) {
        writeln!(
            complaints,
            "{name} is within its limit now; drop its line in excess.txt"
        )
        .unwrap();
    }
    assert!(complaints.is_empty(), "\n{complaints}");
}

#[test]
fn each_shape_of_the_api_has_a_name_of_its_own() {
    // The description holds one shape a name: the second of a name would stand in for the first.
    let mut found: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (name, text) in code("src/api") {
        let mut lines = text.lines();
        while let Some(line) = lines.next() {
            if !(line.starts_with("#[derive(") && line.contains("ToSchema")) {
                continue;
            }
            let shape = lines
                .find_map(|line| {
                    line.strip_prefix("pub struct ")
                        .or(line.strip_prefix("pub enum "))
                })
                .unwrap();
            let word = shape
                .split(|letter: char| !letter.is_alphanumeric())
                .next()
                .unwrap();
            found.entry(word.to_owned()).or_default().push(name.clone());
        }
    }
    assert!(found.len() > 50, "only {} shapes were found", found.len());
    let twice = found.iter().filter(|(_, places)| places.len() > 1);
    none(
        &twice
            .map(|(word, places)| format!("{word}: {places:?}"))
            .collect::<Vec<_>>(),
    );
}
