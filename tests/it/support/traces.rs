//! What routes leave in a log: the table of them, and that each entry tells what it must and no secret.

use std::fmt::Write as _;

use diesel::RunQueryDsl as _;
use diesel::prelude::QueryableByName;
use diesel::sql_types::{Bool, Text};

use super::app::{self, App};
use super::cast::PASSWORD;
use super::postgres::query;

/// The password that is set where a route sets one.
pub(crate) const NEW: &str = "copper meadow violin";

/// Posts, each with why: those that are not carried out here, and those that leave no entry.
pub(crate) struct Excused {
    pub(crate) elsewhere: &'static [(&'static str, &'static str)],
    pub(crate) silent: &'static [(&'static str, &'static str)],
}

/// Uses each of these posts once, each in a portal of its own, and writes down what it left in the log.
pub(crate) fn table(
    head: &str,
    posts: impl Iterator<Item = &'static str>,
    excused: &Excused,
    deed: impl Fn(&App, &str) -> Vec<String>,
    told: impl Fn(&App),
) -> String {
    let mut table = head.to_owned();
    for path in posts {
        writeln!(table, "{path}").unwrap();
        if let Some((_, why)) = excused.elsewhere.iter().find(|one| one.0 == path) {
            writeln!(table, "    elsewhere: {why}").unwrap();
            continue;
        }
        let app = app::start();
        app.leaves_jobs();
        let left = deed(&app, path);
        let silent = excused.silent.iter().find(|one| one.0 == path);
        assert_eq!(left.is_empty(), silent.is_some(), "{path}: {left:?}");
        if let Some((_, why)) = silent {
            writeln!(table, "    none: {why}").unwrap();
        }
        for line in left {
            writeln!(table, "    {line}").unwrap();
        }
        told(&app);
    }
    table
}

#[derive(QueryableByName)]
struct Told {
    #[diesel(sql_type = Text)]
    entry: String,
    #[diesel(sql_type = Bool)]
    told: bool,
}

/// Every one of these entries says when, by whom, from where and in which request, and holds no secret.
pub(crate) fn all_is_told(app: &App, entries: &str, secrets: &[&str]) {
    let text = format!(
        "select e::text as entry, e.request_id <> '00000000-0000-0000-0000-000000000000' and e.address is not null \
           and (e.actor_kind = 'anonymous') = (e.actor_id is null) and e.target_kind <> '' and e.target_name <> '' as told \
         from {entries}"
    );
    let there = |mut place| query(&text).load::<Told>(&mut place).unwrap();
    for one in app.places().into_iter().flat_map(there) {
        assert!(one.told, "{}", one.entry);
        for secret in [PASSWORD, NEW, "argon2", "rst_", "inv_", "ses_0", "dev_"]
            .iter()
            .chain(secrets)
        {
            assert!(!one.entry.contains(secret), "{secret}: {}", one.entry);
        }
    }
}
