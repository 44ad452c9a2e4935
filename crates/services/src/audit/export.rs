//! The audit log as a file, in batches: rows of CSV or lines of JSON, in the order of the chain. No more
//! than a batch is ever in memory.

use data_encoding::HEXLOWER;
use domain::csv_cell;
use domain::permission::ExportAudit;
use serde_json::json;
use store::audit::log::{self as stored, Entry as Row, Filter};
use store::{StoreError, TenantTx};

use super::{Action, Entry, Target, TargetKind, record};

/// Entries in one transaction.
const BATCH: i64 = 500;

/// The form of the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// For spreadsheets; what they would run as a formula is escaped.
    Csv,
    /// One JSON object a line.
    NdJson,
}

impl Format {
    /// The file's ending.
    #[must_use]
    pub const fn ending(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::NdJson => "ndjson",
        }
    }
}

/// How far an export has come.
#[derive(Debug, Clone, Copy)]
pub struct Progress {
    pub(crate) after: i64,
    pub(crate) up_to: i64,
}

impl Progress {
    /// From the start up to this entry.
    pub(crate) const fn up_to(up_to: i64) -> Self {
        Self { after: 0, up_to }
    }
}

impl Progress {
    /// How many entries there are to write; fewer where a filter leaves some out.
    #[must_use]
    pub fn entries(&self) -> u64 {
        u64::try_from(self.up_to).unwrap_or(0)
    }

    /// How far it came.
    #[must_use]
    pub fn written(&self) -> u64 {
        u64::try_from(self.after).unwrap_or(0)
    }
}

/// Begins an export: says so in the log, and takes the log as it was before that.
///
/// # Errors
/// The database's.
pub fn begin(tx: &mut TenantTx<'_, ExportAudit>, format: Format) -> Result<Progress, StoreError> {
    let up_to = stored::link(tx, None)?.map_or(0, |(seq, _)| seq);
    let file = Target::named(TargetKind::File, format!("audit.{}", format.ending()));
    record(tx, Entry::done(Action::AuditExported, file))?;
    Ok(Progress::up_to(up_to))
}

/// The next piece of the file; `None` behind the last.
///
/// # Errors
/// The database's.
pub fn next(
    tx: &mut TenantTx<'_, ExportAudit>,
    filter: &Filter,
    format: Format,
    progress: Progress,
) -> Result<Option<(Vec<u8>, Progress)>, StoreError> {
    let rows = stored::batch(tx, filter, progress.after, progress.up_to, BATCH)?;
    let Some(last) = rows.last() else {
        return Ok(None);
    };
    let onward = Progress {
        after: last.seq,
        ..progress
    };
    let piece = match format {
        Format::Csv => rows.iter().flat_map(csv_row).collect(),
        Format::NdJson => rows.iter().flat_map(json_line).collect(),
    };
    Ok(Some((piece, onward)))
}

pub(crate) const COLUMNS: [&str; 17] = [
    "seq",
    "id",
    "at",
    "actor_kind",
    "actor_id",
    "actor",
    "action",
    "outcome",
    "target_kind",
    "target_id",
    "target",
    "before",
    "after",
    "address",
    "device",
    "request_id",
    "hash",
];

/// What the file begins with.
#[must_use]
pub fn head(format: Format) -> Vec<u8> {
    match format {
        Format::Csv => written(&COLUMNS.map(str::to_owned)),
        Format::NdJson => Vec::new(),
    }
}

fn csv_row(row: &Row) -> Vec<u8> {
    written(&cells(row))
}

pub(crate) fn cells(row: &Row) -> [String; 17] {
    let text = |value: &Option<serde_json::Value>| {
        value.as_ref().map(ToString::to_string).unwrap_or_default()
    };
    let id = |id: Option<uuid::Uuid>| id.map(|id| id.to_string()).unwrap_or_default();
    let address = row.address.map(|address| address.ip().to_string());
    [
        row.seq.to_string(),
        row.id.to_string(),
        row.at.to_rfc3339(),
        row.actor_kind.clone(),
        id(row.actor_id),
        row.actor_name.clone(),
        row.action.clone(),
        row.outcome.clone(),
        row.target_kind.clone(),
        id(row.target_id),
        row.target_name.clone(),
        text(&row.before),
        text(&row.after),
        address.unwrap_or_default(),
        row.device.clone(),
        row.request_id.to_string(),
        HEXLOWER.encode(&row.hash),
    ]
}

pub(crate) fn written(cells: &[String]) -> Vec<u8> {
    let mut line = csv::WriterBuilder::new()
        .terminator(csv::Terminator::CRLF)
        .from_writer(Vec::new());
    // Writing to memory does not fail.
    let _ = line.write_record(cells.iter().map(|cell| csv_cell::escape(cell).into_owned()));
    line.into_inner().unwrap_or_default()
}

fn json_line(row: &Row) -> Vec<u8> {
    let object = json!({
        "seq": row.seq, "id": row.id, "at": row.at,
        "actor": { "kind": row.actor_kind, "id": row.actor_id, "name": row.actor_name },
        "action": row.action, "outcome": row.outcome,
        "target": { "kind": row.target_kind, "id": row.target_id, "name": row.target_name },
        "before": row.before, "after": row.after,
        "address": row.address.map(|address| address.ip()), "device": row.device,
        "request_id": row.request_id, "hash": HEXLOWER.encode(&row.hash),
    });
    let mut line = object.to_string().into_bytes();
    line.push(b'\n');
    line
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use chrono::DateTime;
    use uuid::Uuid;

    use super::*;

    fn row(target: &str) -> Row {
        Row {
            seq: 7,
            id: Uuid::nil(),
            at: DateTime::UNIX_EPOCH,
            actor_kind: "user".to_owned(),
            actor_id: None,
            actor_name: "Ada, \"the\" first".to_owned(),
            action: "user.invited".to_owned(),
            outcome: "done".to_owned(),
            target_kind: "user".to_owned(),
            target_id: None,
            target_name: target.to_owned(),
            before: None,
            after: Some(json!({ "role": "member" })),
            address: Some("203.0.113.9".parse().unwrap()),
            device: "Firefox".to_owned(),
            request_id: Uuid::nil(),
            hash: vec![0xab; 2],
        }
    }

    #[test]
    fn aud_06_no_name_breaks_a_line_or_runs_as_a_formula() {
        let name = "=cmd|' /C calc'!A0\r\n2,b";
        let text = String::from_utf8(csv_row(&row(name))).unwrap();
        let mut reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .from_reader(text.as_bytes());
        let rows: Vec<_> = reader.records().map(Result::unwrap).collect();
        assert_eq!((rows.len(), rows[0].len()), (1, COLUMNS.len()));
        assert_eq!(&rows[0][10], format!("'{name}"));
        assert_eq!(&rows[0][5], "Ada, \"the\" first");
        let line = String::from_utf8(json_line(&row(name))).unwrap();
        assert_eq!(line.matches('\n').count(), 1);
        let object: serde_json::Value = serde_json::from_str(&line).unwrap();
        assert_eq!(object["target"]["name"], name);
        assert_eq!(object["hash"], "abab");
    }
}
