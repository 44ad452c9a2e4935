//! The thread that looks after what no job does: leases that ran out, and schedules whose slot came.

use store::StoreError;
use store::claims;

use super::{Shared, schedule};
use crate::jobs::WAKE;

pub(super) fn run(shared: &Shared) {
    while !shared.stopping() {
        if let Err(error) = look_after(shared) {
            tracing::warn!(%error, "leases and schedules could not be looked after");
        }
        let deadline = std::time::Instant::now() + shared.settings.keep_every;
        let mut heard = WAKE.rings();
        while !shared.stopping() {
            let left = deadline.saturating_duration_since(std::time::Instant::now());
            if left.is_zero() {
                break;
            }
            heard = WAKE.wait(heard, left);
        }
    }
}

fn look_after(shared: &Shared) -> Result<(), StoreError> {
    let now = shared.now();
    let back = shared.bench.store.platform(now, claims::reclaim)?;
    if back > 0 {
        tracing::warn!(jobs = back, "put back the jobs of a worker that was lost");
    }
    schedule::tick(&shared.bench.store, now, schedule::OURS)
}
