//! Templates and browser files: what the content policy forbids, what is too long, icons and
//! stylesheets that do not exist.

#![allow(clippy::unwrap_used, reason = "a failed test should say where")]

use std::{
    fs,
    path::{Path, PathBuf},
};

pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Every file below this folder with one of these endings, and its text.
pub(crate) fn files(folder: &str, endings: &[&str]) -> Vec<(String, String)> {
    let mut left: Vec<PathBuf> = vec![root().join(folder)];
    let mut found = Vec::new();
    while let Some(path) = left.pop() {
        if path.is_dir() {
            left.extend(
                fs::read_dir(&path)
                    .unwrap()
                    .map(|entry| entry.unwrap().path()),
            );
        } else if path
            .extension()
            .is_some_and(|ending| endings.iter().any(|known| *known == ending))
        {
            let name = path.strip_prefix(root()).unwrap().display().to_string();
            found.push((name, fs::read_to_string(&path).unwrap()));
        }
    }
    assert!(!found.is_empty(), "{folder} holds nothing to look at");
    found
}

/// Letters of mail are HTML too, but no page: they have no policy and need their styles inline.
fn pages() -> Vec<(String, String)> {
    let mut pages = files("templates", &["html"]);
    pages.retain(|(name, _)| !name.starts_with("templates/mail/"));
    pages
}

fn complaints(files: &[(String, String)], check: impl Fn(&str) -> Option<String>) -> Vec<String> {
    let mut list = Vec::new();
    for (name, text) in files {
        for (number, line) in text.lines().enumerate() {
            list.extend(check(line).map(|what| format!("{name}:{}: {what}", number + 1)));
        }
    }
    list
}

#[test]
fn pages_hold_nothing_that_the_policy_forbids() {
    const FORBIDDEN: &[&str] = &[
        "style=\"",
        "style='",
        "<style",
        "hx-on",
        "hx-live",
        "hx-vars",
        "js:",
        "javascript:",
        "onclick=",
        "onsubmit=",
        "onchange=",
        "oninput=",
        "onload=",
        "onerror=",
        "|safe",
        "| safe",
        "http://",
        "https://",
    ];
    let list = complaints(&pages(), |line| {
        let lower = line.to_lowercase();
        let word = FORBIDDEN.iter().find(|word| lower.contains(**word))?;
        Some(format!("holds {word}"))
    });
    assert_eq!(list, Vec::<String>::new());
}

#[test]
fn scripts_are_files_and_triggers_have_no_filter() {
    let list = complaints(&pages(), |line| {
        let inline = line
            .split("<script")
            .skip(1)
            .any(|rest| !rest.trim_start().starts_with("src="));
        let mut triggers = line
            .split("hx-trigger")
            .skip(1)
            .filter_map(|rest| rest.split('"').nth(1));
        let filter = triggers.any(|value| value.contains('['));
        (inline || filter).then(|| "a script in the page, or a trigger filter".to_owned())
    });
    assert_eq!(list, Vec::<String>::new());
}

#[test]
fn scripts_make_no_code_out_of_text() {
    const FORBIDDEN: &[&str] = &[
        "eval(",
        "new Function",
        "innerHTML",
        "outerHTML",
        "insertAdjacentHTML",
        "document.write",
    ];
    let list = complaints(&files("static", &["js"]), |line| {
        let word = FORBIDDEN.iter().find(|word| line.contains(**word))?;
        Some(format!("holds {word}"))
    });
    assert_eq!(list, Vec::<String>::new());
}

#[test]
fn no_template_is_longer_than_a_screen_or_two() {
    let long = pages()
        .into_iter()
        .filter(|(_, text)| text.lines().count() > 120)
        .map(|(name, _)| name);
    assert_eq!(long.collect::<Vec<_>>(), Vec::<String>::new());
}

#[test]
fn every_form_says_how_it_is_sent() {
    let list = complaints(&pages(), |line| {
        let silent = line.split("<form").skip(1).any(|rest| {
            let tag = rest.split("{{ action }}").next().unwrap_or(rest);
            !tag.contains("method=")
        });
        silent.then(|| "a form without a method".to_owned())
    });
    assert_eq!(list, Vec::<String>::new());
}

#[test]
fn every_icon_that_a_page_names_exists() {
    let list = complaints(&pages(), |line| {
        let names = line
            .split("icon(\"")
            .skip(1)
            .filter_map(|rest| rest.split('"').next());
        let unknown: Vec<_> = names
            .filter(|name| !tenantry::web::icon::exists(name))
            .collect();
        (!unknown.is_empty()).then(|| format!("no icon is called {unknown:?}"))
    });
    assert_eq!(list, Vec::<String>::new());
}

#[test]
fn nothing_of_a_registry_is_in_the_lock_file() {
    let lock = fs::read_to_string(root().join("static/vendor/package-lock.json")).unwrap();
    assert!(
        !lock.contains("\"resolved\""),
        "make it with --omit-lockfile-registry-resolved"
    );
    assert!(lock.contains("\"integrity\": \"sha512-"));
}
