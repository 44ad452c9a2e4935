//! The audit log as it is read: a page of it, one entry, and the proof that nobody changed it.

use domain::permission::ReadAudit;
use domain::{AuditEntryId, PageRequest, Pagination};
use store::audit::log as stored;
use store::{StoreError, TenantTx};

use super::{Action, TargetKind};
pub use store::audit::log::{Entry, Filter, Verdict};

/// A page of the log.
#[derive(Debug)]
pub struct Listing {
    /// The entries, the newest first.
    pub entries: Vec<Entry>,
    /// How many there are.
    pub totals: Pagination,
}

/// The newest entries that match. A page past the end is the last one.
///
/// # Errors
/// The database's.
pub fn list(
    tx: &mut TenantTx<'_, ReadAudit>,
    filter: &Filter,
    page: PageRequest,
) -> Result<Listing, StoreError> {
    let total = stored::count(tx, filter)?;
    let page = page.answer(total).held(page);
    Ok(Listing {
        entries: stored::list(tx, filter, page)?,
        totals: page.answer(total),
    })
}

/// The newest entries about one thing, for its own page.
///
/// # Errors
/// The database's.
pub fn about(
    tx: &mut TenantTx<'_, ReadAudit>,
    target: uuid::Uuid,
    page: PageRequest,
) -> Result<Vec<Entry>, StoreError> {
    let filter = Filter {
        target: Some(target),
        ..Filter::default()
    };
    stored::list(tx, &filter, page)
}

/// The newest entries before `cursor`, an entry's number.
///
/// # Errors
/// The database's.
pub fn before(
    tx: &mut TenantTx<'_, ReadAudit>,
    filter: &Filter,
    cursor: Option<i64>,
    at_most: i64,
) -> Result<Vec<Entry>, StoreError> {
    stored::before(tx, filter, cursor, at_most)
}

/// One entry.
///
/// # Errors
/// [`StoreError::NotFound`], or the database's.
pub fn entry(tx: &mut TenantTx<'_, ReadAudit>, id: AuditEntryId) -> Result<Entry, StoreError> {
    stored::entry(tx, id)
}

/// What a check of the chain says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proof {
    /// What was found.
    pub verdict: Verdict,
    /// The last entry's number and hash: written down elsewhere, they prove later that nobody wrote the
    /// whole chain anew.
    pub end: Option<Anchor>,
}

/// An entry's number and hash.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Anchor {
    /// The number.
    pub seq: i64,
    /// The hash, in hexadecimal.
    pub hash: String,
}

impl std::fmt::Display for Anchor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}", self.seq, self.hash)
    }
}

impl std::str::FromStr for Anchor {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (seq, hash) = text.split_once(':').ok_or("write NUMBER:HASH")?;
        let seq = seq.parse().map_err(|_| "the number is none")?;
        let hash = hash.to_ascii_lowercase();
        let whole = hash.len() == 64 && hash.bytes().all(|byte| byte.is_ascii_hexdigit());
        if whole {
            Ok(Self { seq, hash })
        } else {
            Err("a hash has 64 hexadecimal digits")
        }
    }
}

/// Reads the whole chain, and compares it with an anchor that was written down elsewhere.
///
/// # Errors
/// The database's.
pub fn verify<P>(tx: &mut TenantTx<'_, P>, anchor: Option<&Anchor>) -> Result<Proof, StoreError> {
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

/// What the check says beside an anchor, whose entry was found or not.
pub(crate) fn compared(
    mut verdict: Verdict,
    anchor: Option<&Anchor>,
    found: Option<(i64, Vec<u8>)>,
) -> Verdict {
    let Some(anchor) = anchor else {
        return verdict;
    };
    let held = found.is_some_and(|(seq, hash)| named(seq, &hash) == *anchor);
    if !held && verdict.bad_seq.is_none_or(|bad| bad > anchor.seq) {
        verdict.bad_seq = Some(anchor.seq);
        verdict.reason = Some("not the entry of the anchor".to_owned());
    }
    verdict
}

pub(crate) fn named(seq: i64, hash: &[u8]) -> Anchor {
    Anchor {
        seq,
        hash: data_encoding::HEXLOWER.encode(hash),
    }
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
