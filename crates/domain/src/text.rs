//! What plain text may hold: length, control and invisible characters, and how it is folded for
//! search. Errors are sentences for the person who typed. No field of its own lives here.

use std::collections::BTreeSet;

/// Why a text was refused, as a sentence to show beside the field.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TextError {
    /// Nothing, or only blanks.
    #[error("Fill this in.")]
    Empty,
    /// More characters than the field keeps.
    #[error("Write at most {0} characters.")]
    TooLong(usize),
    /// NUL, a tab in a line, an escape character and the like.
    #[error("Remove the control characters (they are invisible; typing the text again helps).")]
    Control,
    /// Zero-width or direction-changing characters, which make two texts look the same.
    #[error("Remove the invisible characters (they often come from copied text).")]
    Invisible,
    /// A telephone number with other characters than a number has.
    #[error("Write a telephone number with digits, spaces and + - ( ) / . only.")]
    Phone,
}

/// One line of text, required: blanks at both ends go, inner runs of blanks become one space.
pub fn line(raw: &str, max: usize) -> Result<String, TextError> {
    optional_line(raw, max)?.ok_or(TextError::Empty)
}

/// One line of text that may be left empty (`None`).
pub fn optional_line(raw: &str, max: usize) -> Result<Option<String>, TextError> {
    let raw = raw.trim();
    refuse_hidden(raw, Lines::One)?;
    let text = raw.split_whitespace().collect::<Vec<_>>().join(" ");
    bounded(text, max)
}

/// Text of several lines that may be left empty; line ends become `\n`.
pub fn optional_paragraph(raw: &str, max: usize) -> Result<Option<String>, TextError> {
    let text = raw.replace("\r\n", "\n").replace('\r', "\n");
    let text = text.trim();
    refuse_hidden(text, Lines::Many)?;
    bounded(text.to_owned(), max)
}

/// A telephone number as people write it, or nothing. At most 40 characters.
pub fn optional_phone(raw: &str) -> Result<Option<String>, TextError> {
    let Some(phone) = optional_line(raw, 40)? else {
        return Ok(None);
    };
    let allowed = |c: char| c.is_ascii_digit() || " +-()/.".contains(c);
    let digits = phone.chars().filter(char::is_ascii_digit).count();
    if digits < 3 || !phone.chars().all(allowed) {
        return Err(TextError::Phone);
    }
    Ok(Some(phone))
}

fn bounded(text: String, max: usize) -> Result<Option<String>, TextError> {
    if text.chars().count() > max {
        return Err(TextError::TooLong(max));
    }
    Ok((!text.is_empty()).then_some(text))
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Lines {
    One,
    Many,
}

fn refuse_hidden(text: &str, lines: Lines) -> Result<(), TextError> {
    let mut before = None;
    let mut characters = text.chars().peekable();
    while let Some(c) = characters.next() {
        if c.is_control() && !(lines == Lines::Many && matches!(c, '\n' | '\t')) {
            return Err(TextError::Control);
        }
        // Joiners belong to emoji and to several scripts, but between ASCII letters they only hide.
        let joiner = matches!(c, '\u{200c}' | '\u{200d}');
        let joins = |side: Option<char>| side.is_some_and(|c| !c.is_ascii());
        let astray =
            joiner && !(joins(before) && (characters.peek().is_none_or(|c| !c.is_ascii())));
        if astray || is_invisible(c) {
            return Err(TextError::Invisible);
        }
        before = Some(c);
    }
    Ok(())
}

/// Characters that nobody sees: zero-width ones, line separators, direction marks and overrides,
/// tags, interlinear marks. (The joiners U+200C and U+200D are judged by their neighbours.)
fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
        | '\u{180e}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{2800}' | '\u{3164}' | '\u{feff}' | '\u{ffa0}'
        | '\u{fff0}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}')
}

/// The text as it is compared in a search: lower case, without the accents of Latin letters.
///
/// Written beside the text when a row is written, because the database reaches an index only by
/// plain comparison; a search is folded by the same function.
#[must_use]
pub fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for c in text.chars().flat_map(char::to_lowercase) {
        match plain_letters(c) {
            Some(letters) => folded.push_str(letters),
            None if is_combining_mark(c) => {}
            None => folded.push(c),
        }
    }
    folded
}

/// The folded words of a text, each once, for a search by the beginning of a word.
#[must_use]
pub fn words(text: &str) -> BTreeSet<String> {
    fold(text)
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect()
}

fn is_combining_mark(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}' | '\u{1ab0}'..='\u{1aff}' | '\u{1dc0}'..='\u{1dff}')
}

