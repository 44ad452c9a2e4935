//! The TOML file as a flat list of keys, each with its line. Nothing here knows which keys exist.

use std::{collections::BTreeMap, path::Path};

use toml::de::{DeTable, DeValue};

use super::{Fault, Origin};

/// A value as written: one text, or a list of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Raw {
    Text(String),
    List(Vec<String>),
}

/// Reads the text into `section.key` → value and origin.
pub(super) fn flatten(
    path: &Path,
    text: &str,
) -> Result<BTreeMap<String, (Raw, Origin)>, Vec<Fault>> {
    let at = |offset: usize| Origin::File {
        path: path.to_path_buf(),
        line: line_of(text, offset),
    };
    let (table, errors) = DeTable::parse_recoverable(text);
    if !errors.is_empty() {
        return Err(errors
            .iter()
            .map(|error| {
                let offset = error.span().map_or(0, |span| span.start);
                Fault::new(
                    "",
                    at(offset),
                    format!("is not valid TOML: {}", error.message()),
                )
            })
            .collect());
    }
    let mut keys = BTreeMap::new();
    let mut faults = Vec::new();
    walk("", table.get_ref(), &at, &mut keys, &mut faults);
    if faults.is_empty() {
        Ok(keys)
    } else {
        Err(faults)
    }
}

fn walk(
    prefix: &str,
    table: &DeTable<'_>,
    at: &dyn Fn(usize) -> Origin,
    keys: &mut BTreeMap<String, (Raw, Origin)>,
    faults: &mut Vec<Fault>,
) {
    for (name, value) in table {
        let key = if prefix.is_empty() {
            name.get_ref().to_string()
        } else {
            format!("{prefix}.{}", name.get_ref())
        };
        let origin = at(name.span().start);
        if let DeValue::Table(inner) = value.get_ref() {
            walk(&key, inner, at, keys, faults);
            continue;
        }
        let raw = match value.get_ref() {
            DeValue::Array(items) => items
                .iter()
                .map(|item| scalar(item.get_ref()))
                .collect::<Option<_>>()
                .map(Raw::List),
            other => scalar(other).map(Raw::Text),
        };
        match raw {
            Some(raw) => {
                keys.insert(key, (raw, origin));
            }
            None => faults.push(Fault::new(
                key,
                origin,
                "holds a list inside a list; give plain values",
            )),
        }
    }
}

fn scalar(value: &DeValue<'_>) -> Option<String> {
    match value {
        DeValue::String(text) => Some(text.to_string()),
        DeValue::Integer(number) => Some(number.to_string()),
        DeValue::Float(number) => Some(number.to_string()),
        DeValue::Boolean(yes) => Some(yes.to_string()),
        DeValue::Datetime(time) => Some(time.to_string()),
        DeValue::Array(_) | DeValue::Table(_) => None,
    }
}

fn line_of(text: &str, offset: usize) -> usize {
    text.bytes()
        .take(offset)
        .filter(|byte| *byte == b'\n')
        .count()
        + 1
}
