//! Reading all queues as one: the catalogue's, and those of tenants' own databases.
//!
//! What it costs: the catalogue counts each minute what stands in the others (`store::queue::own`), so a page asks only
//! those that held something of what it shows, [`MOST_ASKED`] of them at most and no longer than [`PATIENCE`]: a transaction
//! with two statements each, over indexes, one after the other. Where none held anything it costs what it cost
//! without them. The order is the same in all queues, so the first rows of each are enough: the cursor asks each for one
//! page behind it, the numbered page for the rows before it too, which is why numbers end at [`DEEPEST`].

use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use domain::{JobId, PageRequest, Pagination, TenantId};
use store::queue::own::{self, OwnQueue};
use store::queue::{self as stored, Filter, Row, State};
use store::{PlatformTx, StoreError};

/// The most databases that one page asks.
const MOST_ASKED: usize = 32;
/// How long they are asked together; a whole page waits for it.
const PATIENCE: Duration = Duration::from_secs(3);
/// The last row that a numbered page shows where several queues are read.
pub(super) const DEEPEST: i64 = 2_000;

/// What a list does not show, and why.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Missing {
    /// The tenants whose own databases do not answer.
    pub unanswered: Vec<(TenantId, String)>,
    /// How many more databases were not asked, because there are too many that hold such jobs.
    pub unasked: usize,
    /// Whether numbered pages end before the list does.
    pub cut: bool,
}

/// A page over all queues.
pub(super) struct Page {
    pub(super) rows: Vec<Row>,
    pub(super) totals: Pagination,
    pub(super) missing: Missing,
}

/// A numbered page.
pub(super) fn page(
    tx: &mut PlatformTx<'_>,
    filter: &Filter,
    page: PageRequest,
) -> Result<Page, StoreError> {
    let (few, mut missing) = worth_asking(tx, filter)?;
    let here = stored::count(tx, filter)?;
    if few.is_empty() {
        let page = page.answer(here).held(page);
        return Ok(Page {
            rows: stored::list(tx, filter, page)?,
            totals: page.answer(here),
            missing,
        });
    }
    let page = page.answer(DEEPEST).held(page);
    let depth = page.offset() + page.limit();
    let theirs = bare(filter);
    let found = ask(tx, few, &mut missing, |there| {
        let count = stored::count(there, &theirs)?;
        Ok((count, stored::after(there, &theirs, None, depth)?))
    });
    let mut rows = stored::after(tx, filter, None, depth)?;
    let mut total = here;
    for (queue, (count, theirs)) in found {
        total += count;
        rows.extend(theirs.into_iter().map(|row| queue.named(row)));
    }
    missing.cut = total > DEEPEST;
    let page = page.answer(total.min(DEEPEST)).held(page);
    in_order(&mut rows, filter.state);
    let skipped = usize::try_from(page.offset()).unwrap_or(usize::MAX);
    let size = usize::try_from(page.size()).unwrap_or(usize::MAX);
    Ok(Page {
        rows: rows.into_iter().skip(skipped).take(size).collect(),
        totals: page.answer(total),
        missing,
    })
}

/// The rows behind this place of the order, or the first ones.
pub(super) fn after(
    tx: &mut PlatformTx<'_>,
    filter: &Filter,
    last: Option<(DateTime<Utc>, JobId)>,
    at_most: i64,
) -> Result<(Vec<Row>, Missing), StoreError> {
    let (few, mut missing) = worth_asking(tx, filter)?;
    let mut rows = stored::after(tx, filter, last, at_most)?;
    if few.is_empty() {
        return Ok((rows, missing));
    }
    let theirs = bare(filter);
    let found = ask(tx, few, &mut missing, |there| {
        stored::after(there, &theirs, last, at_most)
    });
    for (queue, theirs) in found {
        rows.extend(theirs.into_iter().map(|row| queue.named(row)));
    }
    in_order(&mut rows, filter.state);
    rows.truncate(usize::try_from(at_most).unwrap_or(usize::MAX));
    Ok((rows, missing))
}

/// One job, wherever it is.
pub(super) fn read(tx: &mut PlatformTx<'_>, id: JobId) -> Result<Row, StoreError> {
    match stored::read(tx, id) {
        Err(StoreError::NotFound) => find(tx, id).map(|(_, row)| row),
        found => found,
    }
}

/// The job of a queue beside the catalogue's. An id does not say where it is, so each is asked, those first that held
/// something: one row by its key in each.
pub(super) fn find(tx: &mut PlatformTx<'_>, id: JobId) -> Result<(OwnQueue, Row), StoreError> {
    let (others, begun) = (tx.others(), Instant::now());
    let mut unknown = None;
    for queue in own::every(tx)? {
        if queue.silent || begun.elapsed() > PATIENCE {
            unknown = Some(queue);
            continue;
        }
        match others.at(&queue.place, |there| stored::read(there, id)) {
            Ok(row) => {
                let row = queue.named(row);
                return Ok((queue, row));
            }
            Err(StoreError::NotFound) => {}
            Err(error) => {
                tracing::warn!(place = ?queue.place, %error, "a queue could not be asked for a job");
                unknown = Some(queue);
            }
        }
    }
    Err(unknown.map_or(StoreError::NotFound, |queue| {
        StoreError::Away(format!("the job may be in {:?}", queue.place))
    }))
}

/// Those that are asked for what is shown, and what is missing without the others.
fn worth_asking(
    tx: &mut PlatformTx<'_>,
    filter: &Filter,
) -> Result<(Vec<OwnQueue>, Missing), StoreError> {
    let (silent, answering): (Vec<_>, Vec<_>) = own::matching(tx, filter)?
        .into_iter()
        .partition(|queue| queue.silent);
    let mut few: Vec<OwnQueue> = answering.into_iter().filter(|queue| queue.holds).collect();
    let missing = Missing {
        unanswered: silent.into_iter().map(|queue| queue.tenant).collect(),
        unasked: few.len().saturating_sub(MOST_ASKED),
        cut: false,
    };
    few.truncate(MOST_ASKED);
    Ok((few, missing))
}

/// Asks them one after the other; those that do not answer are missing, and break nothing.
fn ask<T>(
    tx: &PlatformTx<'_>,
    queues: Vec<OwnQueue>,
    missing: &mut Missing,
    work: impl Fn(&mut PlatformTx<'_>) -> Result<T, StoreError>,
) -> Vec<(OwnQueue, T)> {
    let (others, begun) = (tx.others(), Instant::now());
    let mut came = Vec::new();
    for queue in queues {
        if begun.elapsed() > PATIENCE {
            missing.unasked += 1;
            continue;
        }
        match others.at(&queue.place, &work) {
            Ok(answer) => came.push((queue, answer)),
            Err(error) => {
                tracing::warn!(place = ?queue.place, %error, "a queue could not be read for the list of jobs");
                missing.unanswered.push(queue.tenant);
            }
        }
    }
    came
}

/// What is asked in a database of one tenant: it knows nobody's name.
fn bare(filter: &Filter) -> Filter {
    Filter {
        words: None,
        ..filter.clone()
    }
}

/// As each queue orders its own.
fn in_order(rows: &mut [Row], state: State) {
    match state {
        State::Dead => rows.sort_by_key(|row| {
            std::cmp::Reverse((row.finished_at.unwrap_or(row.run_at), row.id.uuid()))
        }),
        State::Running | State::Queued => rows.sort_by_key(|row| (row.run_at, row.id.uuid())),
    }
}
