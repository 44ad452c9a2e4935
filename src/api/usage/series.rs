//! What was measured step by step, and what applications told.

use domain::{Meter, Resource};
use services::usage::{self, Look, Reading};

use super::fields::{PointFields, SeriesFields, UsedFields};

/// What has a series.
const SHOWN: [Meter; 7] = [
    Meter::API_CALLS,
    Meter::API_ERRORS,
    Meter::PAGE_VIEWS,
    Meter::SIGN_INS,
    Meter::BYTES_OUT,
    Meter::DB_RUNS,
    Meter::LETTERS,
];

impl UsedFields {
    /// Of everything that applications tell.
    pub(super) fn all(look: &Look) -> Vec<Self> {
        let told = usage::told(&look.resources);
        told.map(|resource| Self::of(resource, &look.reading))
            .collect()
    }

    fn of(resource: &Resource, reading: &Reading) -> Self {
        let meter = Meter::of(&resource.key);
        Self {
            resource: resource.key.to_string(),
            amount: reading.total(&meter),
            before: reading.total_before(&meter),
        }
    }
}

impl SeriesFields {
    /// What is shown so, and what applications tell.
    pub(super) fn all(look: &Look) -> Vec<Self> {
        let told = usage::told(&look.resources);
        let told = told.map(|resource| Meter::of(&resource.key));
        SHOWN
            .into_iter()
            .chain(told)
            .map(|meter| Self::of(&look.reading, &meter))
            .collect()
    }

    fn of(reading: &Reading, meter: &Meter) -> Self {
        let before = reading.values_before(meter);
        let values = reading.values(meter).into_iter().enumerate();
        let point = |(place, amount): (usize, i64)| PointFields {
            at: usage::at(reading.steps, place),
            amount,
            before: before.as_ref().and_then(|all| all.get(place).copied()),
        };
        Self {
            metric: meter.as_str().to_owned(),
            points: values.map(point).collect(),
        }
    }
}
