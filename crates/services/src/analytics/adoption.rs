//! Which part of those who could use a feature did so.

use domain::{Features, Meter, Sharer, Steps, TenantId, TimeZone};
use store::{PlatformTx, StoreError};

use super::{Figure, ratio};
use crate::features::Feature;

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

/// How far each feature is taken up in a period of a tenant that has so many keys: one statement counts all of them.
///
/// # Errors
/// The database's.
pub fn adoption(
    tx: &mut PlatformTx<'_>,
    (tenant, zone): (TenantId, TimeZone),
    steps: Steps,
    features: &Features,
    keys: i64,
) -> Result<Vec<Adoption>, StoreError> {
    let opened = Feature::ALL
        .iter()
        .map(|feature| Meter::feature(feature.key()));
    let meters: Vec<Meter> = [Meter::PAGE_VIEWS, Meter::API_CALLS]
        .into_iter()
        .chain(opened)
        .collect();
    let kinds = [Sharer::User, Sharer::Key];
    let counted = tx.count_sharers_of(tenant, &meters, &kinds, steps.days(zone))?;
    let used = |meter: &Meter, kind: Sharer| {
        let found = counted
            .iter()
            .find(|one| one.meter == meter.as_str() && one.kind == kind.as_str());
        found.map_or(0, |one| one.count)
    };
    let people = used(&Meter::PAGE_VIEWS, Sharer::User);
    let rate = |feature: Feature| {
        if !features.has(feature.key()) {
            return Err(OFF);
        }
        if !feature.is_measured() {
            return Err(NOT_OURS);
        }
        let (used, all, none) = match feature {
            Feature::ApiAccess => (used(&Meter::API_CALLS, Sharer::Key), keys, NO_KEYS),
            _ => {
                let opened = Meter::feature(feature.key());
                (used(&opened, Sharer::User), people, NOBODY)
            }
        };
        // A key that was used in the period may have ended since: it was there all the same.
        ratio(used, all.max(used)).ok_or(none)
    };
    let each = Feature::ALL.iter().map(|feature| Adoption {
        feature: *feature,
        rate: rate(*feature),
    });
    Ok(each.collect())
}
