//! An answer as a file.

use domain::csv_cell;

use super::Answer;

/// The file, with the columns' names before the rows.
#[must_use]
pub fn csv(answer: &Answer) -> Vec<u8> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    let names = answer
        .columns
        .iter()
        .map(|column| csv_cell::escape(&column.name));
    // Writing into memory does not fail.
    let _ = writer.write_record(names.map(|name| name.into_owned().into_bytes()));
    for row in &answer.rows {
        let cells = row.iter().map(|value| {
            let text = csv_cell::escape(value.as_deref().unwrap_or_default());
            text.into_owned().into_bytes()
        });
        let _ = writer.write_record(cells);
    }
    writer.into_inner().unwrap_or_default()
}
