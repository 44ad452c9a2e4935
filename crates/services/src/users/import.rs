//! Importing people from a CSV file: a dry run that says what is wrong line by line, then all or
//! nothing. Reading the file is in `file`, judging its lines in `check`.

mod check;
mod file;

use domain::permission::ImportUsers;
use serde_json::json;
use store::users::Known;
use store::{StoreError, TenantTx, imports};
use uuid::Uuid;

pub use check::{BadLine, Report};
pub use file::FileError;

use super::invite;
use super::rules::Doer;
use crate::VerbError;
use crate::audit::{self, Action, Entry, Target, TargetKind};
use crate::events::{self, EventKind};
use crate::roles::RoleBook;

/// The most bytes of a file.
pub const MAX_BYTES: usize = 5 * 1024 * 1024;
/// The most people of a file.
pub const MAX_ROWS: usize = 10_000;

/// Keeps the file and says what importing it would do. Nothing else changes.
///
/// # Errors
/// [`VerbError::Invalid`] on `file` when it cannot be read at all, or the database's.
pub fn dry_run(
    tx: &mut TenantTx<'_, ImportUsers>,
    name: &str,
    bytes: &[u8],
) -> Result<(Uuid, Report), VerbError> {
    let content = file::text(bytes).map_err(FileError::beside_the_field)?;
    // A text that cannot be kept cannot be shown again either.
    if content.contains('\0') {
        return Err(FileError::Nul.beside_the_field());
    }
    let report = judge(tx, name, content)?;
    let by = tx.user()?.id;
    let id = imports::put(tx, by, name, content)?;
    Ok((id, report))
}

/// The dry run of a kept file once more.
///
/// # Errors
/// [`StoreError::NotFound`] when it is gone or somebody else's, or the database's.
pub fn review(tx: &mut TenantTx<'_, ImportUsers>, id: Uuid) -> Result<Report, VerbError> {
    let (name, content) = kept(tx, id)?;
    judge(tx, &name, &content)
}

/// The lines that are wrong, as a file: each with what is wrong with it.
///
/// # Errors
/// [`StoreError::NotFound`] when it is gone or somebody else's, or the database's.
pub fn bad_lines(tx: &mut TenantTx<'_, ImportUsers>, id: Uuid) -> Result<Vec<u8>, VerbError> {
    Ok(review(tx, id)?.bad_lines_as_csv())
}

/// Invites everybody in the file. What became wrong since the dry run stops all of it.
///
/// # Errors
/// [`VerbError::Stale`] when the file has wrong lines by now, no seats, or the database's.
pub fn confirm(tx: &mut TenantTx<'_, ImportUsers>, id: Uuid) -> Result<usize, VerbError> {
    let report = review(tx, id)?;
    if !report.bad.is_empty() || report.good.is_empty() {
        return Err(VerbError::Stale);
    }
    if !imports::take(tx, id)? {
        return Err(StoreError::NotFound.into());
    }
    let book = RoleBook::read(tx)?;
    let doer = Doer::of(tx)?;
    let added = invite::add(tx, &report.good, &doer, &book)?;
    let data = json!({ "file": report.file_name, "people": added.len() });
    events::emit(tx, EventKind::UsersImported, None, &data)?;
    let target = Target::named(TargetKind::File, &report.file_name);
    audit::record(
        tx,
        Entry::done(Action::UsersImported, target).after(json!({ "people": added.len() })),
    )?;
    Ok(added.len())
}

fn kept(tx: &mut TenantTx<'_, ImportUsers>, id: Uuid) -> Result<(String, String), VerbError> {
    let by = tx.user()?.id;
    Ok(imports::read(tx, id, by)?)
}

fn judge(
    tx: &mut TenantTx<'_, ImportUsers>,
    name: &str,
    content: &str,
) -> Result<Report, VerbError> {
    let table = file::read(content).map_err(FileError::beside_the_field)?;
    let book = RoleBook::read(tx)?;
    let doer = Doer::of(tx)?;
    let known: Vec<Known> =
        store::users::by_addresses(tx, &table.addresses().iter().collect::<Vec<_>>())?;
    let seats = super::seats(tx)?;
    Ok(check::check(name, table, &known, &book, &doer, seats))
}
