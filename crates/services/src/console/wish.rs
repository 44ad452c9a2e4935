//! What somebody asks, within what the operator allows. The text is looked at by nobody here but for its length.

use std::time::Duration;

use domain::FieldErrors;

/// The most characters of a question.
const LONGEST: usize = 20_000;
/// The most parameters.
const MOST_PARAMETERS: usize = 100;
/// The most bytes of one.
const LONGEST_PARAMETER: usize = 65_536;

/// What the operator allows. It wins over what a client asks for.
#[derive(Debug, Clone, Copy)]
pub struct Bounds {
    /// How long a question may take.
    pub limit: Duration,
    /// The most rows of an answer.
    pub rows: usize,
}

/// A question that may be asked.
#[derive(Debug, Clone)]
pub struct Wish {
    pub(super) text: String,
    pub(super) parameters: Vec<Option<String>>,
    pub(super) limit: Duration,
    pub(super) rows: usize,
}

impl Wish {
    /// Reads it. Too much time and too many rows are no error: the operator's bounds hold instead.
    ///
    /// # Errors
    /// What is wrong, field by field: `query`, `parameters`, `timeout_ms`, `limit_rows`.
    pub fn read(
        text: &str,
        parameters: Vec<Option<String>>,
        timeout_ms: Option<i64>,
        limit_rows: Option<i64>,
        bounds: Bounds,
    ) -> Result<Self, FieldErrors> {
        let mut errors = FieldErrors::new();
        if text.trim().is_empty() {
            errors.add("query", "Write a question, as SELECT name FROM users.");
        }
        if text.chars().count() > LONGEST {
            errors.add("query", format!("Write no more than {LONGEST} characters."));
        }
        if text.contains('\0') {
            errors.add("query", "Write text.");
        }
        if parameters.len() > MOST_PARAMETERS {
            errors.add(
                "parameters",
                format!("Give no more than {MOST_PARAMETERS}."),
            );
        }
        let odd = |value: &String| value.len() > LONGEST_PARAMETER || value.contains('\0');
        if parameters.iter().flatten().any(odd) {
            errors.add("parameters", "One is too long, or is no text.");
        }
        let limit = match timeout_ms {
            None => bounds.limit,
            Some(asked) if asked < 1 => {
                errors.add("timeout_ms", "Give at least 1.");
                bounds.limit
            }
            Some(asked) => bounds
                .limit
                .min(Duration::from_millis(u64::try_from(asked).unwrap_or(1))),
        };
        let rows = match limit_rows {
            None => bounds.rows,
            Some(asked) if asked < 1 => {
                errors.add("limit_rows", "Give at least 1.");
                bounds.rows
            }
            Some(asked) => bounds
                .rows
                .min(usize::try_from(asked).unwrap_or(bounds.rows)),
        };
        if !errors.is_empty() {
            return Err(errors);
        }
        Ok(Self {
            text: text.to_owned(),
            parameters,
            limit,
            rows,
        })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    const BOUNDS: Bounds = Bounds {
        limit: Duration::from_secs(10),
        rows: 1_000,
    };

    #[test]
    fn sql_07_the_operators_bounds_win() {
        let wish = Wish::read(
            "select 1",
            Vec::new(),
            Some(3_600_000),
            Some(1_000_000_000),
            BOUNDS,
        );
        let wish = wish.unwrap();
        assert_eq!((wish.limit, wish.rows), (BOUNDS.limit, BOUNDS.rows));
        let wish = Wish::read("select 1", Vec::new(), Some(250), Some(5), BOUNDS).unwrap();
        assert_eq!((wish.limit, wish.rows), (Duration::from_millis(250), 5));
        let wrong = Wish::read(" ", Vec::new(), Some(0), Some(-1), BOUNDS).unwrap_err();
        assert_eq!(wrong.iter().count(), 3);
    }
}
