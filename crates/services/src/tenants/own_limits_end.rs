//! The job of the clock that ends limits of tenants' own.

use store::StaffCredential;

use super::own_limits;
use crate::worker::work::{Outcome, Work};

/// How many in one transaction: the platform's log waits for it.
const BATCH: i64 = 25;

/// Takes away those whose end has come, and tells of those that end soon.
pub(crate) fn work(work: &Work<'_>) -> Outcome {
    loop {
        let credential = StaffCredential::System("limits");
        let store = &work.bench.store;
        let settled = store.staff(credential, &work.request(), |tx| {
            own_limits::settle_some(tx, BATCH)
        });
        match settled {
            Ok(0) => return Outcome::Done,
            Ok(_) => {}
            Err(error) => return Outcome::Retry(error.to_string()),
        }
        if let Err(lost) = work.renew() {
            return Outcome::from(lost);
        }
    }
}
