//! Reading an uploaded file as a table: its encoding, its delimiter, its columns, its lines. What a cell
//! means is in `check`.

use domain::{EmailAddress, FieldErrors, csv_cell};

use super::MAX_ROWS;
use crate::VerbError;
use crate::users::export::{COLUMNS, FIELD_PREFIX};

/// The column that a file of wrong lines has besides; it may come back with them.
pub(super) const PROBLEM: &str = "problem";

/// Why a file cannot be read at all.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FileError {
    /// Nothing in it.
    #[error(
        "The file is empty. Choose a CSV file whose first line names the columns: email,name,role."
    )]
    Empty,
    /// Two bytes a character.
    #[error("The file is written in UTF-16. Save it as “CSV UTF-8” and choose it again.")]
    Utf16,
    /// Not text as we read it.
    #[error("Line {0} is not UTF-8. Save the file as “CSV UTF-8” and choose it again.")]
    NotUtf8(usize),
    /// A NUL character.
    #[error(
        "The file holds NUL characters, so it is no text. Save it as “CSV UTF-8” and choose it again."
    )]
    Nul,
    /// No column of addresses.
    #[error(
        "The first line names no column “email”. It has to name the columns, for example: email,name,role."
    )]
    NoEmail,
    /// A column that we do not know.
    #[error(
        "The column “{0}” is not known. Known are: email, name, role, department, location, phone and field:… for fields of your own."
    )]
    Column(String),
    /// The same column twice.
    #[error("The column “{0}” is there twice.")]
    Twice(String),
    /// A file of its head alone.
    #[error("The file has no people in it, only the names of the columns.")]
    NoRows,
    /// Too many.
    #[error("The file has more than {MAX_ROWS} people. Split it.")]
    TooMany,
    /// The CSV itself is broken.
    #[error("Line {0} cannot be read as CSV: {1}")]
    Broken(u64, String),
}

impl FileError {
    pub(super) fn beside_the_field(self) -> VerbError {
        FieldErrors::one("file", self.to_string()).into()
    }
}

/// A file as a table.
#[derive(Debug)]
pub(super) struct Table {
    /// The names of the columns, in lower case; those of free fields as they are written.
    pub(super) columns: Vec<String>,
    /// Line number and cells, unescaped; never more cells than columns are looked at.
    pub(super) rows: Vec<(u64, Vec<String>)>,
}

impl Table {
    /// Every address of the file that is one.
    pub(super) fn addresses(&self) -> Vec<EmailAddress> {
        let Some(place) = self.columns.iter().position(|column| column == "email") else {
            return Vec::new();
        };
        self.rows
            .iter()
            .filter_map(|(_, cells)| EmailAddress::parse(cells.get(place)?).ok())
            .collect()
    }
}

/// The text of the bytes, without the mark at its beginning.
pub(super) fn text(bytes: &[u8]) -> Result<&str, FileError> {
    if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) {
        return Err(FileError::Utf16);
    }
    let bytes = bytes.strip_prefix(&[0xef, 0xbb, 0xbf]).unwrap_or(bytes);
    std::str::from_utf8(bytes).map_err(|error| {
        let good = bytes.get(..error.valid_up_to()).unwrap_or_default();
        FileError::NotUtf8(1 + good.iter().filter(|byte| **byte == b'\n').count())
    })
}

/// Reads the table. Comma, semicolon or tab: whichever the first line has more of.
pub(super) fn read(content: &str) -> Result<Table, FileError> {
    let head = content.lines().find(|line| !line.trim().is_empty());
    let head = head.ok_or(FileError::Empty)?;
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(delimiter(head))
        .flexible(true)
        .has_headers(false)
        .from_reader(content.as_bytes());
    let mut records = reader.records().filter(|record| {
        // A line of nothing but separators is no person: spreadsheets leave them at the end.
        record
            .as_ref()
            .is_ok_and(|record| record.iter().any(|cell| !cell.trim().is_empty()))
            || record.is_err()
    });
    let columns = columns(&records.next().ok_or(FileError::Empty)?.map_err(broken)?)?;
    let mut rows = Vec::new();
    let mut lines = Lines::of(content);
    for record in records {
        let record = record.map_err(broken)?;
        if rows.len() == MAX_ROWS {
            return Err(FileError::TooMany);
        }
        let line = lines.at(record.position().map_or(0, csv::Position::byte));
        rows.push((
            line,
            record
                .iter()
                .map(|cell| csv_cell::unescape(cell).to_owned())
                .collect(),
        ));
    }
    if rows.is_empty() {
        return Err(FileError::NoRows);
    }
    Ok(Table { columns, rows })
}

