//! Exporting people as CSV: the head, and row by row what the current filter shows. Cells that a
//! spreadsheet would run are escaped. The file is read back by `import` as it was.

use std::collections::BTreeSet;

use domain::permission::ExportUsers;
use domain::{PersonName, UserFilter, UserId, csv_cell};
use serde_json::json;
use store::TenantTx;
use store::users::{self, ListedUser};

use super::list::settle;
use crate::VerbError;
use crate::audit::{self, Action, Entry, Target, TargetKind};
use crate::roles::RoleBook;

/// Rows that are read at once.
pub const BATCH: i64 = 1_000;

/// The columns that every export has, in order; the tenant's own fields follow.
pub const COLUMNS: [&str; 9] = [
    "email",
    "name",
    "role",
    "status",
    "department",
    "location",
    "phone",
    "last_sign_in_at",
    "created_at",
];

/// What the column of a free field is called.
pub const FIELD_PREFIX: &str = "field:";

/// An export that was begun and recorded.
#[derive(Debug, Clone)]
pub struct Export {
    filter: UserFilter,
    book: RoleBook,
    fields: Vec<String>,
    last: Option<(PersonName, UserId)>,
    /// How many people it holds, as counted at its beginning.
    pub people: i64,
}

/// Begins an export of what the filter shows, and records who took it.
///
/// # Errors
/// The database's.
pub fn begin(tx: &mut TenantTx<'_, ExportUsers>, filter: &UserFilter) -> Result<Export, VerbError> {
    let (filter, counts) = settle(tx, filter)?;
    let people = counts.of_any(&filter.statuses);
    let fields: BTreeSet<String> = users::field_names(tx)?.into_iter().collect();
    let entry = Entry::done(
        Action::UsersExported,
        Target::named(TargetKind::File, "people as CSV"),
    )
    .after(json!({
        "people": people,
        "search": filter.search,
        "status": filter.statuses,
        "role": filter.roles.iter().map(ToString::to_string).collect::<Vec<_>>(),
        "department": filter.departments,
    }));
    let book = RoleBook::read(tx)?;
    audit::record(tx, entry)?;
    Ok(Export {
        filter,
        book,
        fields: fields.into_iter().collect(),
        last: None,
        people,
    })
}

impl Export {
    /// The first line.
    #[must_use]
    pub fn head(&self) -> Vec<u8> {
        let own = self
            .fields
            .iter()
            .map(|name| format!("{FIELD_PREFIX}{name}"));
        let cells: Vec<String> = COLUMNS.iter().map(ToString::to_string).chain(own).collect();
        line(&cells)
    }

    /// The next lines; none at the end. Each call is a transaction of its own, so that an export of any
    /// length holds neither memory nor a snapshot.
    ///
    /// # Errors
    /// The database's.
    pub fn next(&mut self, tx: &mut TenantTx<'_, ExportUsers>) -> Result<Vec<u8>, VerbError> {
        let last = self.last.as_ref().map(|(name, id)| (name, *id));
        let rows = users::after(tx, &self.filter, last, BATCH)?;
        let mut lines = Vec::new();
        for row in &rows {
            lines.extend(line(&self.cells(row)));
        }
        if let Some(row) = rows.last() {
            self.last = Some((row.name.clone(), row.id));
        }
        Ok(lines)
    }

    fn cells(&self, row: &ListedUser) -> Vec<String> {
        let text = |value: &Option<String>| value.clone().unwrap_or_default();
        let moment = |at: chrono::DateTime<chrono::Utc>| {
            at.to_rfc3339_opts(chrono::SecondsFormat::Secs, true)
        };
        let mut cells = vec![
            row.email.as_str().to_owned(),
            row.name.to_string(),
            self.book.name(row.role).to_owned(),
            row.status.to_string(),
            text(&row.department),
            text(&row.location),
            text(&row.phone),
            row.last_sign_in_at.map(moment).unwrap_or_default(),
            moment(row.created_at),
        ];
        cells.extend(
            self.fields
                .iter()
                .map(|name| row.fields.of(name).unwrap_or_default().to_owned()),
        );
        cells
    }
}

/// One line of CSV, every cell escaped.
pub(crate) fn line(cells: &[String]) -> Vec<u8> {
    let mut writer = csv::WriterBuilder::new()
        .terminator(csv::Terminator::CRLF)
        .from_writer(Vec::new());
    // Writing into memory fails for no record.
    let _ = writer.write_record(cells.iter().map(|cell| csv_cell::escape(cell).into_owned()));
    writer.into_inner().unwrap_or_default()
}
