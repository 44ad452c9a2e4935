//! Going through a long list by cursor: each answer names the place at which the next one goes on.

use domain::FieldErrors;
use services::VerbError;

/// The place that a cursor names; none at the beginning, for which the cursor is empty.
///
/// # Errors
/// A cursor that no answer gave.
pub(super) fn place<T>(
    cursor: &str,
    read: impl FnOnce(&str) -> Option<T>,
) -> Result<Option<T>, VerbError> {
    if cursor.is_empty() {
        return Ok(None);
    }
    read(cursor).map(Some).ok_or_else(|| {
        FieldErrors::one("cursor", "Send the next_cursor of the answer before.").into()
    })
}

/// How many rows to ask for where an answer holds so many: one more says whether another answer follows.
pub(super) const fn ask(size: i64) -> i64 {
    size.saturating_add(1)
}

/// The rows of an answer, and what to go on with behind them: nothing where there was no row more.
pub(super) fn cut<T>(
    mut rows: Vec<T>,
    size: i64,
    cursor: impl FnOnce(&T) -> String,
) -> (Vec<T>, Option<String>) {
    let size = usize::try_from(size).unwrap_or(usize::MAX);
    let more = rows.len() > size;
    rows.truncate(size);
    let next = rows.last().filter(|_| more).map(cursor);
    (rows, next)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_cursor_begins_and_nonsense_is_refused() {
        let number = |text: &str| text.parse::<i64>().ok();
        assert!(matches!(place("", number), Ok(None)));
        assert!(matches!(place("7", number), Ok(Some(7))));
        assert!(place("x", number).is_err());
    }

    #[test]
    fn only_an_answer_with_a_row_behind_it_goes_on() {
        let cut = |rows: Vec<i32>| cut(rows, 2, i32::to_string);
        assert_eq!(ask(2), 3);
        assert_eq!(cut(vec![1, 2, 3]), (vec![1, 2], Some("2".to_owned())));
        assert_eq!(cut(vec![1, 2]), (vec![1, 2], None));
        assert_eq!(cut(vec![1]), (vec![1], None));
        assert_eq!(cut(Vec::new()), (Vec::new(), None));
    }
}
