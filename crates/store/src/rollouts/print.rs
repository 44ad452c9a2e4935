//! What a schema is made of, line by line and without its own name, so that two schemas can be compared.

use std::collections::BTreeMap;

use diesel::prelude::*;
use diesel::sql_types::{Nullable, Text};

use super::drift::DriftFinding;
use crate::raw;

/// What a schema is made of, by kind and name.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Print(BTreeMap<(String, String), String>);

#[derive(QueryableByName)]
struct Line {
    #[diesel(sql_type = Text)]
    kind: String,
    #[diesel(sql_type = Text)]
    object: String,
    #[diesel(sql_type = Nullable<Text>)]
    definition: Option<String>,
}

pub(super) fn print(connection: &mut PgConnection, schema: &str) -> QueryResult<Print> {
    let lines: Vec<Line> = raw::query("select kind, object, definition from app.print($1)")
        .bind::<Text, _>(schema)
        .load(connection)?;
    let pair = |line: Line| {
        (
            (line.kind, line.object),
            line.definition.unwrap_or_default(),
        )
    };
    Ok(Print(lines.into_iter().map(pair).collect()))
}

impl Print {
    pub(super) fn findings(&self, found: &Self) -> Vec<DriftFinding> {
        let finding = |key: &(String, String), wanted: Option<&String>, found: Option<&String>| {
            DriftFinding {
                kind: key.0.clone(),
                object: key.1.clone(),
                wanted: wanted.cloned(),
                found: found.cloned(),
            }
        };
        let lost = self.0.iter().filter_map(|(key, wanted)| {
            let there = found.0.get(key);
            (there != Some(wanted)).then(|| finding(key, Some(wanted), there))
        });
        let more = found.0.iter().filter(|(key, _)| !self.0.contains_key(*key));
        lost.chain(more.map(|(key, there)| finding(key, None, Some(there))))
            .collect()
    }

    /// What is not in the other as it is here, and the other way, in words.
    pub(super) fn differences(&self, other: &Self) -> Vec<(String, String)> {
        let words = |finding: DriftFinding| {
            let detail = match (&finding.wanted, &finding.found) {
                (Some(_), None) => "is gone".to_owned(),
                (None, _) => "is left behind".to_owned(),
                (Some(wanted), Some(found)) => format!("was \"{wanted}\" and is \"{found}\""),
            };
            (format!("{} {}", finding.kind, finding.object), detail)
        };
        self.findings(other).into_iter().map(words).collect()
    }

    /// What became of the tables of this print in another one: they must be as they were.
    pub(super) fn unlike_in(&self, other: &Self) -> Vec<(String, String)> {
        let tables: Vec<&str> = self
            .0
            .keys()
            .filter(|(kind, _)| kind == "table")
            .map(|(_, name)| name.as_str())
            .collect();
        let ours = |object: &str| {
            let table = object.split(['.', ' ']).next().unwrap_or(object);
            tables.contains(&table)
        };
        // An index is named by itself.
        let indexed = |finding: &DriftFinding| {
            finding.kind == "index"
                && finding.found.as_deref().is_some_and(|found| {
                    let on = found.split(" ON ").nth(1).unwrap_or_default();
                    on.split(' ')
                        .next()
                        .is_some_and(|table| tables.contains(&table))
                })
        };
        let mut findings = self.findings(other);
        findings.retain(|finding| {
            finding.wanted.is_some()
                || (finding.kind != "index" && ours(&finding.object))
                || indexed(finding)
        });
        let words = |finding: DriftFinding| {
            (
                format!("{} {}", finding.kind, finding.object),
                "is a table of Tenantry's own: add a table of yours beside it".to_owned(),
            )
        };
        findings.into_iter().map(words).collect()
    }

    /// Columns whose type is another one.
    pub(super) fn types_changed(&self, other: &Self) -> Vec<(String, String)> {
        let kind = |definition: &str| {
            let end = [" not null", " default ", " generated "]
                .iter()
                .filter_map(|stop| definition.find(stop))
                .min();
            definition
                .get(..end.unwrap_or(definition.len()))
                .unwrap_or(definition)
                .to_owned()
        };
        let changed = self.0.iter().filter(|((what, _), _)| what == "column").filter_map(|(key, was)| {
            let is = other.0.get(key)?;
            let (was, is) = (kind(was), kind(is));
            (was != is).then(|| (key.1.clone(), format!("was {was} and becomes {is}: add a column, fill it, drop the old one later")))
        });
        changed.collect()
    }
}
