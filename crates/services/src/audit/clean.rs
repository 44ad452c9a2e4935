//! What may stand in the log: no secrets, no control characters, nothing endless.

use serde_json::{Map, Value as Json};

/// The most characters of one text.
const LONGEST: usize = 500;
/// What a secret's value becomes.
const HIDDEN: &str = "•••";
/// A field with one of these in its name never shows its value.
const SECRETS: &[&str] = &[
    "password",
    "secret",
    "token",
    "hash",
    "cookie",
    "credential",
    "otp",
    "link",
];

/// One line of text: control and direction-changing characters are spelled out, so that no name or
/// device forges a second line, a terminal command or a JSON string.
pub(crate) fn line(text: &str) -> String {
    let mut clean = String::with_capacity(text.len());
    for (place, c) in text.chars().enumerate() {
        if place >= LONGEST {
            clean.push('…');
            break;
        }
        let hidden = matches!(c, '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}');
        if c.is_control() || hidden {
            clean.extend(c.escape_default());
        } else {
            clean.push(c);
        }
    }
    clean
}

/// The fields of a change, without the values of secrets.
pub(crate) fn fields(value: Json) -> Json {
    match value {
        Json::Object(fields) => Json::Object(fields.into_iter().map(field).collect::<Map<_, _>>()),
        Json::Array(items) => Json::Array(items.into_iter().map(self::fields).collect()),
        Json::String(text) => Json::String(line(&text)),
        other => other,
    }
}

fn field((name, value): (String, Json)) -> (String, Json) {
    let folded = name.to_lowercase();
    let value = if SECRETS.iter().any(|secret| folded.contains(secret)) && !value.is_null() {
        Json::String(HIDDEN.to_owned())
    } else {
        fields(value)
    };
    (line(&name), value)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn secrets_lose_their_values_at_any_depth() {
        let change = json!({"name": "Ada", "passwordHash": "$argon2id$", "deep": [{"reset_token": "rst_x", "note": null}], "secret": null});
        assert_eq!(
            fields(change),
            json!({"name": "Ada", "passwordHash": HIDDEN, "deep": [{"reset_token": HIDDEN, "note": null}], "secret": null})
        );
    }

    #[test]
    fn aud_06_no_text_forges_a_line() {
        assert_eq!(
            line("a\r\n{\"x\":1}\u{1b}[2J\0\u{202e}b"),
            "a\\r\\n{\"x\":1}\\u{1b}[2J\\u{0}\\u{202e}b"
        );
        assert_eq!(line(&"x".repeat(10_000)).chars().count(), LONGEST + 1);
        assert_eq!(line("Zoë 👩‍🚀 李"), "Zoë 👩‍🚀 李");
    }
}
