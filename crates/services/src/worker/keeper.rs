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
    let (now, store) = (shared.now(), &shared.bench.store);
    tell(store.platform(now, claims::reclaim)?);
    schedule::tick(store, now, schedule::OURS)?;
    let places = store.own_places(now)?;
    for place in &places {
        match store.platform_at(place, now, claims::reclaim) {
            Ok(back) => tell(back),
            // The others are looked after all the same.
            Err(error) => {
                tracing::warn!(?place, %error, "leases in a database could not be looked after")
            }
        }
    }
    shared.round.renew(places);
    Ok(())
}

fn tell(back: usize) {
    if back > 0 {
        tracing::warn!(jobs = back, "put back the jobs of a worker that was lost");
    }
}
