//! What a rollout would do, told without doing it.

use serde_json::{Value as Json, json};
use services::rollouts::{self, Forecast};

use crate::cli::Exit;
use crate::cli::talk::Talk;
use crate::cli::trouble::Trouble;

pub(super) fn forecast(talk: Talk, known: &Forecast) -> Result<Exit, Trouble> {
    let rows = known.migrations.iter().flat_map(|one| {
        let what = format!("{} {}", one.version, one.name);
        let none = one.locks.is_empty().then(|| {
            vec![
                what.clone(),
                String::new(),
                "keeps nobody from any table".to_owned(),
                String::new(),
            ]
        });
        let locks = one.locks.iter().map(move |lock| {
            let how = rollouts::words_of_lock(&lock.mode);
            let rewritten = if lock.rewritten {
                ", and the table is written anew"
            } else {
                ""
            };
            vec![
                what.clone(),
                lock.table.clone(),
                format!("{how}{rewritten}"),
                format!("{} rows at most", lock.rows),
            ]
        });
        none.into_iter().chain(locks).collect::<Vec<_>>()
    });
    let json: Vec<Json> = known
        .migrations
        .iter()
        .map(|one| {
            let locks = one.locks.iter().map(|lock| {
                json!({ "table": lock.table, "lock": lock.mode, "rewritten": lock.rewritten, "largest_rows": lock.rows, "largest_bytes": lock.bytes })
            });
            json!({ "version": one.version, "name": one.name, "locks": locks.collect::<Vec<_>>() })
        })
        .collect();
    let json = json!({
        "version": known.version,
        "schemas": known.schemas,
        "migrations": json,
        "estimated_seconds": known.takes.map(|takes| takes.as_secs_f64()),
    });
    if !talk.json {
        let takes = known.takes.map_or(
            "nothing was measured yet that would say how long it takes".to_owned(),
            |takes| {
                format!(
                    "about {:.1} s by what earlier ones took",
                    takes.as_secs_f64()
                )
            },
        );
        eprintln!(
            "{} schemas are not at {}; {takes}.",
            known.schemas, known.version
        );
    }
    talk.list(
        &["migration", "table", "meanwhile", "size"],
        rows.collect(),
        &json,
    )
}
