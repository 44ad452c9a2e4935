//! What was measured as a file: a line for each step of each meter.

use chrono::{NaiveTime, SecondsFormat, TimeDelta};
use domain::{Meter, Steps};

use super::Reading;

/// The file; histograms are left out of it.
///
/// # Errors
/// Never: writing into memory does not fail.
pub fn csv(reading: &Reading, meters: &[Meter]) -> Result<Vec<u8>, csv::Error> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(["from", "measured", "amount", "period before"])?;
    for meter in meters.iter().filter(|meter| !meter.is_histogram()) {
        let before = reading.values_before(meter);
        for (place, amount) in reading.values(meter).into_iter().enumerate() {
            let before = before.as_ref().and_then(|values| values.get(place));
            writer.write_record([
                at(reading.steps, place),
                meter.as_str().to_owned(),
                amount.to_string(),
                before.map(i64::to_string).unwrap_or_default(),
            ])?;
        }
    }
    writer
        .into_inner()
        .map_err(|error| error.into_error().into())
}

/// When the step at this place begins: a moment, or a date.
#[must_use]
pub fn at(steps: Steps, place: usize) -> String {
    let place = i64::from(u32::try_from(place).unwrap_or(u32::MAX));
    match steps {
        Steps::Hours(first, _) => {
            (first + TimeDelta::hours(place)).to_rfc3339_opts(SecondsFormat::Secs, true)
        }
        Steps::Days(first, _) => {
            let day = first.and_time(NaiveTime::MIN) + TimeDelta::days(place);
            day.date().to_string()
        }
    }
}
