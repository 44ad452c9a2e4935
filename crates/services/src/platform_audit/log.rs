//! The platform's log as it is read: a page of it, one entry, the proof that nobody changed it, and a file.

use domain::staff::ReadPlatformAudit;
use domain::{AuditEntryId, PageRequest, Pagination};
use store::staff::entries as stored;
pub use store::staff::entries::{PlatformEntry, PlatformFilter};
use store::{StaffTx, StoreError};

use super::{Action, Entry, Target, TargetKind, record};
use crate::audit::export::{self, COLUMNS, Progress};
use crate::audit::log::{Anchor, Proof, compared, named};

/// A page of the log.
#[derive(Debug)]
pub struct Listing {
    /// The entries, the newest first.
    pub entries: Vec<PlatformEntry>,
    /// How many there are.
    pub totals: Pagination,
}

/// The newest entries that match. A page past the end is the last one.
///
/// # Errors
/// The database's.
pub fn list(
    tx: &mut StaffTx<'_, ReadPlatformAudit>,
    filter: &PlatformFilter,
    page: PageRequest,
) -> Result<Listing, StoreError> {
    let total = stored::count(tx, filter)?;
    let page = page.answer(total).held(page);
    Ok(Listing {
        entries: stored::list(tx, filter, page)?,
        totals: page.answer(total),
    })
}

/// The newest entries that match before number `cursor`, or the newest of all.
///
/// # Errors
/// The database's.
pub fn before(
    tx: &mut StaffTx<'_, ReadPlatformAudit>,
    filter: &PlatformFilter,
    cursor: Option<i64>,
    at_most: i64,
) -> Result<Vec<PlatformEntry>, StoreError> {
    stored::before(tx, filter, cursor, at_most)
}

/// One entry.
///
/// # Errors
/// [`StoreError::NotFound`], or the database's.
pub fn entry(
    tx: &mut StaffTx<'_, ReadPlatformAudit>,
    id: AuditEntryId,
) -> Result<PlatformEntry, StoreError> {
    stored::entry(tx, id)
}

/// Reads the whole chain, and compares it with an anchor that was written down elsewhere.
///
/// # Errors
/// The database's.
pub fn verify<P>(tx: &mut StaffTx<'_, P>, anchor: Option<&Anchor>) -> Result<Proof, StoreError> {
    let verdict = stored::verify(tx)?;
    let found = match anchor {
        Some(anchor) => stored::link(tx, Some(anchor.seq))?,
        None => None,
    };
    let end = stored::link(tx, None)?.map(|(seq, hash)| named(seq, &hash));
    Ok(Proof {
        verdict: compared(verdict, anchor, found),
        end,
    })
}

/// Entries in one transaction of an export.
const BATCH: i64 = 500;

/// Begins an export as CSV: says so in the log, and takes the log as it was before that.
///
/// # Errors
/// The database's.
pub fn begin(tx: &mut StaffTx<'_, ReadPlatformAudit>) -> Result<Progress, StoreError> {
    let up_to = stored::link(tx, None)?.map_or(0, |(seq, _)| seq);
    let file = Target::named(TargetKind::File, "platform-audit.csv");
    record(tx, Entry::done(Action::AuditExported, file))?;
    Ok(Progress::up_to(up_to))
}

/// What the file begins with: a tenant's columns, and which tenant it was about.
#[must_use]
pub fn head() -> Vec<u8> {
    let mut columns = COLUMNS.map(str::to_owned).to_vec();
    columns.push("tenant_id".to_owned());
    export::written(&columns)
}

/// The next piece of the file; `None` behind the last.
///
/// # Errors
/// The database's.
pub fn next(
    tx: &mut StaffTx<'_, ReadPlatformAudit>,
    filter: &PlatformFilter,
    progress: Progress,
) -> Result<Option<(Vec<u8>, Progress)>, StoreError> {
    let rows = stored::batch(tx, filter, progress.after, progress.up_to, BATCH)?;
    let Some(last) = rows.last() else {
        return Ok(None);
    };
    let onward = Progress {
        after: last.entry.seq,
        ..progress
    };
    let piece = rows.iter().flat_map(|row| {
        let mut cells = export::cells(&row.entry).to_vec();
        let tenant = row.tenant.as_ref().map(|(id, _)| id.to_string());
        cells.push(tenant.unwrap_or_default());
        export::written(&cells)
    });
    Ok(Some((piece.collect(), onward)))
}

/// The words for an action, also for one that this version does not know.
#[must_use]
pub fn action_words(key: &str) -> &str {
    Action::from_key(key).map_or(key, |action| action.words())
}

/// The words for a kind of thing.
#[must_use]
pub fn target_words(key: &str) -> &str {
    TargetKind::from_key(key).map_or(key, |kind| kind.words())
}
