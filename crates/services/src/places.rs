//! Keeping the databases of tenants' own in step with the catalogue.

use store::StoreError;
use store::queue::own;

use crate::VerbError;
use crate::worker::work::{Outcome, Work, WorkError};

/// Makes the databases in advance that are missing, and drops those that are too many. A server that does not answer keeps the
/// others from theirs until the next look at it.
pub(crate) fn keep_stock(work: &Work<'_>) -> Outcome {
    let store = &work.bench.store;
    let kept = || -> Result<(), VerbError> {
        if !store.is_stock_wanted(work.now())? {
            return Ok(());
        }
        while work.while_held(|| store.keep_stock(work.now()))? {}
        Ok(())
    };
    match kept() {
        Ok(()) => Outcome::Done,
        Err(error) => Outcome::Retry(error.to_string()),
    }
}

/// Makes each say what the catalogue says. One that does not answer is left for the next time.
pub(crate) fn settle(work: &Work<'_>) -> Outcome {
    let settled = || -> Result<(), WorkError> {
        let (now, store) = (work.now(), &work.bench.store);
        for place in store.own_places(now)? {
            if let Err(error) = store.settle(&place, now) {
                tracing::warn!(?place, %error, "a database could not be settled");
                if matches!(error, StoreError::Away(_)) {
                    store.platform(now, |tx| own::note_silence(tx, &place))?;
                }
            }
            work.renew()?;
        }
        Ok(())
    };
    settled().map_or_else(Outcome::from, |()| Outcome::Done)
}
