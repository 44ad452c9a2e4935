//! The tables that are named on the command line, read as PostgreSQL reads names: folded to lower case unless quoted.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A table's name as it was given.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TableName {
    /// Its schema; the search path decides where none is named.
    pub schema: Option<String>,
    /// Its own name.
    pub name: String,
}

impl fmt::Display for TableName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.schema {
            Some(schema) => write!(f, "{schema}.{}", self.name),
            None => f.write_str(&self.name),
        }
    }
}

/// Why a list of names cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadNames {
    /// A quotation mark that is not closed.
    #[error("a quotation mark is not closed")]
    Open,
    /// A name that is empty.
    #[error("a name is empty")]
    Empty,
    /// More parts than schema and name.
    #[error("{0} has more parts than a schema and a name")]
    Parts(String),
    /// Something between a quoted name and the next comma.
    #[error("{0} needs quotation marks around the whole name")]
    Mixed(String),
}

/// Reads `accounts, audit."System Logs"`.
///
/// # Errors
/// See [`BadNames`].
pub fn table_names(text: &str) -> Result<Vec<TableName>, BadNames> {
    let mut letters = text.chars().peekable();
    let (mut names, mut parts) = (Vec::new(), Vec::new());
    loop {
        parts.push(part(&mut letters)?);
        match letters.next() {
            Some('.') => continue,
            end => {
                names.push(name(std::mem::take(&mut parts))?);
                if end.is_none() {
                    return Ok(names);
                }
            }
        }
    }
}

type Letters<'t> = std::iter::Peekable<std::str::Chars<'t>>;

/// One part of a name; what ends it is left to be read.
fn part(letters: &mut Letters<'_>) -> Result<String, BadNames> {
    while letters.next_if(|letter| letter.is_whitespace()).is_some() {}
    let part = if letters.next_if_eq(&'"').is_some() {
        let part = quoted(letters)?;
        while letters.next_if(|letter| letter.is_whitespace()).is_some() {}
        if !matches!(letters.peek(), None | Some('.' | ',')) {
            return Err(BadNames::Mixed(part));
        }
        part
    } else {
        let mut part = String::new();
        while let Some(letter) = letters.next_if(|letter| !matches!(letter, '.' | ',')) {
            if letter == '"' {
                return Err(BadNames::Mixed(part));
            }
            part.push(letter.to_ascii_lowercase());
        }
        part.trim_end().to_owned()
    };
    if part.is_empty() {
        return Err(BadNames::Empty);
    }
    Ok(part)
}

/// The rest of a quoted name, in which a doubled mark stands for one.
fn quoted(letters: &mut Letters<'_>) -> Result<String, BadNames> {
    let mut part = String::new();
    while let Some(letter) = letters.next() {
        if letter != '"' {
            part.push(letter);
        } else if letters.next_if_eq(&'"').is_some() {
            part.push('"');
        } else {
            return Ok(part);
        }
    }
    Err(BadNames::Open)
}

fn name(mut parts: Vec<String>) -> Result<TableName, BadNames> {
    match (parts.pop(), parts.pop(), parts.pop()) {
        (Some(name), schema, None) => Ok(TableName { schema, name }),
        (name, ..) => Err(BadNames::Parts(name.unwrap_or_default())),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]
    use super::*;
    use proptest::prelude::*;

    fn plain(text: &str) -> Vec<String> {
        let names = table_names(text).unwrap();
        names.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn names_are_read_as_sql_reads_them() {
        assert_eq!(plain("Accounts, public.Tx"), ["accounts", "public.tx"]);
        assert_eq!(plain(r#""A ""b"", c" , "S".T"#), [r#"A "b", c"#, "S.t"]);
        assert_eq!(table_names("a,,b"), Err(BadNames::Empty));
        assert_eq!(table_names(r#""a"#), Err(BadNames::Open));
        assert_eq!(table_names("a.b.c"), Err(BadNames::Parts("c".to_owned())));
        assert_eq!(table_names(r#"a"b""#), Err(BadNames::Mixed("a".to_owned())));
        assert_eq!(table_names(r#""a"b"#), Err(BadNames::Mixed("a".to_owned())));
    }

    proptest! {
        #[test]
        fn any_name_comes_through_quotation(names in proptest::collection::vec("\\PC{1,20}", 1..5)) {
            let text: Vec<String> = names.iter().map(|name| format!("\"{}\"", name.replace('"', "\"\""))).collect();
            let read = table_names(&text.join(",")).unwrap();
            let read: Vec<String> = read.into_iter().map(|one| one.name).collect();
            prop_assert_eq!(read, names);
        }

        #[test]
        fn no_text_panics(text in "\\PC*") {
            let _ = table_names(&text);
        }
    }
}
