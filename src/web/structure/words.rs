//! Numbers of tables in words: exact ones as they are, reckoned ones said to be so.

use services::structure::{Figures, Rows};

use crate::web::format::{Format, NBSP};

pub(super) fn rows(of: Rows, format: &Format) -> String {
    match of {
        Rows::Exactly(rows) => format.count(rows),
        Rows::About(rows) => format!("about{NBSP}{}", format.count(rows)),
        Rows::MoreThan(rows) => format!("more than{NBSP}{}", format.count(rows)),
        Rows::Unknown => format!("Not{NBSP}counted"),
    }
}

/// Reckoned sizes are said to be so; those of the server are whole, though rows may be by statistics.
pub(super) fn size(of: &Figures, format: &Format) -> String {
    let reckoned = of.estimated && !matches!(of.rows, Rows::About(_));
    match of.bytes {
        None => format!("Not{NBSP}told"),
        Some(0) => format.count(0),
        Some(size) if reckoned => format!("about{NBSP}{}", format.bytes(size)),
        Some(size) => format.bytes(size),
    }
}

pub(super) fn analysed(of: &Figures, format: &Format) -> String {
    match (of.analyzed_at, of.estimated, of.rows) {
        (Some(at), ..) => format.date_time(at),
        (None, true, Rows::Exactly(_) | Rows::MoreThan(_) | Rows::Unknown) => {
            format!("Not{NBSP}told")
        }
        (None, ..) => "Never".to_owned(),
    }
}

pub(super) fn count(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// What a comment says first: the rest is for whoever opens the table.
pub(super) fn first(text: &str) -> &str {
    text.split([';', ':']).next().unwrap_or(text)
}

/// A comment of a migration as a sentence begins.
pub(super) fn capital(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().map(|letter| letter.to_ascii_uppercase());
    first.into_iter().chain(letters).collect()
}

#[cfg(test)]
mod tests {
    use domain::Writing;

    use super::*;

    #[test]
    fn sizes_are_written_as_people_say_them() {
        let format = Format::new(Writing::default(), chrono::DateTime::UNIX_EPOCH);
        let told = |size| format.bytes(size);
        assert_eq!(told(812), "812\u{a0}bytes");
        assert_eq!(told(8 << 10), "8\u{a0}KB");
        assert_eq!(told((12 << 20) + (1 << 19)), "12.5\u{a0}MB");
        assert_eq!(told(3 << 40), "3,072\u{a0}GB");
    }
}
