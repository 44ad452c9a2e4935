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

/// What to go on with behind these rows: nothing where there were fewer than were asked for.
pub(super) fn next<T>(rows: &[T], size: i64, cursor: impl FnOnce(&T) -> String) -> Option<String> {
    let full = i64::try_from(rows.len()).is_ok_and(|count| count == size);
    rows.last().filter(|_| full).map(cursor)
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
    fn only_a_full_answer_goes_on() {
        assert_eq!(next(&[1, 2], 2, i32::to_string), Some("2".to_owned()));
        assert_eq!(next(&[1], 2, i32::to_string), None);
        assert_eq!(next(&[], 2, i32::to_string), None);
    }
}