/// Counts the lines of a text from record to record. The reader's own count is of where it stopped
/// reading, which is before the blank lines and, in files of Windows, before the end of the line.
struct Lines<'a> {
    content: &'a [u8],
    end: u8,
    seen: usize,
    line: u64,
}

impl<'a> Lines<'a> {
    fn of(content: &'a str) -> Self {
        let end = if content.contains('\n') { b'\n' } else { b'\r' };
        Self {
            content: content.as_bytes(),
            end,
            seen: 0,
            line: 1,
        }
    }

    /// The line of the record that begins at this byte, or behind the ends of lines there.
    fn at(&mut self, byte: u64) -> u64 {
        let start = usize::try_from(byte).unwrap_or(usize::MAX);
        let rest = self.content.get(start..).unwrap_or_default();
        let ends = rest
            .iter()
            .take_while(|byte| matches!(byte, b'\r' | b'\n'))
            .count();
        let passed = self
            .content
            .get(self.seen..start + ends)
            .unwrap_or_default();
        let ends_passed = passed.iter().filter(|byte| **byte == self.end).count();
        self.line += u64::try_from(ends_passed).unwrap_or(0);
        self.seen = start + ends;
        self.line
    }
}

fn delimiter(head: &str) -> u8 {
    let count = |c: char| head.matches(c).count();
    let (commas, semicolons, tabs) = (count(','), count(';'), count('\t'));
    if semicolons > commas && semicolons >= tabs {
        b';'
    } else if tabs > commas {
        b'\t'
    } else {
        b','
    }
}

fn columns(record: &csv::StringRecord) -> Result<Vec<String>, FileError> {
    let mut columns: Vec<String> = Vec::new();
    for cell in record {
        let written = csv_cell::unescape(cell).trim();
        let folded = written.to_lowercase();
        let name = if folded.starts_with(FIELD_PREFIX) {
            format!(
                "{FIELD_PREFIX}{}",
                written.get(FIELD_PREFIX.len()..).unwrap_or_default().trim()
            )
        } else if COLUMNS.contains(&folded.as_str()) || folded == PROBLEM {
            folded
        } else {
            return Err(FileError::Column(written.chars().take(60).collect()));
        };
        if columns.contains(&name) {
            return Err(FileError::Twice(name));
        }
        columns.push(name);
    }
    if columns.iter().any(|column| column == "email") {
        Ok(columns)
    } else {
        Err(FileError::NoEmail)
    }
}

fn broken(error: csv::Error) -> FileError {
    let line = error.position().map_or(0, csv::Position::line);
    FileError::Broken(line, error.to_string())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    #[test]
    fn inp_13_encodings_are_told_apart() {
        assert_eq!(text(b"\xef\xbb\xbfemail\n"), Ok("email\n"));
        assert_eq!(text(b"\xff\xfee\0m\0"), Err(FileError::Utf16));
        assert_eq!(
            text(b"email\na@x.com\nZo\xeb\n"),
            Err(FileError::NotUtf8(3))
        );
    }

    #[test]
    fn inp_13_delimiters_quotes_and_empty_lines_are_read() {
        let table =
            read("Email;Name\r\n\r\na@x.com;\"Lind; Mia\"\r\n;;\r\nb@x.com;'=1+1\r\n").unwrap();
        assert_eq!(table.columns, ["email", "name"]);
        let lines: Vec<_> = table
            .rows
            .iter()
            .map(|(line, cells)| (*line, cells.join("|")))
            .collect();
        assert_eq!(
            lines,
            [
                (3, "a@x.com|Lind; Mia".to_owned()),
                (5, "b@x.com|=1+1".to_owned())
            ]
        );
        assert_eq!(read("email\tname\na@x.com\tMia\n").unwrap().rows.len(), 1);
    }

    #[test]
    fn inp_13_what_is_no_table_is_told() {
        assert_eq!(read("  \n").unwrap_err(), FileError::Empty);
        assert_eq!(read("name\nMia\n").unwrap_err(), FileError::NoEmail);
        assert_eq!(
            read("email,colour\n").unwrap_err(),
            FileError::Column("colour".to_owned())
        );
        assert_eq!(
            read("email,Email\n").unwrap_err(),
            FileError::Twice("email".to_owned())
        );
        assert_eq!(read("email\n").unwrap_err(), FileError::NoRows);
        let long = format!("email\n{}", "a@x.com\n".repeat(MAX_ROWS + 1));
        assert_eq!(read(&long).unwrap_err(), FileError::TooMany);
        assert!(
            read("email,field:Badge no\na@x.com,7\n")
                .unwrap()
                .columns
                .contains(&"field:Badge no".to_owned())
        );
    }
}
