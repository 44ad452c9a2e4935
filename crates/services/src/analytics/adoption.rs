//! Which part of those who could use a feature did so.

use domain::{Features, Meter, Sharer, TenantId, TimeZone};
use store::{PlatformTx, StoreError};

use super::{Figure, Inside, ratio};
use crate::features::Feature;
use crate::usage::Reading;

const OFF: &str = "It is not switched on.";
const NOT_OURS: &str = "It opens nothing here whose use could be measured.";
const NOBODY: &str = "Nobody used pages in this period.";
const NO_KEYS: &str = "There is no API key.";

/// How far one feature is taken up.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Adoption {
    /// Which.
    pub feature: Feature,
    /// Of the people who used pages the part that used what it opens; of the API, of the keys the part that was used.
    pub rate: Figure<f64>,
}

pub(super) fn look(
    tx: &mut PlatformTx<'_>,
    tenant: TenantId,
    (reading, zone): (&Reading, TimeZone),
    features: &Features,
    inside: &Inside,
) -> Result<Vec<Adoption>, StoreError> {
    let days = reading.steps.days(zone);
    let people = tx.count_sharers(tenant, &Meter::PAGE_VIEWS, Sharer::User, days)?;
    let mut rate = |feature: Feature| {
        if !features.has(feature.key()) {
            return Ok(Err(OFF));
        }
        if !feature.is_measured() {
            return Ok(Err(NOT_OURS));
        }
        let (meter, kind, all, none) = match feature {
            Feature::ApiAccess => (Meter::API_CALLS, Sharer::Key, inside.keys, NO_KEYS),
            _ => (Meter::feature(feature.key()), Sharer::User, people, NOBODY),
        };
        let used = tx.count_sharers(tenant, &meter, kind, days)?;
        // A key that was used in the period may have ended since: it was there all the same.
        Ok::<_, StoreError>(ratio(used, all.max(used)).ok_or(none))
    };
    let each = Feature::ALL.iter().map(|feature| {
        Ok(Adoption {
            feature: *feature,
            rate: rate(*feature)?,
        })
    });
    each.collect()
}
