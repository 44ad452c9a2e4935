//! What changed between two states, line by line, as the audit log shows it.

use serde_json::Value;

/// One field that changed, appeared or went.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// The field's path, `preferences.locale`.
    pub field: String,
    /// What it was.
    pub before: Option<String>,
    /// What it is.
    pub after: Option<String>,
}

/// The fields that differ, in order of their names; objects are compared field by field.
#[must_use]
pub fn diff(before: Option<&Value>, after: Option<&Value>) -> Vec<Line> {
    let mut lines = Vec::new();
    compare(String::new(), before, after, &mut lines);
    lines
}

fn compare(field: String, before: Option<&Value>, after: Option<&Value>, lines: &mut Vec<Line>) {
    let before = before.filter(|value| !value.is_null());
    let after = after.filter(|value| !value.is_null());
    if before == after {
        return;
    }
    let objects = (
        before.and_then(Value::as_object),
        after.and_then(Value::as_object),
    );
    let mixed = before.is_some_and(|v| !v.is_object()) || after.is_some_and(|v| !v.is_object());
    if mixed {
        let told = |value: Option<&Value>| value.map(ToString::to_string);
        lines.push(Line {
            field,
            before: told(before),
            after: told(after),
        });
        return;
    }
    let keys = objects
        .0
        .into_iter()
        .chain(objects.1)
        .flat_map(|object| object.keys());
    let mut keys: Vec<&String> = keys.collect();
    keys.sort_unstable();
    keys.dedup();
    for key in keys {
        let path = if field.is_empty() {
            key.clone()
        } else {
            format!("{field}.{key}")
        };
        let part = |value: Option<&'_ Value>| value.and_then(|v| v.get(key)).cloned();
        compare(path, part(before).as_ref(), part(after).as_ref(), lines);
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn line(field: &str, before: Option<&str>, after: Option<&str>) -> Line {
        Line {
            field: field.into(),
            before: before.map(Into::into),
            after: after.map(Into::into),
        }
    }

    #[test]
    fn only_what_differs_is_told() {
        let before = json!({"name": "Ana", "role": "member", "preferences": {"locale": "en-GB", "zone": "UTC"}});
        let after = json!({"name": "Ana", "role": "admin", "preferences": {"locale": "de-DE", "zone": "UTC"}, "x": null});
        assert_eq!(
            diff(Some(&before), Some(&after)),
            [
                line("preferences.locale", Some("\"en-GB\""), Some("\"de-DE\"")),
                line("role", Some("\"member\""), Some("\"admin\"")),
            ]
        );
        assert_eq!(
            diff(None, Some(&json!({"a": 1}))),
            [line("a", None, Some("1"))]
        );
        assert_eq!(
            diff(Some(&json!([1])), Some(&json!({"a": 1}))),
            [line("", Some("[1]"), Some("{\"a\":1}"))]
        );
        assert_eq!(diff(None, None), []);
    }
}