/// The plain letters of a lower-case Latin letter with a mark, as people type them in a hurry.
fn plain_letters(c: char) -> Option<&'static str> {
    Some(match c {
        'à'..='å' | 'ā' | 'ă' | 'ą' | 'ǎ' | 'ȁ' | 'ȃ' | 'ȧ' | 'ǻ' | 'ạ'..='ặ' => "a",
        'æ' | 'ǽ' => "ae",
        'ç' | 'ć' | 'ĉ' | 'ċ' | 'č' => "c",
        'ď' | 'đ' | 'ð' => "d",
        'è'..='ë' | 'ē' | 'ĕ' | 'ė' | 'ę' | 'ě' | 'ȅ' | 'ȇ' | 'ȩ' | 'ẹ'..='ệ' => "e",
        'ĝ' | 'ğ' | 'ġ' | 'ģ' | 'ǧ' | 'ǵ' => "g",
        'ĥ' | 'ħ' | 'ȟ' | 'ḥ' => "h",
        'ì'..='ï' | 'ĩ' | 'ī' | 'ĭ' | 'į' | 'ı' | 'ǐ' | 'ȉ' | 'ȋ' | 'ỉ' | 'ị' => "i",
        'ĵ' => "j",
        'ķ' | 'ǩ' => "k",
        'ĺ' | 'ļ' | 'ľ' | 'ŀ' | 'ł' => "l",
        'ñ' | 'ń' | 'ņ' | 'ň' | 'ŉ' | 'ǹ' => "n",
        'ò'..='ö'
        | 'ø'
        | 'ō'
        | 'ŏ'
        | 'ő'
        | 'ǒ'
        | 'ȍ'
        | 'ȏ'
        | 'ȫ'
        | 'ȭ'
        | 'ȯ'
        | 'ȱ'
        | 'ǿ'
        | 'ơ'
        | 'ọ'..='ợ' => "o",
        'œ' => "oe",
        'ŕ' | 'ŗ' | 'ř' | 'ȑ' | 'ȓ' => "r",
        'ś' | 'ŝ' | 'ş' | 'š' | 'ș' => "s",
        'ß' => "ss",
        'ţ' | 'ť' | 'ŧ' | 'ț' => "t",
        'þ' => "th",
        'ù'..='ü'
        | 'ũ'
        | 'ū'
        | 'ŭ'
        | 'ů'
        | 'ű'
        | 'ų'
        | 'ǔ'
        | 'ǖ'
        | 'ǘ'
        | 'ǚ'
        | 'ǜ'
        | 'ȕ'
        | 'ȗ'
        | 'ư'
        | 'ụ'..='ự' => "u",
        'ŵ' | 'ẁ' | 'ẃ' | 'ẅ' => "w",
        'ý' | 'ÿ' | 'ŷ' | 'ỳ'..='ỹ' => "y",
        'ź' | 'ż' | 'ž' => "z",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_line_is_trimmed_and_its_blanks_become_one_space() {
        assert_eq!(line("  New \u{a0} York ", 120).unwrap(), "New York");
        assert_eq!(line(" \u{a0} ", 120), Err(TextError::Empty));
        assert_eq!(optional_line("", 120), Ok(None));
    }

    #[test]
    fn the_limit_counts_characters() {
        assert_eq!(line(&"🦊".repeat(120), 120).unwrap().chars().count(), 120);
        let error = line(&"a".repeat(121), 120).unwrap_err();
        assert_eq!(error.to_string(), "Write at most 120 characters.");
    }

    #[test]
    fn control_and_invisible_characters_are_refused() {
        for text in [
            "a\0b",
            "a\tb",
            "a\nb",
            "a\r\nBcc: x",
            "a\u{1b}[31m",
            "a\u{85}b",
        ] {
            assert_eq!(line(text, 120), Err(TextError::Control), "{text:?}");
        }
        for text in [
            "a\u{202e}b",
            "a\u{200b}b",
            "a\u{200d}b",
            "a\u{feff}b",
            "a\u{2066}b",
            "a\u{2028}b",
        ] {
            assert_eq!(line(text, 120), Err(TextError::Invisible), "{text:?}");
        }
    }

    #[test]
    fn emoji_and_scripts_that_need_joiners_are_kept() {
        for text in ["👩‍🚀 Ada", "👨‍👩‍👧", "❤️", "می‌خواهم", "עדה", "आदित्य"]
        {
            assert_eq!(line(text, 120).unwrap(), text);
        }
    }

    #[test]
    fn a_paragraph_keeps_its_lines() {
        assert_eq!(
            optional_paragraph("a\r\nb\tc\r", 9).unwrap().unwrap(),
            "a\nb\tc"
        );
        assert_eq!(optional_paragraph("a\0b", 9), Err(TextError::Control));
    }

    #[test]
    fn a_telephone_number_is_digits_and_their_marks() {
        assert_eq!(
            optional_phone("+1-555-0123").unwrap().unwrap(),
            "+1-555-0123"
        );
        assert_eq!(optional_phone(" "), Ok(None));
        assert_eq!(optional_phone("call me"), Err(TextError::Phone));
        assert_eq!(optional_phone("++"), Err(TextError::Phone));
    }

    #[test]
    fn folding_takes_case_and_accents_away() {
        assert_eq!(
            fold("Ærøskøbing Łódź STRAẞE Đặng İzmir"),
            "aeroskobing lodz strasse dang izmir"
        );
        assert_eq!(fold("e\u{301}"), fold("é"));
        let words: Vec<_> = words("Zoë O’Brien-Müller, Zoe").into_iter().collect();
        assert_eq!(words, ["brien", "muller", "o", "zoe"]);
    }

    proptest! {
        #[test]
        fn folding_twice_is_folding_once(text in "\\PC{0,40}") {
            prop_assert_eq!(fold(&fold(&text)), fold(&text));
        }

        #[test]
        fn a_kept_line_is_kept_again(text in "\\PC{0,60}") {
            if let Ok(kept) = line(&text, 60) {
                prop_assert_eq!(line(&kept, 60), Ok(kept.clone()));
                prop_assert!(!kept.contains(['\r', '\n', '\0']));
            }
        }
    }
}
