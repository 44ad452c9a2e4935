//! Cells of a CSV file that a spreadsheet must not run as a formula. Quotes and separators are the
//! CSV writer's.

use std::borrow::Cow;

/// The cell as it is written: what a spreadsheet would run gets an apostrophe before it.
#[must_use]
pub fn escape(text: &str) -> Cow<'_, str> {
    if is_formula(text) {
        Cow::Owned(format!("'{text}"))
    } else {
        Cow::Borrowed(text)
    }
}

/// The text of a cell that [`escape`] wrote. `unescape(escape(text)) == text` for every text.
#[must_use]
pub fn unescape(cell: &str) -> &str {
    match cell.strip_prefix('\'') {
        Some(text) if is_formula(text) => text,
        _ => cell,
    }
}

/// Whether the text begins like a formula, behind any apostrophes (or the way back would be
/// ambiguous) and blanks (which some programs skip).
fn is_formula(text: &str) -> bool {
    text.trim_start_matches('\'')
        .trim_start_matches([' ', '\u{a0}'])
        .starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'])
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn formulas_are_escaped() {
        for text in [
            "=cmd|' /C calc'!A0",
            "+1-555-0123",
            "-1",
            "@SUM(A1)",
            "\t=1",
            "\r=1",
            " =1",
        ] {
            assert_eq!(escape(text), format!("'{text}"), "{text:?}");
        }
    }

    #[test]
    fn other_text_stays() {
        for text in ["", "Ada", "'tis", "a=b", "12", "O'Brien", "\"=1\""] {
            assert_eq!(escape(text), text);
            assert_eq!(unescape(text), text);
        }
    }

    proptest! {
        #[test]
        fn the_way_back_leads_to_the_same_text(text in "['=+@\t\r\n -]{0,6}\\PC{0,6}") {
            let cell = escape(&text);
            prop_assert!(!cell.starts_with(['=', '+', '-', '@', '\t', '\r']));
            prop_assert_eq!(unescape(&cell), text.as_str());
        }
    }
}
