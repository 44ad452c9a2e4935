//! The one place where names and values of the operator's own become text of a statement.

/// A name, whatever is in it.
pub(super) fn name(text: &str) -> String {
    format!("\"{}\"", text.replace('"', "\"\""))
}

/// A name in a schema.
pub(super) fn within(schema: &str, text: &str) -> String {
    format!("{}.{}", name(schema), name(text))
}

/// A value as text; right whether or not the server takes a backslash for one.
pub(super) fn value(text: &str) -> String {
    let quoted = text.replace('\'', "''");
    if quoted.contains('\\') {
        format!("E'{}'", quoted.replace('\\', "\\\\"))
    } else {
        format!("'{quoted}'")
    }
}

/// Names with commas between them, each with something before it.
pub(super) fn names<'n>(before: &str, all: impl IntoIterator<Item = &'n str>) -> String {
    let all: Vec<String> = all
        .into_iter()
        .map(|one| format!("{before}{}", name(one)))
        .collect();
    all.join(", ")
}

/// The name of what stands beside something until the end: no longer than PostgreSQL's names are, and of that thing alone.
pub(super) fn beside(schema: &str, table: &str, old: &str) -> String {
    use sha2::{Digest, Sha256};
    const LONGEST: usize = 63;
    let mut hash = Sha256::new();
    for part in [schema, table, old] {
        hash.update(part.as_bytes());
        hash.update([0]);
    }
    let hash = data_encoding::HEXLOWER.encode(hash.finalize().get(..4).unwrap_or_default());
    let tail = format!("_tnt_{hash}");
    let mut begin = old.to_owned();
    while begin.len() + tail.len() > LONGEST {
        begin.pop();
    }
    begin + &tail
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_would_end_a_name_or_value_is_doubled() {
        assert_eq!(name("Plain Words"), "\"Plain Words\"");
        assert_eq!(name("a\"; drop"), "\"a\"\"; drop\"");
        assert_eq!(within("S", "t\"x"), "\"S\".\"t\"\"x\"");
        assert_eq!(value("it's"), "'it''s'");
        assert_eq!(value("a\\'b"), "E'a\\\\''b'");
        assert_eq!(names("t.", ["a", "B"]), "t.\"a\", t.\"B\"");
    }

    #[test]
    fn what_stands_beside_has_a_name_of_its_own_that_fits() {
        let long = "é".repeat(31);
        assert!(beside("s", "t", &long).len() <= 63);
        assert_ne!(beside("s", "t", &long), beside("s", "u", &long));
        assert_ne!(beside("s", "ta", "b"), beside("s", "t", "ab"));
        assert_eq!(beside("s", "t", "pkey"), beside("s", "t", "pkey"));
    }
}
